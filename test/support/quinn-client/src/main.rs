//! A command line for the tests: `quinn-client get|upload|load URL --ca FILE [options]`, one JSON line out.
//!
//! Exit code 0 means "the line tells the truth", not "all went well": what counts as well is the test's to say.

mod args;
mod change;
mod connect;
mod ledger;
mod socket;
mod transfer;

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = match args::Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(message) => {
            eprintln!("quinn-client: {message}");
            return ExitCode::from(2);
        }
    };
    let line = match args.command {
        args::Command::Get | args::Command::Upload => transfer::run(args).await,
        args::Command::Load => ledger::run(args).await,
    };
    match line {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{}", serde_json::json!({ "error": error.to_string() }));
            ExitCode::SUCCESS
        }
    }
}
