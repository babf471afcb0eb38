//! Turns quiche's path events into facts worth counting: exactly one migration for each real one.
//!
//! quiche reports `New`, perhaps `ReusedSourceConnectionId` (a NAT rebinding: same connection ID, other address), then
//! `Validated` or `FailedValidation`, and `PeerMigrated` once the peer has sent more than probes from there. A client
//! that only probes a path has not migrated. After a failure quiche falls back to a path that works and reports that as
//! another `PeerMigrated`, which is nobody's migration.

use std::net::SocketAddr;
use std::time::Instant;

use quiche::PathEvent as Raw;

/// How the peer came to its new address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationReason {
    /// Same connection ID from another address: the peer does not know that it moved.
    NatRebinding,
    /// A new connection ID: the peer moved on purpose.
    AddressChange,
}

/// One outcome on a network path (RFC 9000 §9).
#[derive(Clone, Debug, PartialEq)]
pub enum PathEvent {
    /// The peer moved, or tried to.
    Migrated {
        /// How.
        reason: MigrationReason,
        /// The new path was validated.
        success: bool,
        /// First packet on the path to its validation, or to giving up.
        seconds: f64,
        /// The peer's new address.
        remote: SocketAddr,
        /// The connection had been silent for longer than a PTO before.
        was_idle: bool,
    },
    /// A PATH_CHALLENGE was answered, or given up.
    Validated {
        /// It was answered.
        success: bool,
        /// Challenge to answer.
        seconds: f64,
    },
}

type Tuple = (SocketAddr, SocketAddr);

/// A path that was seen but is not decided yet, or is validated and waits for the peer to move there.
#[derive(Debug)]
struct Candidate {
    tuple: Tuple,
    reason: MigrationReason,
    first_packet: Instant,
    validated: Option<Instant>,
    /// The peer sent more than probes: if validation fails now, a migration has failed.
    in_use: bool,
    was_idle: bool,
}

/// What the endpoint knows about the datagram before quiche saw it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// The connection had been silent for longer than a PTO.
    pub after_silence: bool,
    /// The datagram used the connection ID of the one before it.
    pub same_connection_id: bool,
}

/// Follows the paths of one connection.
#[derive(Debug)]
pub(crate) struct PathWatch {
    candidates: Vec<Candidate>,
    current: Tuple,
    /// A validation failed: the next `PeerMigrated` is quiche falling back.
    falling_back: bool,
    arrival: Arrival,
}

impl PathWatch {
    pub fn new(local: SocketAddr, peer: SocketAddr) -> Self {
        let arrival = Arrival { after_silence: false, same_connection_id: false };
        Self { candidates: Vec::new(), current: (local, peer), falling_back: false, arrival }
    }

    /// Notes a datagram that came from another address than the one before it.
    pub fn moved(&mut self, arrival: Arrival) {
        self.arrival = arrival;
    }

    /// Some path is not decided: [`Self::in_use`] wants to know which path quiche sends on.
    pub fn undecided(&self) -> bool {
        self.candidates.iter().any(|candidate| candidate.validated.is_none())
    }

    /// quiche uses this path now, validated or not.
    pub fn in_use(&mut self, local: SocketAddr, peer: SocketAddr) {
        if let Some(candidate) = self.candidates.iter_mut().find(|known| known.tuple == (local, peer)) {
            candidate.in_use = true;
        }
    }

    /// Takes one of quiche's events and hands on what it means.
    pub fn on_event(&mut self, raw: Raw, now: Instant, mut each: impl FnMut(PathEvent)) {
        match raw {
            Raw::New(local, peer) => {
                self.take((local, peer));
                self.candidates.push(Candidate {
                    tuple: (local, peer),
                    reason: MigrationReason::AddressChange,
                    first_packet: now,
                    validated: None,
                    in_use: false,
                    was_idle: self.arrival.after_silence,
                });
            }
            Raw::ReusedSourceConnectionId(_, _, tuple) => {
                if let Some(candidate) = self.candidates.iter_mut().find(|known| known.tuple == tuple) {
                    candidate.reason = MigrationReason::NatRebinding;
                }
            }
            Raw::Validated(local, peer) => {
                // Without a candidate quiche has re-validated a path that it knew: no news for anybody.
                if let Some(candidate) = self.candidates.iter_mut().find(|known| known.tuple == (local, peer))
                {
                    candidate.validated = Some(now);
                    let seconds = now.saturating_duration_since(candidate.first_packet).as_secs_f64();
                    each(PathEvent::Validated { success: true, seconds });
                }
            }
            Raw::FailedValidation(local, peer) => {
                let Some(candidate) = self.take((local, peer)) else { return };
                let seconds = now.saturating_duration_since(candidate.first_packet).as_secs_f64();
                each(PathEvent::Validated { success: false, seconds });
                if candidate.in_use {
                    self.falling_back = true;
                    each(migrated(&candidate, false, seconds));
                }
            }
            Raw::PeerMigrated(local, peer) => self.on_migrated((local, peer), now, each),
            Raw::Closed(local, peer) => drop(self.take((local, peer))),
            _ => {}
        }
    }

    fn on_migrated(&mut self, tuple: Tuple, now: Instant, mut each: impl FnMut(PathEvent)) {
        let moved = std::mem::replace(&mut self.current, tuple) != tuple;
        let fell_back = std::mem::take(&mut self.falling_back);
        let candidate = match self.take(tuple) {
            Some(candidate) => candidate,
            None if moved && !fell_back => self.returning(tuple, now),
            None => return,
        };
        let validated = candidate.validated.unwrap_or(now);
        let seconds = validated.saturating_duration_since(candidate.first_packet).as_secs_f64();
        each(migrated(&candidate, true, seconds));
    }

    /// A move back to a path that was validated long ago: quiche announces nothing before it.
    fn returning(&self, tuple: Tuple, now: Instant) -> Candidate {
        let reason = match self.arrival.same_connection_id {
            true => MigrationReason::NatRebinding,
            false => MigrationReason::AddressChange,
        };
        let was_idle = self.arrival.after_silence;
        Candidate { tuple, reason, first_packet: now, validated: Some(now), in_use: true, was_idle }
    }

    fn take(&mut self, tuple: Tuple) -> Option<Candidate> {
        let at = self.candidates.iter().position(|known| known.tuple == tuple)?;
        Some(self.candidates.swap_remove(at))
    }
}

fn migrated(candidate: &Candidate, success: bool, seconds: f64) -> PathEvent {
    let Candidate { reason, was_idle, .. } = *candidate;
    PathEvent::Migrated { reason, success, seconds, remote: candidate.tuple.1, was_idle }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    /// Feeds events a millisecond apart and gathers what comes out.
    fn run(events: impl IntoIterator<Item = Raw>, in_use: Option<u16>) -> Vec<PathEvent> {
        let mut watch = PathWatch::new(address(1), address(10));
        let (mut now, mut out) = (Instant::now(), Vec::new());
        for event in events {
            watch.on_event(event, now, |event| out.push(event));
            if let Some(port) = in_use {
                watch.in_use(address(1), address(port));
            }
            now += Duration::from_millis(1);
        }
        out
    }

    fn migrations(events: &[PathEvent]) -> Vec<(MigrationReason, bool)> {
        let mut found = Vec::new();
        for event in events {
            if let PathEvent::Migrated { reason, success, .. } = event {
                found.push((*reason, *success));
            }
        }
        found
    }

    fn reused(port: u16) -> Raw {
        Raw::ReusedSourceConnectionId(0, (address(1), address(10)), (address(1), address(port)))
    }

    #[test]
    fn an_active_migration_counts_once() {
        let (local, new) = (address(1), address(11));
        let events = [Raw::New(local, new), Raw::Validated(local, new), Raw::PeerMigrated(local, new)];
        let out = run(events, Some(11));
        assert_eq!(migrations(&out), [(MigrationReason::AddressChange, true)]);
        assert!(matches!(out[0], PathEvent::Validated { success: true, .. }));
        assert!(matches!(out[1], PathEvent::Migrated { seconds, .. } if (seconds - 0.001).abs() < 1e-9));
    }

    #[test]
    fn a_nat_rebinding_counts_once() {
        let (local, new) = (address(1), address(11));
        let events =
            [Raw::New(local, new), reused(11), Raw::Validated(local, new), Raw::PeerMigrated(local, new)];
        assert_eq!(migrations(&run(events, Some(11))), [(MigrationReason::NatRebinding, true)]);
    }

    #[test]
    fn a_black_hole_is_one_failure_and_no_migration_back() {
        let (local, new) = (address(1), address(11));
        let back = Raw::PeerMigrated(local, address(10));
        let events = [Raw::New(local, new), reused(11), Raw::FailedValidation(local, new), back];
        assert_eq!(migrations(&run(events, Some(11))), [(MigrationReason::NatRebinding, false)]);
    }

    #[test]
    fn a_probe_is_no_migration_whether_it_works_or_not() {
        let (local, new) = (address(1), address(11));
        let worked = run([Raw::New(local, new), Raw::Validated(local, new)], None);
        assert_eq!(worked.len(), 1);
        let failed = run([Raw::New(local, new), Raw::FailedValidation(local, new)], None);
        assert!(matches!(failed[..], [PathEvent::Validated { success: false, .. }]));
    }

    #[test]
    fn a_probe_that_failed_does_not_hide_the_next_migration() {
        let (local, probed, moved) = (address(1), address(11), address(12));
        let events = [
            Raw::New(local, probed),
            Raw::FailedValidation(local, probed),
            Raw::New(local, moved),
            Raw::Validated(local, moved),
            Raw::PeerMigrated(local, moved),
        ];
        assert_eq!(migrations(&run(events, Some(12))), [(MigrationReason::AddressChange, true)]);
    }

    #[test]
    fn going_back_to_a_known_path_is_a_migration_of_its_own() {
        let (local, new, old) = (address(1), address(11), address(10));
        let events = [
            Raw::New(local, new),
            Raw::Validated(local, new),
            Raw::PeerMigrated(local, new),
            Raw::PeerMigrated(local, old),
        ];
        assert_eq!(migrations(&run(events, Some(11))).len(), 2);
    }

    #[test]
    fn the_same_news_twice_counts_once() {
        let (local, new) = (address(1), address(11));
        let migrated = Raw::PeerMigrated(local, new);
        let events = [Raw::New(local, new), Raw::Validated(local, new), migrated.clone(), migrated];
        assert_eq!(migrations(&run(events, Some(11))).len(), 1);
    }
}
