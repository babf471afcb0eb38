//! Closed-loop load in which every request has an id and every answer must be its own. `GET URL/ID/SIZE` answers the id
//! and a newline, repeated and cut to SIZE bytes; anything else that looks complete is a wrong body.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Buf;
use h3::error::{Code, StreamError};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::args::Args;
use crate::connect::{Failure, Requests, connect, endpoint};

/// How a request ended. The names are the keys of the JSON line.
enum Outcome {
    Ok,
    /// Complete, but not the body that belongs to the id.
    Wrong,
    /// The head came, the body broke off and said so.
    Cut(String),
    /// An explicit answer of another status.
    Status(u16),
    /// No head, and no promise that nothing was done.
    Lost(String),
    /// The connection was closing before the request was taken (GOAWAY, H3_REQUEST_REJECTED): safe to ask elsewhere.
    Unsent,
    Hung,
}

#[derive(Default)]
struct Ledger {
    ok: u64,
    wrong: u64,
    cut: u64,
    lost: u64,
    unsent: u64,
    unsent_ids: Vec<String>,
    hung: u64,
    statuses: BTreeMap<String, u64>,
    examples: Vec<String>,
    slowest_ms: f64,
}

impl Ledger {
    fn enter(&mut self, id: &str, outcome: Outcome, took: Duration) {
        self.slowest_ms = self.slowest_ms.max(took.as_secs_f64() * 1000.0);
        let mut example = |what: &str| {
            if self.examples.len() < 10 {
                self.examples.push(format!("{id}: {what}"));
            }
        };
        match outcome {
            Outcome::Ok => self.ok += 1,
            Outcome::Unsent => {
                self.unsent += 1;
                self.unsent_ids.push(id.to_owned());
            }
            Outcome::Wrong => {
                example("wrong body");
                self.wrong += 1;
            }
            Outcome::Cut(why) => {
                example(&format!("cut: {why}"));
                self.cut += 1;
            }
            Outcome::Lost(why) => {
                example(&format!("lost: {why}"));
                self.lost += 1;
            }
            Outcome::Hung => {
                example("hung");
                self.hung += 1;
            }
            Outcome::Status(status) => {
                example(&format!("status {status}"));
                *self.statuses.entry(status.to_string()).or_default() += 1;
            }
        }
    }
}

pub async fn run(args: Args) -> Result<Value, Failure> {
    let args = Arc::new(args);
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let next = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let tasks: Vec<_> = (0..args.connections)
        .map(|_| {
            tokio::spawn(one_connection(
                args.clone(),
                ledger.clone(),
                next.clone(),
                started,
            ))
        })
        .collect();
    let mut connections = 0;
    for task in tasks {
        connections += task.await??;
    }
    let seconds = started.elapsed().as_secs_f64();
    let ledger = ledger.lock().expect("plain data");
    Ok(json!({
        "requests": next.load(Ordering::Relaxed),
        "ok": ledger.ok,
        "wrong": ledger.wrong,
        "cut": ledger.cut,
        "lost": ledger.lost,
        "unsent": ledger.unsent,
        "unsentIds": ledger.unsent_ids,
        "hung": ledger.hung,
        "statuses": ledger.statuses,
        "examples": ledger.examples,
        "slowestMs": ledger.slowest_ms,
        "connections": connections,
        "seconds": seconds,
    }))
}

/// Keeps a connection busy, and opens another when it ends before the time is up. Returns how many there were.
async fn one_connection(
    args: Arc<Args>,
    ledger: Arc<Mutex<Ledger>>,
    next: Arc<AtomicU64>,
    started: Instant,
) -> Result<u64, Failure> {
    let client = endpoint(&args)?;
    let mut opened = 0;
    while started.elapsed() < args.duration {
        // A refused connection ends the loop: while draining, that is the answer that should come.
        let Ok(Ok(connection)) = timeout(args.deadline, connect(&client, &args)).await else {
            break;
        };
        opened += 1;
        let loops: Vec<_> = (0..args.streams)
            .map(|_| {
                let sender = connection.requests.clone();
                tokio::spawn(one_loop(
                    args.clone(),
                    sender,
                    ledger.clone(),
                    next.clone(),
                    started,
                ))
            })
            .collect();
        for one in loops {
            one.await?;
        }
        connection.quic.close(0x100u32.into(), b"");
    }
    client.endpoint.wait_idle().await;
    Ok(opened)
}

async fn one_loop(
    args: Arc<Args>,
    mut sender: Requests,
    ledger: Arc<Mutex<Ledger>>,
    next: Arc<AtomicU64>,
    started: Instant,
) {
    while started.elapsed() < args.duration {
        let id = format!("{}-{}", args.prefix, next.fetch_add(1, Ordering::Relaxed));
        let asked = Instant::now();
        let outcome = match timeout(args.deadline, one_request(&args, &mut sender, &id)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Hung,
        };
        // The loop goes on after a failed request; a connection that is no more ends it.
        let over = matches!(outcome, Outcome::Unsent | Outcome::Hung);
        ledger
            .lock()
            .expect("plain data")
            .enter(&id, outcome, asked.elapsed());
        if over {
            return;
        }
        if args.pause > Duration::ZERO {
            tokio::time::sleep(args.pause).await;
        }
    }
}

async fn one_request(args: &Args, sender: &mut Requests, id: &str) -> Outcome {
    let path = format!(
        "{}/{id}/{}",
        args.uri.to_string().trim_end_matches('/'),
        args.size
    );
    let request = match http::Request::get(path).body(()) {
        Ok(request) => request,
        Err(error) => return Outcome::Lost(error.to_string()),
    };
    // A stream that could not be opened carried nothing.
    let Ok(mut stream) = sender.send_request(request).await else {
        return Outcome::Unsent;
    };
    if let Err(error) = stream.finish().await {
        return before_head(error);
    }
    let response = match stream.recv_response().await {
        Ok(response) => response,
        Err(error) => return before_head(error),
    };
    let mut right = true;
    let mut bytes = 0u64;
    let expected: Vec<u8> = format!("{id}\n").into_bytes();
    loop {
        match stream.recv_data().await {
            Ok(Some(mut data)) => {
                while data.has_remaining() {
                    let chunk = data.chunk();
                    right &= chunk
                        .iter()
                        .zip((bytes as usize..).map(|at| expected[at % expected.len()]))
                        .all(|(seen, wanted)| *seen == wanted);
                    let length = chunk.len();
                    bytes += length as u64;
                    data.advance(length);
                }
            }
            Ok(None) => break,
            Err(error) => return Outcome::Cut(error.to_string()),
        }
    }
    match response.status().as_u16() {
        200 if right && bytes == args.size => Outcome::Ok,
        200 => Outcome::Wrong,
        status => Outcome::Status(status),
    }
}

fn before_head(error: StreamError) -> Outcome {
    match error {
        StreamError::RemoteTerminate { code, .. } if code == Code::H3_REQUEST_REJECTED => {
            Outcome::Unsent
        }
        StreamError::RemoteClosing { .. } => Outcome::Unsent,
        // After GOAWAY a server may close as soon as it has answered what it took (RFC 9114 §5.2). h3 does not tell where
        // GOAWAY drew the line, so whoever reads the ids must see that the server knows none of them.
        error if error.is_h3_no_error() => Outcome::Unsent,
        other => Outcome::Lost(other.to_string()),
    }
}
