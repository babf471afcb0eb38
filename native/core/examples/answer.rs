//! Answers every request with 1 KB, in Rust alone: what the transport costs without the border and without JavaScript.
//!
//! `cargo run --release --example answer -- 5444`, then for instance
//! `taskset -c 1 h2load --alpn-list=h3 -c 16 -m 8 -n 100000 https://127.0.0.1:5444/`.

use roam_quic::engine::Engine;
use roam_quic::error::Error;
use roam_quic::events::{Application, ConnectionId, Event};
use roam_quic::records::Records;
use roam_quic::self_signed::certificate;
use roam_quic::settings::Settings;

struct Answer;

const BODY: [u8; 1024] = [b'x'; 1024];

impl Application for Answer {
    fn event(&mut self, connection: ConnectionId, event: Event<'_>, reply: &mut Records) {
        if let Event::Request { stream, .. } = event {
            reply.respond(
                connection,
                stream,
                200,
                &[("content-type", "text/plain"), ("content-length", "1024")],
                false,
            );
            reply.write(connection, stream, &BODY, true);
        }
    }
}

fn main() -> Result<(), Error> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    let settings = Settings { max_concurrent_streams: 128, ..Settings::default() };
    let certificates = [certificate(&["localhost"])?];
    let engine = Engine::start("127.0.0.1", port, settings, &certificates, |_| Answer)?;
    println!("listening on {}", engine.local_addr());
    loop {
        std::thread::park();
    }
}
