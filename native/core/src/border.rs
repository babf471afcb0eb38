//! Events as bytes: what the application on the other side of the border reads in one go.
//!
//! An event is five words `[kind, connection, stream / 4, a, b]`. Its strings are in one latin1 text, each ended by a
//! NUL, its body bytes in one buffer, its numbers in one list; the reader consumes all three in order.
//! `src/listener/quic/engine-events.ts` is that reader.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use quiche::h3::{Header, NameValue};

use crate::control::Control;
use crate::events::{Application, ConnectionId, Event};
use crate::path::{MigrationReason, PathEvent};
use crate::records::Records;
use crate::stats::Sample;
use crate::takeover::young;

/// Words of one event.
pub const WORDS: usize = 5;
/// Bytes that may wait for the reader. Past it no more requests and bodies are read from the network.
const CAPACITY: usize = 8 << 20;

mod kind {
    pub const OPENED: u32 = 1;
    pub const CLOSED: u32 = 2;
    pub const HANDSHAKE_FAILED: u32 = 3;
    pub const REQUEST: u32 = 4;
    pub const DATA: u32 = 5;
    pub const BODY_END: u32 = 6;
    pub const REQUEST_RESET: u32 = 7;
    pub const RESPONSE_STOPPED: u32 = 8;
    pub const WRITABLE: u32 = 9;
    pub const STREAM_CLOSED: u32 = 10;
    pub const MIGRATED: u32 = 11;
    pub const VALIDATED: u32 = 12;
    pub const SAMPLE: u32 = 13;
    pub const DRAINED: u32 = 14;
    pub const STOPPED: u32 = 15;
    pub const FAILED: u32 = 16;
    pub const YIELDED: u32 = 17;
}

/// Events that were packed and not read yet.
#[derive(Debug, Default)]
pub struct Batch {
    /// [`WORDS`] for each event.
    pub words: Vec<u32>,
    /// All strings, latin1, each ended by a NUL.
    pub text: Vec<u8>,
    /// All body bytes.
    pub bytes: Vec<u8>,
    /// All numbers.
    pub numbers: Vec<f64>,
}

impl Batch {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.words.clear();
        self.text.clear();
        self.bytes.clear();
        self.numbers.clear();
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn size(&self) -> usize {
        self.words.len() * 4 + self.text.len() + self.bytes.len() + self.numbers.len() * 8
    }

    fn append(&mut self, other: &mut Self) {
        self.words.append(&mut other.words);
        self.text.append(&mut other.text);
        self.bytes.append(&mut other.bytes);
        self.numbers.append(&mut other.numbers);
    }

    fn put(&mut self, kind: u32, connection: ConnectionId, stream: u64, a: u32, b: u32) {
        self.words.extend_from_slice(&[kind, connection, (stream / 4) as u32, a, b]);
    }

    fn put_text(&mut self, text: &[u8]) {
        // Fields with a NUL were refused before; this keeps the framing whatever comes from elsewhere.
        self.text.extend(text.iter().map(|byte| if *byte == 0 { b'?' } else { *byte }));
        self.text.push(0);
    }

    fn put_fields(&mut self, fields: &[Header]) -> u32 {
        for field in fields {
            for part in [field.name(), field.value()] {
                self.text.extend_from_slice(part);
                self.text.push(0);
            }
        }
        2 * fields.len() as u32
    }

    fn put_path(&mut self, connection: ConnectionId, event: &PathEvent) {
        match event {
            PathEvent::Migrated { reason, success, seconds, remote, was_idle } => {
                let flags = u32::from(*success) | u32::from(*was_idle) << 1;
                self.put(
                    kind::MIGRATED,
                    connection,
                    0,
                    u32::from(*reason == MigrationReason::AddressChange),
                    flags,
                );
                self.put_text(remote.ip().to_string().as_bytes());
                self.numbers.extend_from_slice(&[f64::from(remote.port()), *seconds]);
            }
            PathEvent::Validated { success, seconds } => {
                self.put(kind::VALIDATED, connection, 0, u32::from(*success), 0);
                self.numbers.push(*seconds);
            }
        }
    }

    fn put_sample(&mut self, connection: ConnectionId, sample: &Sample) {
        self.put(kind::SAMPLE, connection, 0, u32::from(sample.last), 0);
        let counts = [
            sample.sent,
            sample.received,
            sample.lost,
            sample.retransmitted,
            sample.spurious_losses,
            sample.probe_timeouts,
            sample.bytes_sent,
            sample.bytes_received,
            sample.amplification_limited,
            sample.connection_blocked,
            sample.stream_blocked,
            sample.streams_bidi_blocked,
            sample.streams_uni_blocked,
        ];
        self.numbers.extend(counts.map(|count| count as f64));
        self.numbers.extend_from_slice(&[sample.rtt_seconds, sample.min_rtt_seconds]);
        let levels = [sample.congestion_window, sample.delivery_rate, sample.path_mtu];
        self.numbers.extend(levels.map(|level| level as f64));
    }

    fn put_event(&mut self, connection: ConnectionId, event: &Event<'_>) {
        match event {
            Event::Opened(info) => {
                self.put(kind::OPENED, connection, 0, u32::from(info.resumed), 0);
                self.put_text(info.remote.ip().to_string().as_bytes());
                self.put_text(info.local.ip().to_string().as_bytes());
                self.put_text(info.server_name.as_bytes());
                let ports = [info.remote.port(), info.local.port()];
                self.numbers.extend(ports.map(f64::from));
                self.numbers.push(info.handshake_seconds);
            }
            Event::Closed(info) => {
                self.put(kind::CLOSED, connection, 0, info.reason as u32, u32::from(info.by_peer));
                self.numbers.extend_from_slice(&[info.code as f64, info.duration_seconds]);
            }
            Event::HandshakeFailed(reason) => {
                self.put(kind::HANDSHAKE_FAILED, connection, 0, *reason as u32, 0)
            }
            Event::Request { stream, fields, end, early } => {
                let parts = self.put_fields(fields);
                self.put(kind::REQUEST, connection, *stream, parts, u32::from(*end) | u32::from(*early) << 1);
            }
            Event::Data { stream, bytes } => {
                self.put(kind::DATA, connection, *stream, bytes.len() as u32, 0);
                self.bytes.extend_from_slice(bytes);
            }
            Event::BodyEnd { stream, trailers } => {
                let parts = self.put_fields(trailers);
                self.put(kind::BODY_END, connection, *stream, parts, 0);
            }
            Event::RequestReset { stream, code } => {
                self.put(kind::REQUEST_RESET, connection, *stream, 0, 0);
                self.numbers.push(*code as f64);
            }
            Event::ResponseStopped { stream, code } => {
                self.put(kind::RESPONSE_STOPPED, connection, *stream, 0, 0);
                self.numbers.push(*code as f64);
            }
            Event::Writable { stream } => self.put(kind::WRITABLE, connection, *stream, 0, 0),
            Event::StreamClosed { stream } => self.put(kind::STREAM_CLOSED, connection, *stream, 0, 0),
            Event::Path(event) => self.put_path(connection, event),
            Event::Sample(sample) => self.put_sample(connection, sample),
            Event::Yielded(list) => {
                self.put(kind::YIELDED, 0, 0, 0, 0);
                self.put_text(young::write(list).as_bytes());
            }
            Event::Drained => self.put(kind::DRAINED, 0, 0, 0, 0),
            Event::Stopped => self.put(kind::STOPPED, 0, 0, 0, 0),
            Event::Failed(message) => {
                self.put(kind::FAILED, 0, 0, 0, 0);
                self.put_text(message.as_bytes());
            }
        }
    }
}

#[derive(Debug, Default)]
struct Waiting {
    batch: Batch,
    /// The reader was called and has not come yet.
    called: bool,
}

/// Where the endpoint's thread leaves batches and the reader fetches them.
#[derive(Debug)]
pub struct Outbox {
    waiting: Mutex<Waiting>,
    /// Size of what waits, to look at without the lock.
    size: AtomicUsize,
    control: Arc<Control>,
}

impl Outbox {
    /// An empty one. `control` is woken when the reader makes room.
    pub fn new(control: Arc<Control>) -> Arc<Self> {
        Arc::new(Self { waiting: Mutex::default(), size: AtomicUsize::new(0), control })
    }

    /// Swaps what waits for an empty batch. After this the reader is called again when there is more.
    pub fn take(&self, empty: &mut Batch) {
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.called = false;
            std::mem::swap(&mut waiting.batch, empty);
        }
        if self.size.swap(0, Relaxed) > CAPACITY {
            self.control.wake();
        }
    }

    /// Adds a batch and empties it. True: the reader has to be called.
    fn leave(&self, batch: &mut Batch) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.batch.is_empty() {
            true => std::mem::swap(&mut waiting.batch, batch),
            false => waiting.batch.append(batch),
        }
        self.size.store(waiting.batch.size(), Relaxed);
        !std::mem::replace(&mut waiting.called, true)
    }
}

/// The application that lives on the other side: packs every event, and calls the reader once a batch.
pub struct Packer<F> {
    batch: Batch,
    outbox: Arc<Outbox>,
    call_reader: F,
}

impl<F: FnMut() + Send> Packer<F> {
    /// `call_reader` must make somebody call [`Outbox::take`] soon; it is called on the endpoint's thread.
    pub fn new(outbox: Arc<Outbox>, call_reader: F) -> Self {
        Self { batch: Batch::default(), outbox, call_reader }
    }
}

impl<F: FnMut() + Send> Application for Packer<F> {
    fn event(&mut self, connection: ConnectionId, event: Event<'_>, _reply: &mut Records) {
        self.batch.put_event(connection, &event);
    }

    fn turn_ends(&mut self) {
        if !self.batch.is_empty() && self.outbox.leave(&mut self.batch) {
            (self.call_reader)();
        }
    }

    fn is_full(&self) -> bool {
        self.batch.size() + self.outbox.size.load(Relaxed) > CAPACITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packer() -> (Packer<impl FnMut() + Send>, Arc<Outbox>, Arc<AtomicUsize>) {
        let outbox = Outbox::new(Arc::default());
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let call = move || {
            counted.fetch_add(1, Relaxed);
        };
        (Packer::new(outbox.clone(), call), outbox, calls)
    }

    #[test]
    fn the_reader_is_called_once_for_everything_that_waits() {
        let (mut packer, outbox, calls) = packer();
        let mut reply = Records::default();
        for stream in [0, 4, 8] {
            packer.event(7, Event::Writable { stream }, &mut reply);
            packer.turn_ends();
        }
        assert_eq!(calls.load(Relaxed), 1);
        let mut batch = Batch::default();
        outbox.take(&mut batch);
        assert_eq!(batch.words.len(), 3 * WORDS);
        assert_eq!(&batch.words[..WORDS], &[kind::WRITABLE, 7, 0, 0, 0]);
        packer.event(7, Event::Writable { stream: 0 }, &mut reply);
        packer.turn_ends();
        assert_eq!(calls.load(Relaxed), 2);
    }

    #[test]
    fn a_turn_without_news_calls_nobody() {
        let (mut packer, _, calls) = packer();
        packer.turn_ends();
        assert_eq!(calls.load(Relaxed), 0);
    }

    #[test]
    fn it_is_full_until_the_reader_comes() {
        let (mut packer, outbox, _) = packer();
        let bytes = vec![0; CAPACITY + 1];
        packer.event(1, Event::Data { stream: 0, bytes: &bytes }, &mut Records::default());
        assert!(packer.is_full());
        packer.turn_ends();
        assert!(packer.is_full());
        outbox.take(&mut Batch::default());
        assert!(!packer.is_full());
    }

    #[test]
    fn fields_are_one_text() {
        let (mut packer, outbox, _) = packer();
        let fields = [Header::new(b":method", b"GET"), Header::new(b"x", b"\xe4")];
        let request = Event::Request { stream: 4, fields: &fields, end: true, early: false };
        packer.event(1, request, &mut Records::default());
        packer.turn_ends();
        let mut batch = Batch::default();
        outbox.take(&mut batch);
        assert_eq!(batch.words, [kind::REQUEST, 1, 1, 4, 1]);
        assert_eq!(batch.text, b":method\0GET\0x\0\xe4\0");
    }
}
