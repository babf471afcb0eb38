//! Ends: draining, closing, and telling why it is over.

use std::time::{Duration, Instant};

use quiche::ConnectionError;

use super::{Connection, H3_NO_ERROR, Phase, Turn};
use crate::events::{Application, CloseInfo, CloseReason, Event, HandshakeFailure};

/// TLS alerts as QUIC carries them (RFC 9001 §4.8).
const CRYPTO_ERROR: std::ops::RangeInclusive<u64> = 0x100..=0x1ff;
const NO_APPLICATION_PROTOCOL: u64 = 0x178;
/// The largest ID of a request's stream: refuses nothing.
const LAST_STREAM: u64 = (1 << 62) - 4;
/// How long requests are accepted after the first GOAWAY: three times what a packet and its repetition take, but never
/// so short that a client has no time to read it, nor so long that it holds up a shutdown.
const MIN_GRACE: Duration = Duration::from_millis(250);
const MAX_GRACE: Duration = Duration::from_secs(2);

/// How far a connection is with saying goodbye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    No,
    /// The client was told; what it sent before it knew is served until then.
    LastCall(Instant),
    /// Nothing new is served.
    Refusing,
}

impl Connection {
    /// Begins to finish.
    pub fn drain(&mut self, now: Instant) {
        self.draining = true;
        self.go_away(now);
    }

    /// The same for this connection alone.
    pub(super) fn retire(&mut self, now: Instant) {
        if !std::mem::replace(&mut self.retiring, true) {
            self.go_away(now);
        }
    }

    /// Asks the client to send no more requests here, in the two steps of RFC 9114 §5.2: at first none is refused, because
    /// some are under way.
    pub(super) fn go_away(&mut self, now: Instant) {
        if self.leaving == Leaving::No && self.http.is_some() {
            self.announce(LAST_STREAM);
            let grace = (3 * self.probe_timeout()).clamp(MIN_GRACE, MAX_GRACE);
            self.leaving = Leaving::LastCall(now + grace);
        }
    }

    /// Goes on with it: refuses what comes from now on once the client must know, and closes once every response is
    /// acknowledged.
    pub(super) fn finish_drain(&mut self, now: Instant) {
        if matches!(self.leaving, Leaving::LastCall(until) if until <= now) {
            self.leaving = Leaving::Refusing;
            self.announce(self.next_stream);
        }
        if self.leaving == Leaving::Refusing && self.phase == Phase::Open && self.streams.is_empty() {
            let _ = self.quic.close(true, H3_NO_ERROR, b"");
        }
    }

    fn announce(&mut self, first_refused: u64) {
        if let Some(http) = &mut self.http {
            // If the control stream has no room the client learns it from the close at the end.
            let _ = http.send_goaway(&mut self.quic, first_refused);
        }
    }

    /// Closes at once, with an HTTP/3 error code.
    pub fn close(&mut self, code: u64) {
        self.closed_by_application = true;
        let _ = self.quic.close(true, code, b"");
    }

    /// Tells the end as soon as it is certain, long before quiche forgets the connection.
    pub(super) fn notice_end<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        let closing = self.quic.local_error().is_some();
        if !(closing || self.quic.is_draining() || self.quic.is_closed()) {
            return;
        }
        let was = std::mem::replace(&mut self.phase, Phase::Over);
        self.streams.clear();
        match was {
            Phase::Handshake => turn.tell(self.id, Event::HandshakeFailed(self.handshake_failure())),
            Phase::Open => {
                let sample = self.sample(true);
                turn.tell(self.id, Event::Sample(&sample));
                let end = self.end(turn.now);
                turn.tell(self.id, Event::Closed(end));
            }
            Phase::Over => {}
        }
    }

    fn handshake_failure(&self) -> HandshakeFailure {
        if self.quic.is_timed_out() {
            return HandshakeFailure::Timeout;
        }
        match self.quic.peer_error().or(self.quic.local_error()) {
            Some(error) if error.is_app => HandshakeFailure::Other,
            Some(error) if error.error_code == NO_APPLICATION_PROTOCOL => HandshakeFailure::NoSharedAlpn,
            Some(error) if CRYPTO_ERROR.contains(&error.error_code) => HandshakeFailure::TlsAlert,
            Some(_) => HandshakeFailure::TransportError,
            None => HandshakeFailure::Other,
        }
    }

    fn end(&self, now: std::time::Instant) -> CloseInfo {
        let (reason, by_peer, code) = match (self.quic.peer_error(), self.quic.local_error()) {
            _ if self.quic.is_timed_out() => (CloseReason::IdleTimeout, false, 0),
            (Some(error), _) => (peer_reason(error), true, error.error_code),
            (None, Some(error)) => (self.local_reason(error), false, error.error_code),
            // quiche closes without an error when it recognises a stateless reset.
            (None, None) => (CloseReason::Reset, true, 0),
        };
        CloseInfo { reason, by_peer, code, duration_seconds: self.age(now) }
    }

    pub(super) fn age(&self, now: std::time::Instant) -> f64 {
        now.saturating_duration_since(self.created).as_secs_f64()
    }

    fn local_reason(&self, error: &ConnectionError) -> CloseReason {
        match (error.is_app, error.error_code) {
            (true, H3_NO_ERROR) if self.draining => CloseReason::Drain,
            (true, H3_NO_ERROR) | (false, 0) => CloseReason::NoError,
            (true, _) if self.closed_by_application => CloseReason::ApplicationError,
            // The HTTP/3 layer found the peer at fault.
            _ => CloseReason::ProtocolError,
        }
    }
}

fn peer_reason(error: &ConnectionError) -> CloseReason {
    match (error.is_app, error.error_code) {
        (true, H3_NO_ERROR) | (false, 0) => CloseReason::NoError,
        (true, _) => CloseReason::ApplicationError,
        (false, _) => CloseReason::ProtocolError,
    }
}
