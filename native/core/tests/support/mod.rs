//! An endpoint with an application that can be asked what it was told, and a client that can be told to misbehave.

pub mod client;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use quiche::h3::NameValue;
use roam_quic::counters::Counters;
use roam_quic::engine::Engine;
use roam_quic::events::{Application, CloseReason, ConnectionId, Event, HandshakeFailure};
use roam_quic::path::PathEvent;
use roam_quic::records::Records;
use roam_quic::self_signed::certificate;
use roam_quic::settings::Settings;
use roam_quic::stats::Sample;
use roam_quic::takeover::Inheritance;
use roam_quic::takeover::young::Young;

/// What the application was told, as far as tests look at it.
#[derive(Clone, Debug)]
pub enum Told {
    Opened { name: String, resumed: bool },
    Closed { reason: CloseReason, code: u64 },
    HandshakeFailed(HandshakeFailure),
    Request { connection: ConnectionId, early: bool },
    Data(usize),
    BodyEnd { trailers: Vec<String> },
    RequestReset(u64),
    ResponseStopped(u64),
    StreamClosed,
    Path(PathEvent),
    Sample(Sample),
    Yielded(Young),
    Drained,
    Stopped,
}

/// Answers by path: `/panic` panics, `/wait` is never answered, `/upload` takes 1000 bytes, `/big`
/// gets [`BIG`] bytes, the rest [`BODY`].
struct TestApp(Sender<Told>);

pub const BODY: &[u8] = b"hello";
/// Length of `/big`.
pub const BIG: usize = 2 << 20;

impl Application for TestApp {
    fn event(&mut self, connection: ConnectionId, event: Event<'_>, reply: &mut Records) {
        let told = match event {
            Event::Opened(info) => Told::Opened { name: info.server_name.clone(), resumed: info.resumed },
            Event::Closed(info) => Told::Closed { reason: info.reason, code: info.code },
            Event::HandshakeFailed(reason) => Told::HandshakeFailed(reason),
            Event::Request { stream, fields, early, .. } => {
                match fields.iter().find(|field| field.name() == b":path").map(NameValue::value) {
                    Some(b"/panic") => panic!("as it was asked to"),
                    Some(b"/upload") => reply.credit(connection, stream, 1000),
                    Some(b"/wait") => {}
                    Some(b"/big") => {
                        reply.respond(connection, stream, 200, &[], false);
                        reply.write(connection, stream, &vec![b'x'; BIG], true);
                    }
                    _ => {
                        reply.respond(connection, stream, 200, &[("x-test", "1")], false);
                        reply.write(connection, stream, BODY, true);
                    }
                }
                Told::Request { connection, early }
            }
            Event::Data { bytes, .. } => Told::Data(bytes.len()),
            Event::BodyEnd { stream, trailers } => {
                reply.respond(connection, stream, 200, &[], true);
                let names = trailers.iter().map(|field| String::from_utf8_lossy(field.name()).into_owned());
                Told::BodyEnd { trailers: names.collect() }
            }
            Event::RequestReset { code, .. } => Told::RequestReset(code),
            Event::ResponseStopped { code, .. } => Told::ResponseStopped(code),
            Event::StreamClosed { .. } => Told::StreamClosed,
            Event::Path(event) => Told::Path(event.clone()),
            Event::Sample(sample) => Told::Sample(*sample),
            Event::Yielded(young) => Told::Yielded(young.clone()),
            Event::Drained => Told::Drained,
            Event::Stopped => Told::Stopped,
            Event::Writable { .. } | Event::Failed(_) => return,
        };
        // The test may be over.
        let _ = self.0.send(told);
    }
}

/// An endpoint under test.
pub struct Server {
    pub engine: Engine,
    told: Receiver<Told>,
}

impl Server {
    pub fn start(settings: Settings) -> Self {
        let (sender, told) = channel();
        let certificates = [certificate(&["localhost"]).unwrap()];
        let engine = Engine::start("127.0.0.1", 0, settings, &certificates, |_| TestApp(sender)).unwrap();
        Self { engine, told }
    }

    /// On a socket of another endpoint; reads nothing yet.
    pub fn inherit(inheritance: Inheritance, settings: Settings) -> Self {
        let (sender, told) = channel();
        let certificates = [certificate(&["localhost"]).unwrap()];
        let engine = Engine::inherit(inheritance, settings, &certificates, |_| TestApp(sender)).unwrap();
        Self { engine, told }
    }

    pub fn port(&self) -> u16 {
        self.engine.local_addr().port()
    }

    pub fn counter(&self, pick: impl Fn(&Counters) -> &AtomicU64) -> u64 {
        pick(&self.engine.counters()).load(Relaxed)
    }

    /// Waits for the first event that `pick` takes, and skips the others.
    pub fn expect<T>(&self, what: &str, pick: impl Fn(&Told) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(told) = self.told.recv_timeout(left) else { panic!("never told: {what}") };
            if let Some(found) = pick(&told) {
                return found;
            }
        }
    }

    /// Everything that was told until now.
    pub fn told(&self) -> Vec<Told> {
        self.told.try_iter().collect()
    }
}
