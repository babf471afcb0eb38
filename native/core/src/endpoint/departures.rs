//! Sending: equal packets of one route leave in one system call, paced packets wait for their time.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

use super::Core;
use super::table::{Held, Slot};
use crate::counters::{Counters, count};
use crate::events::Application;
use crate::socket::{QuicSocket, Route};
use crate::transport::MAX_PAYLOAD;

/// What one system call may carry: the kernel's limit for a UDP datagram before it is cut into segments.
const MAX_BATCH: usize = 65_000;
/// Packets that one connection may send before the others get their turn.
const PACKETS_PER_TURN: usize = 256;
/// The timer's resolution: a packet that is due sooner leaves now.
const PACING_SLACK: Duration = Duration::from_millis(1);
/// Batches that wait for a full kernel buffer. While one waits nothing more is made, so this many is a safety net.
const MAX_STUCK: usize = 1024;

struct Stuck {
    route: Route,
    packets: Vec<u8>,
    segment: usize,
}

/// Packets on their way to the socket.
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    /// Bytes of the batch that is being gathered.
    len: usize,
    segment: usize,
    segments: usize,
    max_segments: usize,
    route: Option<Route>,
    stuck: VecDeque<Stuck>,
}

impl Outgoing {
    pub fn new(max_segments: usize) -> Self {
        let bytes = vec![0; MAX_BATCH + MAX_PAYLOAD];
        let stuck = VecDeque::new();
        Self { bytes, len: 0, segment: 0, segments: 0, max_segments: max_segments.max(1), route: None, stuck }
    }

    /// The kernel's buffer is full.
    pub fn is_blocked(&self) -> bool {
        !self.stuck.is_empty()
    }

    /// Tries again what the kernel refused.
    pub fn retry(&mut self, socket: &QuicSocket, counters: &Counters) {
        while let Some(stuck) = self.stuck.pop_front() {
            if !transmit(socket, stuck.route, &stuck.packets, stuck.segment, counters) {
                self.stuck.push_front(stuck);
                return;
            }
        }
    }

    /// Where the next packet is to be written.
    fn space(&mut self) -> &mut [u8] {
        &mut self.bytes[self.len..self.len + MAX_PAYLOAD]
    }

    /// Takes the packet of `size` bytes that was written into [`Self::space`].
    fn push(&mut self, size: usize, route: Route, socket: &QuicSocket, counters: &Counters) {
        let joins = self.route == Some(route)
            && size <= self.segment
            && self.segments < self.max_segments
            && self.len + size <= MAX_BATCH;
        if !joins && self.len > 0 {
            let at = self.len;
            self.send(socket, counters);
            self.bytes.copy_within(at..at + size, 0);
        }
        if self.len == 0 {
            (self.route, self.segment, self.segments) = (Some(route), size, 0);
        }
        self.len += size;
        self.segments += 1;
        // Only the last packet of a batch may be shorter.
        if size < self.segment {
            self.send(socket, counters);
        }
    }

    /// Hands the gathered batch to the kernel.
    fn send(&mut self, socket: &QuicSocket, counters: &Counters) {
        let (Some(route), true) = (self.route, self.len > 0) else { return };
        let packets = &self.bytes[..self.len];
        if self.is_stuck_or_fails(socket, route, packets, counters) {
            if self.stuck.len() < MAX_STUCK {
                self.stuck.push_back(Stuck { route, packets: packets.to_vec(), segment: self.segment });
            } else {
                count(&counters.send_errors_no_buffers);
            }
        }
        self.len = 0;
    }

    fn is_stuck_or_fails(
        &self,
        socket: &QuicSocket,
        route: Route,
        packets: &[u8],
        counters: &Counters,
    ) -> bool {
        self.is_blocked() || !transmit(socket, route, packets, self.segment, counters)
    }
}

/// False: the kernel's buffer is full, try again later. Any other failure is a lost packet, which QUIC repairs.
pub(super) fn transmit(
    socket: &QuicSocket,
    route: Route,
    packets: &[u8],
    segment: usize,
    counters: &Counters,
) -> bool {
    const EMSGSIZE: i32 = 90;
    const ENOBUFS: i32 = 105;
    let Err(error) = socket.send(route, packets, segment) else { return true };
    match (error.kind(), error.raw_os_error()) {
        (ErrorKind::WouldBlock, _) => {
            count(&counters.send_errors_again);
            return false;
        }
        (_, Some(EMSGSIZE)) => count(&counters.send_errors_message_size),
        (_, Some(ENOBUFS)) => count(&counters.send_errors_no_buffers),
        _ => count(&counters.send_errors_other),
    }
    true
}

impl<A: Application> Core<A> {
    /// Sends what a connection has, sets its timer, and forgets it if it is gone.
    pub(super) fn depart(&mut self, slot: usize, socket: &QuicSocket, now: Instant) {
        let mut more = false;
        if let Some(entry) = self.table.get(slot) {
            let (outgoing, counters) = (&mut self.outgoing, &self.shared.counters);
            let sent = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                gather(entry, outgoing, socket, counters, now)
            }));
            outgoing.send(socket, counters);
            match sent {
                Ok(unfinished) => more = unfinished,
                Err(_) => self.guarded(slot, now, |connection, turn| connection.abandon(turn)),
            }
        }
        let Some(entry) = self.table.get(slot) else { return };
        if entry.connection.is_gone() {
            self.table.remove(slot);
            return;
        }
        let paced = entry.held.as_ref().map(|held| held.at);
        let deadline = entry.connection.deadline(&self.shared.settings);
        self.table.arm(slot, [deadline, paced].into_iter().flatten().min());
        if more {
            self.mark(slot);
        }
    }
}

/// Moves packets from quiche to `outgoing`. True: there is more, but it is the others' turn.
fn gather(
    entry: &mut Slot,
    outgoing: &mut Outgoing,
    socket: &QuicSocket,
    counters: &Counters,
    now: Instant,
) -> bool {
    if let Some(held) = entry.held.take() {
        if held.at > now + PACING_SLACK {
            entry.held = Some(held);
            return false;
        }
        outgoing.space()[..held.packet.len()].copy_from_slice(&held.packet);
        outgoing.push(held.packet.len(), held.route, socket, counters);
    }
    while let Some((size, route)) = entry.connection.send_for_left_path(outgoing.space()) {
        outgoing.push(size, route, socket, counters);
    }
    for _ in 0..PACKETS_PER_TURN {
        if outgoing.is_blocked() {
            return true;
        }
        // An error means that quiche has closed the connection; its next turn tells.
        let Ok((size, info)) = entry.connection.send(outgoing.space()) else { return false };
        let route = Route { from: info.from, to: info.to };
        if info.at > now + PACING_SLACK {
            let packet = outgoing.space()[..size].to_vec();
            entry.held = Some(Held { route, packet, at: info.at });
            return false;
        }
        outgoing.push(size, route, socket, counters);
    }
    true
}
