//! One connection: quiche's transport and HTTP/3 state, our streams, and what the application is told of them.

mod closing;
mod left_paths;
mod requests;
mod responses;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use quiche::{RecvInfo, h3};

use crate::cid::Cid;
use crate::counters::{Counters, count};
use crate::events::{
    Application, CloseInfo, CloseReason, ConnectionId, ConnectionInfo, Event, HandshakeFailure,
};
use crate::limiter::Limiter;
use crate::path::{Arrival, PathEvent, PathWatch};
use crate::records::Records;
use crate::secret::Keys;
use crate::settings::Settings;
use crate::stats::{Meter, Sample};
use crate::stream::Stream;
use crate::transport::{MAX_PAYLOAD, PATHS, SAFE_PAYLOAD};
use closing::Leaving;
use left_paths::LeftPath;

/// H3_NO_ERROR (RFC 9114 §8.1).
pub(crate) const H3_NO_ERROR: u64 = 0x100;
const H3_INTERNAL_ERROR: u64 = 0x102;
const H3_EXCESSIVE_LOAD: u64 = 0x107;
const H3_REQUEST_REJECTED: u64 = 0x10b;
const H3_REQUEST_INCOMPLETE: u64 = 0x10d;
const H3_MESSAGE_ERROR: u64 = 0x10e;
/// Resets and cancellations that a connection may send at once, and per second after that. A browser that leaves a page
/// cancels some dozens; a rapid-reset flood needs thousands (CVE-2023-44487).
const ABUSE_BURST: u32 = 200;
const ABUSE_RATE: u32 = 33;
/// Connection IDs that we issue, if the peer takes that many: one in use, the others for paths it may move to.
const ISSUED_IDS: usize = 8;
/// From this many paths on, the client is asked to go on with a new connection, in good time before quiche has no room
/// for another path and drops what comes from there.
const RETIRE_AT_PATHS: usize = PATHS as usize - 8;
/// RFC 9002 §6.2: the peer may delay an acknowledgement by this much unless it says otherwise.
const MAX_ACK_DELAY: Duration = Duration::from_millis(25);

/// What all connections of an endpoint share.
pub(crate) struct Shared {
    pub settings: Settings,
    pub keys: Keys,
    pub h3: h3::Config,
    pub counters: std::sync::Arc<Counters>,
}

/// What a connection needs while it works: lent by the endpoint for one turn.
pub(crate) struct Turn<'a, A> {
    pub app: &'a mut A,
    pub reply: &'a mut Records,
    pub shared: &'a Shared,
    pub scratch: &'a mut [u8],
    pub now: Instant,
}

impl<A: Application> Turn<'_, A> {
    fn tell(&mut self, connection: ConnectionId, event: Event<'_>) {
        self.app.event(connection, event, self.reply);
    }
}

/// How far a connection is, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    HalfOpen,
    Open,
    Over,
}

/// What the application knows of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing yet.
    Handshake,
    /// That it is there.
    Open,
    /// Its end was told. Kept until quiche's closing period is over, so that late packets are absorbed (RFC 9000 §10.2).
    Over,
}

/// See the module.
pub(crate) struct Connection {
    pub id: ConnectionId,
    pub quic: quiche::Connection,
    http: Option<h3::Connection>,
    streams: HashMap<u64, Stream>,
    /// Streams whose response is with the transport and not yet acknowledged.
    finishing: Vec<u64>,
    paths: PathWatch,
    left_paths: Vec<LeftPath>,
    /// Largest packet to send, see [`SAFE_PAYLOAD`].
    packet_limit: usize,
    meter: Meter,
    abuse: Limiter,
    /// quiche's count of streams that we stopped, as last seen: unknown stream types show up only there.
    stopped_seen: u64,
    /// quiche's count of STOP_SENDING frames, as last seen.
    stops_seen: u64,
    /// Something has arrived since the counts were read.
    received: bool,
    phase: Phase,
    created: Instant,
    last_received: Instant,
    last_peer: SocketAddr,
    last_cid: Option<Cid>,
    next_sample: Instant,
    next_stream: u64,
    /// The endpoint goes away.
    draining: bool,
    /// This connection has used up its paths.
    retiring: bool,
    leaving: Leaving,
    closed_by_application: bool,
    /// Forget it without waiting for quiche's closing period.
    discarded: bool,
}

impl Connection {
    pub fn new(
        id: ConnectionId,
        quic: quiche::Connection,
        local: SocketAddr,
        peer: SocketAddr,
        now: Instant,
    ) -> Self {
        Self {
            id,
            quic,
            http: None,
            streams: HashMap::new(),
            finishing: Vec::new(),
            paths: PathWatch::new(local, peer),
            left_paths: Vec::new(),
            packet_limit: MAX_PAYLOAD,
            meter: Meter::default(),
            abuse: Limiter::new(ABUSE_BURST, ABUSE_RATE, now),
            stopped_seen: 0,
            stops_seen: 0,
            received: false,
            phase: Phase::Handshake,
            created: now,
            last_received: now,
            last_peer: peer,
            last_cid: None,
            next_sample: now,
            next_stream: 0,
            draining: false,
            retiring: false,
            leaving: Leaving::No,
            closed_by_application: false,
            discarded: false,
        }
    }

    /// As what the endpoint counts it. With 0-RTT a connection is of use before its client is certain.
    pub fn stage(&self) -> Stage {
        match self.phase {
            Phase::Over => Stage::Over,
            _ if self.quic.is_established() => Stage::Open,
            _ => Stage::HalfOpen,
        }
    }

    /// Nothing is left to do: the endpoint may forget it.
    pub fn is_gone(&self) -> bool {
        self.phase == Phase::Over && (self.quic.is_closed() || self.discarded)
    }

    /// Its client may still use the ID that it made up for its first packets.
    pub fn is_young(&self, settings: &Settings, now: Instant) -> bool {
        now < self.created + settings.handshake_timeout
    }

    /// Its first datagram had no packet that decrypts.
    pub fn never_began(&self) -> bool {
        self.phase == Phase::Handshake && self.quic.is_closed() && self.quic.stats().recv == 0
    }

    /// Takes a datagram. An error closes the connection, which [`Self::turn`] will notice.
    pub fn receive(&mut self, bytes: &mut [u8], dcid: Cid, info: RecvInfo, now: Instant) {
        if info.from != self.last_peer {
            let silence = now.saturating_duration_since(self.last_received);
            let same_connection_id = self.last_cid == Some(dcid);
            self.paths.moved(Arrival { after_silence: silence > self.probe_timeout(), same_connection_id });
            self.last_peer = info.from;
        }
        self.last_cid = Some(dcid);
        self.last_received = now;
        self.received = true;
        // Whatever is wrong with it, quiche has either dropped the packet or closed the connection.
        let _ = self.quic.recv(bytes, info);
    }

    /// RFC 9002 §6.2.1, from the active path's estimates.
    fn probe_timeout(&self) -> Duration {
        self.quic.path_stats().find(|path| path.active).map_or(MAX_ACK_DELAY, |path| {
            path.rtt + (4 * path.rttvar).max(Duration::from_millis(1)) + MAX_ACK_DELAY
        })
    }

    /// When [`Self::turn`] has to run even if nothing arrives.
    pub fn deadline(&self, settings: &Settings) -> Option<Instant> {
        let ours = match self.stage() {
            Stage::HalfOpen => Some(self.created + settings.handshake_timeout),
            Stage::Open if self.phase == Phase::Open => Some(match self.leaving {
                Leaving::LastCall(until) => self.next_sample.min(until),
                _ => self.next_sample,
            }),
            _ => None,
        };
        [self.quic.timeout_instant(), ours].into_iter().flatten().min()
    }

    /// Runs quiche's timers and ours.
    pub fn on_deadline<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        if self.quic.timeout_instant().is_some_and(|at| at <= turn.now) {
            self.quic.on_timeout();
            self.watch_left_paths();
        }
        if self.phase == Phase::Handshake && self.created + turn.shared.settings.handshake_timeout <= turn.now
        {
            self.phase = Phase::Over;
            self.discarded = true;
            turn.tell(self.id, Event::HandshakeFailed(HandshakeFailure::Timeout));
        }
    }

    /// Does everything that may have become possible: opens, reads requests, sends responses, follows paths, closes.
    pub fn turn<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        if self.phase == Phase::Over {
            return;
        }
        self.open(turn);
        self.follow_paths(turn);
        if self.http.is_some() {
            self.read_counts(turn);
            self.send_responses(turn);
            self.read_requests(turn);
            self.forget_streams(turn);
        }
        self.finish_drain(turn.now);
        self.publish_sample(turn);
        self.notice_end(turn);
    }

    fn open<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        if self.http.is_some() || !(self.quic.is_established() || self.quic.is_in_early_data()) {
            return;
        }
        let Ok(http) = h3::Connection::with_transport(&mut self.quic, &turn.shared.h3) else {
            // quiche has closed the connection: the client allows us no control stream.
            return;
        };
        self.http = Some(http);
        self.phase = Phase::Open;
        self.next_sample = turn.now + turn.shared.settings.sample_interval;
        let (local, remote) = match self.quic.path_stats().find(|path| path.active) {
            Some(path) => (path.local_addr, path.peer_addr),
            None => return,
        };
        let info = ConnectionInfo {
            remote,
            local,
            server_name: self.quic.server_name().unwrap_or_default().to_owned(),
            resumed: self.quic.is_resumed(),
            handshake_seconds: turn.now.saturating_duration_since(self.created).as_secs_f64(),
        };
        turn.tell(self.id, Event::Opened(&info));
        if self.draining || self.retiring {
            self.go_away(turn.now);
        }
    }

    fn follow_paths<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        while let Some(raw) = self.quic.path_event_next() {
            let id = self.id;
            if matches!(raw, quiche::PathEvent::New(..)) {
                self.packet_limit = SAFE_PAYLOAD;
                if self.quic.stats().paths_count >= RETIRE_AT_PATHS {
                    self.retire(turn.now);
                }
            }
            let mut moved = false;
            self.paths.on_event(raw, turn.now, |event| {
                moved |= matches!(event, PathEvent::Migrated { .. });
                turn.tell(id, Event::Path(&event));
            });
            if moved {
                self.note_left_paths();
            }
        }
        if self.paths.undecided()
            && let Some(path) = self.quic.path_stats().find(|path| path.active)
        {
            self.paths.in_use(path.local_addr, path.peer_addr);
        }
    }

    fn publish_sample<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        if self.phase == Phase::Open && self.next_sample <= turn.now {
            self.next_sample = turn.now + turn.shared.settings.sample_interval;
            let sample = self.sample(false);
            turn.tell(self.id, Event::Sample(&sample));
        }
    }

    fn sample(&mut self, last: bool) -> Sample {
        let mut sample = self.meter.sample(&self.quic, last);
        sample.path_mtu = sample.path_mtu.min(self.packet_limit as u64);
        sample
    }

    /// Writes the next packet to `out`.
    pub fn send(&mut self, out: &mut [u8]) -> quiche::Result<(usize, quiche::SendInfo)> {
        let limit = out.len().min(self.packet_limit);
        self.quic.send(&mut out[..limit])
    }

    /// Looks at quiche's counts for what it does not tell otherwise: STOP_SENDING on a stream that was writable, and
    /// streams of unknown types, which the HTTP/3 layer stops by itself.
    fn read_counts<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        if !std::mem::take(&mut self.received) {
            return;
        }
        let stats = self.quic.stats();
        if stats.stopped_stream_count_remote != self.stops_seen {
            self.stops_seen = stats.stopped_stream_count_remote;
            self.find_stopped(turn);
        }
        let stopped = stats.stopped_stream_count_local;
        let new = stopped.saturating_sub(std::mem::replace(&mut self.stopped_seen, stopped));
        self.note_abuse(new, turn.now);
    }

    fn note_abuse(&mut self, times: u64, now: Instant) {
        if times > 0 && !self.abuse.take(times, now) {
            let _ = self.quic.close(true, H3_EXCESSIVE_LOAD, b"too many cancelled streams");
        }
    }

    /// Issues connection IDs up to what the peer keeps, so that it has one for every path it may move to
    /// (RFC 9000 §9.5). `register` routes each of them here.
    pub fn issue_ids(&mut self, shared: &Shared, mut register: impl FnMut(Cid)) {
        if self.phase != Phase::Open {
            return;
        }
        while self.quic.active_scids() < ISSUED_IDS && self.quic.scids_left() > 0 {
            let cid = Cid::random(shared.settings.generation);
            let token = u128::from_be_bytes(shared.keys.reset_token(cid.as_slice()));
            if self.quic.new_scid(&cid.as_quiche(), token, false).is_err() {
                break;
            }
            register(cid);
        }
    }

    /// Ends it after a panic: its state cannot be trusted any more, so nothing of it is sent.
    pub fn abandon<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        count(&turn.shared.counters.panics);
        self.discard(CloseReason::Other, HandshakeFailure::Other, turn);
    }

    /// Forgets it without a word to the peer.
    fn discard<A: Application>(
        &mut self,
        reason: CloseReason,
        failure: HandshakeFailure,
        turn: &mut Turn<'_, A>,
    ) {
        self.discarded = true;
        match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Handshake => turn.tell(self.id, Event::HandshakeFailed(failure)),
            Phase::Open => {
                let duration_seconds = self.age(turn.now);
                let end = CloseInfo { reason, by_peer: false, code: 0, duration_seconds };
                turn.tell(self.id, Event::Closed(end));
            }
            Phase::Over => {}
        }
    }
}
