//! The loop: receive, route, let connections work, send, sleep. One thread, one socket, which may change hands between
//! processes.

mod arrivals;
mod departures;
mod elders;
mod table;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use crate::connection::{Connection, H3_NO_ERROR, Shared, Stage, Turn};
use crate::control::{Control, Order};
use crate::counters::count;
use crate::error::Error;
use crate::events::{Application, Event};
use crate::limiter::Limiter;
use crate::records::Records;
use crate::settings::{AddressValidation, Settings};
use crate::socket::{QuicSocket, ReceiveBuffers};
use crate::takeover::channel::{Elder, Inlet};
use crate::takeover::young::Young;
use crate::{secret, tls, transport};
use departures::Outgoing;
use elders::Elders;
use table::Table;

/// Receive calls in one turn: enough to drain a burst, few enough to keep timers honest.
const RECEIVES_PER_TURN: usize = 16;
/// Body bytes read from a stream at once.
const SCRATCH: usize = 64 * 1024;
/// Stateless answers other than Retry, at once and per second.
const STATELESS_BURST: u32 = 200;
const STATELESS_RATE: u32 = 200;

/// Where datagrams come from.
enum Intake {
    /// Not yet from anywhere: the process before this one still reads. Or no longer: the successor is gone.
    Nowhere,
    Socket,
    /// From the process that has taken over.
    Successor(Inlet),
}

/// Where an endpoint's socket comes from.
#[derive(Debug)]
pub enum Origin {
    /// Bound for it.
    Bound(std::net::UdpSocket),
    /// Taken over, with the older processes that have connections on it. Nothing is read before [`Order::Read`].
    Inherited(std::net::UdpSocket, Vec<Elder>),
}

/// An endpoint that is ready to run.
pub struct Endpoint<A> {
    socket: QuicSocket,
    buffers: ReceiveBuffers,
    intake: Intake,
    core: Core<A>,
}

/// Everything but the socket, so that a received datagram can be worked on while the socket's buffers are lent out.
struct Core<A> {
    app: A,
    shared: Shared,
    control: Arc<Control>,
    config: quiche::Config,
    table: Table,
    elders: Elders,
    outgoing: Outgoing,
    /// Slots that have to take a turn.
    dirty: Vec<usize>,
    reply: Records,
    inbox: Records,
    scratch: Vec<u8>,
    stateless: Limiter,
    validation: AddressValidation,
    half_open: u64,
    active: u64,
    draining: bool,
    drained_told: bool,
    /// A successor reads from the socket.
    yielded: bool,
    closing: bool,
    /// The application was full in the last turn: once it has room everybody may have something to read.
    was_full: bool,
}

impl<A: Application> Endpoint<A> {
    /// Checks the settings and takes over a bound socket. Must run inside a tokio runtime.
    pub fn new(
        origin: Origin,
        settings: Settings,
        certificates: tls::CertificateStore,
        control: Arc<Control>,
        app: A,
    ) -> Result<Self, Error> {
        let keys = secret::Keys::new(&settings.secret);
        let config = transport::server_config(&settings, &keys, certificates)?;
        let h3 = transport::h3_config(settings.max_field_section)?;
        let (socket, elders, intake) = match origin {
            Origin::Bound(socket) => (socket, Vec::new(), Intake::Socket),
            Origin::Inherited(socket, elders) => (socket, elders, Intake::Nowhere),
        };
        let socket =
            QuicSocket::new(socket).map_err(|cause| Error::io("cannot use the UDP socket", &cause))?;
        let core = Core {
            app,
            outgoing: Outgoing::new(socket.max_segments()),
            config,
            table: Table::default(),
            elders: Elders::new(elders),
            dirty: Vec::new(),
            reply: Records::default(),
            inbox: Records::default(),
            scratch: vec![0; SCRATCH],
            stateless: Limiter::new(STATELESS_BURST, STATELESS_RATE, Instant::now()),
            validation: settings.address_validation,
            half_open: 0,
            active: 0,
            draining: false,
            drained_told: false,
            yielded: false,
            closing: false,
            was_full: false,
            shared: Shared { settings, keys, h3, counters: control.counters() },
            control,
        };
        Ok(Self { socket, buffers: ReceiveBuffers::default(), intake, core })
    }

    /// Runs until it is told to close. The last event is [`Event::Stopped`].
    pub async fn run(mut self) {
        loop {
            let blocked = self.core.outgoing.is_blocked();
            // Those who have more to send while the kernel takes nothing wait for the kernel.
            let idle = self.core.dirty.is_empty() || blocked;
            let deadline = self.core.table.next_deadline().filter(|_| idle);
            tokio::select! {
                biased;
                _ = self.core.control.woken() => {}
                ready = self.readable() => if let Err(error) = ready {
                    return self.fail(&format!("the UDP socket failed: {error}"));
                },
                _ = self.socket.writable(), if blocked => {}
                () = sleep_until(deadline), if deadline.is_some() => {}
                () = std::future::ready(()), if !idle => {}
            }
            // First of all: whoever gave an order expects it to hold for what arrives after it.
            self.take_orders();
            self.receive();
            self.core.turn(&self.socket);
            if self.core.closing {
                self.core.app.event(0, Event::Stopped, &mut self.core.reply);
                self.core.app.turn_ends();
                return;
            }
        }
    }

    async fn readable(&self) -> std::io::Result<()> {
        match &self.intake {
            Intake::Nowhere => std::future::pending().await,
            Intake::Socket => self.socket.readable().await,
            Intake::Successor(inlet) => inlet.readable().await,
        }
    }

    fn take_orders(&mut self) {
        for order in self.core.control.take_orders() {
            match order {
                Order::Read(young) => {
                    self.core.elders.learn(young);
                    self.core.yielded = false;
                    self.intake = Intake::Socket;
                }
                Order::Yield(channel) => match Inlet::new(channel) {
                    Ok(inlet) => {
                        self.intake = Intake::Successor(inlet);
                        self.core.yielded = true;
                        let young = self.core.young();
                        self.core.app.event(0, Event::Yielded(&young), &mut self.core.reply);
                    }
                    // Whoever waits for the event gives up in time, and orders to go on.
                    Err(_) => count(&self.core.shared.counters.receive_errors_other),
                },
                other => self.core.obey(&other),
            }
        }
    }

    fn receive(&mut self) {
        let Self { socket, buffers, intake, core } = self;
        let now = Instant::now();
        for _ in 0..RECEIVES_PER_TURN {
            let received = match intake {
                Intake::Nowhere => return,
                Intake::Socket => {
                    socket.receive(buffers, |datagram| core.on_datagram(socket, datagram, now)).map(|()| true)
                }
                Intake::Successor(inlet) => inlet.receive(|datagram| core.on_datagram(socket, datagram, now)),
            };
            match received {
                Ok(true) => {}
                Ok(false) => *intake = Intake::Nowhere,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    // An ICMP error of some earlier packet shows up here; the socket itself is fine.
                    count(&core.shared.counters.receive_errors_other);
                    return;
                }
            }
        }
    }

    fn fail(mut self, message: &str) {
        self.core.app.event(0, Event::Failed(message), &mut self.core.reply);
        self.core.app.event(0, Event::Stopped, &mut self.core.reply);
        self.core.app.turn_ends();
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline.into()).await;
    }
}

impl<A: Application> Core<A> {
    /// One turn after the datagrams are in: commands, timers, connections, packets, news.
    fn turn(&mut self, socket: &QuicSocket) {
        let now = Instant::now();
        self.take_records(now);
        self.run_timers(now);
        self.refill_after_full();
        self.outgoing.retry(socket, &self.shared.counters);
        let work = std::mem::take(&mut self.dirty);
        for slot in &work {
            self.work(*slot, now);
        }
        // What the application answered in the middle of the turn is part of the turn.
        self.apply_replies(now);
        for slot in work {
            self.depart(slot, socket, now);
        }
        self.was_full = self.app.is_full();
        self.publish_levels();
        self.app.turn_ends();
    }

    fn mark(&mut self, slot: usize) {
        if let Some(entry) = self.table.get(slot).filter(|entry| !entry.dirty) {
            entry.dirty = true;
            self.dirty.push(slot);
        }
    }

    fn mark_all(&mut self) {
        for slot in self.table.all() {
            self.mark(slot);
        }
    }

    /// What concerns the connections.
    fn obey(&mut self, order: &Order) {
        match order {
            Order::AddressValidation(mode) => self.validation = *mode,
            Order::Drain => {
                self.draining = true;
                let now = Instant::now();
                self.for_all(|connection| connection.drain(now));
            }
            Order::Close => {
                self.closing = true;
                self.for_all(|connection| connection.close(H3_NO_ERROR));
            }
            Order::Read(_) | Order::Yield(_) => {}
        }
    }

    /// How the young connections are known, ours and those of older processes.
    fn young(&self) -> Young {
        let Shared { settings, .. } = &self.shared;
        let mut young = self.elders.young();
        let now = Instant::now();
        young.push((settings.generation, self.table.ids_of(|connection| connection.is_young(settings, now))));
        young
    }

    fn for_all(&mut self, act: impl Fn(&mut Connection)) {
        for slot in self.table.all() {
            if let Some(entry) = self.table.get(slot) {
                act(&mut entry.connection);
            }
            self.mark(slot);
        }
    }

    fn take_records(&mut self, now: Instant) {
        let mut inbox = std::mem::take(&mut self.inbox);
        self.control.take_records(&mut inbox);
        self.apply(&inbox, now);
        inbox.clear();
        self.inbox = inbox;
    }

    fn apply_replies(&mut self, now: Instant) {
        // An application answers a request, not its own answers: one round is enough, a second one catches its events.
        while !self.reply.is_empty() {
            let mut replies = std::mem::take(&mut self.reply);
            self.apply(&replies, now);
            replies.clear();
            if self.reply.is_empty() {
                self.reply = replies;
            }
        }
    }

    fn apply(&mut self, records: &Records, now: Instant) {
        for (id, stream, command) in records.iter() {
            let Some(slot) = self.table.find(id) else { continue };
            self.guarded(slot, now, |connection, turn| connection.command(stream, command, turn));
            self.mark(slot);
        }
    }

    fn run_timers(&mut self, now: Instant) {
        while let Some(slot) = self.table.pop_due(now) {
            self.guarded(slot, now, |connection, turn| connection.on_deadline(turn));
            self.mark(slot);
        }
    }

    fn refill_after_full(&mut self) {
        if self.was_full && !self.app.is_full() {
            self.mark_all();
        }
    }

    fn work(&mut self, slot: usize, now: Instant) {
        let Some(entry) = self.table.get(slot) else { return };
        entry.dirty = false;
        self.guarded(slot, now, |connection, turn| connection.turn(turn));
        self.keep_routes(slot);
        self.keep_levels(slot);
    }

    /// Issues and retires connection IDs.
    fn keep_routes(&mut self, slot: usize) {
        let Some(entry) = self.table.get(slot) else { return };
        let mut fresh = Vec::new();
        entry.connection.issue_ids(&self.shared, |cid| fresh.push(cid));
        let retired: Vec<_> = std::iter::from_fn(|| entry.connection.quic.retired_scid_next()).collect();
        for cid in retired {
            self.table.unregister(&cid);
        }
        for cid in fresh {
            self.table.register(cid, slot);
        }
    }

    /// Moves a connection from one level to the other if it has come that far.
    fn keep_levels(&mut self, slot: usize) {
        let Some(entry) = self.table.get(slot) else { return };
        let now = entry.connection.stage();
        let before = std::mem::replace(&mut entry.stage, now);
        self.uncount(before);
        match now {
            Stage::HalfOpen => self.half_open += 1,
            Stage::Open => self.active += 1,
            Stage::Over => {}
        }
    }

    fn uncount(&mut self, stage: Stage) {
        match stage {
            Stage::HalfOpen => self.half_open -= 1,
            Stage::Open => self.active -= 1,
            Stage::Over => {}
        }
    }

    /// Runs `act` on a connection. A panic ends that connection and nothing else.
    fn guarded(&mut self, slot: usize, now: Instant, act: impl FnOnce(&mut Connection, &mut Turn<'_, A>)) {
        let Some(entry) = self.table.get(slot) else { return };
        let mut turn = Turn {
            app: &mut self.app,
            reply: &mut self.reply,
            shared: &self.shared,
            scratch: &mut self.scratch,
            now,
        };
        let connection = &mut entry.connection;
        if catch_unwind(AssertUnwindSafe(|| act(connection, &mut turn))).is_err() {
            connection.abandon(&mut turn);
        }
    }

    fn publish_levels(&mut self) {
        self.shared.counters.half_open_connections.store(self.half_open, Relaxed);
        self.shared.counters.active_connections.store(self.active, Relaxed);
        // A successor would answer the last packets of our clients with a reset: they are awaited for quiche's closing period.
        let left = if self.yielded { self.table.len() as u64 } else { self.half_open + self.active };
        if self.draining && !self.drained_told && left == 0 {
            self.drained_told = true;
            self.app.event(0, Event::Drained, &mut self.reply);
        }
    }
}
