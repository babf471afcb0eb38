//! Receiving: to which connection a datagram belongs, and what strangers get.

use std::fs::File;
use std::time::{Instant, SystemTime};

use quiche::RecvInfo;

use super::Core;
use super::departures::transmit;
use super::elders::Parcel;
use super::table::MAX_CONNECTIONS;
use crate::cid::Cid;
use crate::connection::{Connection, Stage};
use crate::counters::{Counters, count};
use crate::datagram::{Kind, MIN_INITIAL, classify};
use crate::events::Application;
use crate::settings::AddressValidation;
use crate::socket::{Datagram, QuicSocket, Route};
use crate::{stateless, token};

/// RFC 9000 §7.2: the ID that a client makes up is at least this long.
const MIN_FIRST_CID: usize = 8;

/// A stranger's Initial packet.
struct Knock<'a> {
    dcid: &'a [u8],
    scid: &'a [u8],
    token: &'a [u8],
    route: Route,
}

/// The IDs of a Retry that the client has answered.
struct Retried {
    original: Cid,
    retry: Cid,
}

impl<A: Application> Core<A> {
    pub(super) fn on_datagram(&mut self, socket: &QuicSocket, datagram: Datagram<'_>, now: Instant) {
        let Datagram { bytes, from, to } = datagram;
        let route = Route { from: to, to: from };
        let counters = &self.shared.counters;
        let len = bytes.len();
        let (slot, dcid) = match classify(bytes) {
            None => return count(&counters.dropped_parse_error),
            Some(Kind::Short { dcid }) => match self.table.route(dcid) {
                Some(slot) => (slot, dcid),
                None if self.elders.take(dcid, Parcel { bytes, from, to }, counters) => return,
                None => {
                    count(&counters.dropped_unknown_connection);
                    let reset = stateless::reset(&self.shared.keys, dcid, len);
                    return self
                        .answer(socket, route, reset, now, |counters| count(&counters.stateless_resets));
                }
            },
            Some(Kind::Long { version, dcid, scid, .. }) if !quiche::version_is_supported(version) => {
                // Version 0 is an answer, and nothing smaller than an Initial may draw one (RFC 9000 §6.1).
                if version == 0 || len < MIN_INITIAL {
                    return count(&counters.dropped_parse_error);
                }
                let offer = Some(stateless::version_negotiation(dcid, scid));
                return self
                    .answer(socket, route, offer, now, |counters| count(&counters.version_negotiations));
            }
            Some(Kind::Long { initial: true, .. }) if len < MIN_INITIAL => {
                return count(&counters.dropped_too_short);
            }
            Some(Kind::Long { initial, dcid, scid, token, .. }) => match self.table.route(dcid) {
                Some(slot) => (slot, dcid),
                None if self.elders.take_long(initial, dcid, Parcel { bytes, from, to }, counters) => return,
                None if initial => match self.admit(socket, &Knock { dcid, scid, token, route }, now) {
                    Some(slot) => (slot, dcid),
                    None => return,
                },
                None => return count(&counters.dropped_unknown_connection),
            },
        };
        // quiche decrypts in place, so the ID is copied first.
        let Some(dcid) = Cid::new(dcid) else { return };
        self.guarded(slot, now, |connection, _| connection.receive(bytes, dcid, RecvInfo { from, to }, now));
        if self.table.get(slot).is_some_and(|entry| entry.connection.never_began()) {
            // Whatever it was, it was no client: nobody is told of a handshake.
            count(&self.shared.counters.dropped_decrypt_error);
            self.uncount(Stage::HalfOpen);
            self.table.remove(slot);
            return;
        }
        self.mark(slot);
    }

    /// Sends an answer that keeps no state, within the rate.
    fn answer(
        &mut self,
        socket: &QuicSocket,
        route: Route,
        packet: Option<Vec<u8>>,
        now: Instant,
        told: impl FnOnce(&Counters),
    ) {
        let counters = &self.shared.counters;
        match packet.filter(|_| self.stateless.take(1, now)) {
            Some(packet) => {
                told(counters);
                transmit(socket, route, &packet, packet.len(), counters);
            }
            None => count(&counters.dropped_other),
        }
    }

    /// Decides about a new client. `None`: it was answered or ignored.
    fn admit(&mut self, socket: &QuicSocket, knock: &Knock<'_>, now: Instant) -> Option<usize> {
        let counters = self.shared.counters.clone();
        let refuse = |core: &mut Self, code| {
            let refusal = stateless::refusal(knock.dcid, knock.scid, code);
            core.answer(socket, knock.route, refusal, now, |_| {});
            None
        };
        if knock.dcid.len() < MIN_FIRST_CID {
            count(&counters.dropped_parse_error);
            return None;
        }
        if self.draining || self.closing {
            count(&counters.rejected_draining);
            return refuse(self, stateless::CONNECTION_REFUSED);
        }
        if self.table.len() >= self.shared.settings.max_connections.min(MAX_CONNECTIONS) {
            count(&counters.rejected_connection_limit);
            return refuse(self, stateless::CONNECTION_REFUSED);
        }
        if token::is_ours(knock.token) {
            let opened =
                token::open(&self.shared.keys, knock.route.to, knock.dcid, knock.token, SystemTime::now());
            let (Some(original), Some(retry)) = (opened, Cid::new(knock.dcid)) else {
                count(&counters.retry_errors);
                count(&counters.rejected_invalid_token);
                return refuse(self, stateless::INVALID_TOKEN);
            };
            count(&counters.retry_validated);
            return self.accept(knock, Some(&Retried { original, retry }), now);
        }
        if self.wants_proof() {
            self.send_retry(socket, knock);
            return None;
        }
        self.accept(knock, None, now)
    }

    fn wants_proof(&self) -> bool {
        match self.validation {
            AddressValidation::Always => true,
            AddressValidation::Off => false,
            AddressValidation::Auto => self.half_open >= self.shared.settings.retry_threshold as u64,
        }
    }

    /// Asks the client to prove its address. Smaller than what it answers, so it needs no rate limit.
    fn send_retry(&mut self, socket: &QuicSocket, knock: &Knock<'_>) {
        let retry_cid = Cid::random(self.shared.settings.generation);
        let packet = Cid::new(knock.dcid).and_then(|original| {
            let now = SystemTime::now();
            let token = token::seal(&self.shared.keys, knock.route.to, &retry_cid, &original, now)?;
            stateless::retry(knock.dcid, knock.scid, &retry_cid, &token)
        });
        let Some(packet) = packet else { return count(&self.shared.counters.dropped_other) };
        transmit(socket, knock.route, &packet, packet.len(), &self.shared.counters);
        count(&self.shared.counters.retry_sent);
    }

    fn accept(&mut self, knock: &Knock<'_>, retried: Option<&Retried>, now: Instant) -> Option<usize> {
        let first_cid = Cid::new(knock.dcid)?;
        let own_cid = Cid::random(self.shared.settings.generation);
        let reset_token = self.shared.keys.reset_token(own_cid.as_slice());
        self.config.set_stateless_reset_token(Some(u128::from_be_bytes(reset_token)));
        let (local, peer) = (knock.route.from, knock.route.to);
        let scid = own_cid.as_quiche();
        let accepted = match retried {
            None => quiche::accept(&scid, None, local, peer, &mut self.config),
            Some(retried) => {
                let ids = quiche::RetryConnectionIds {
                    original_destination_cid: &retried.original.as_quiche(),
                    retry_source_cid: &retried.retry.as_quiche(),
                };
                quiche::accept_with_retry(&scid, ids, local, peer, &mut self.config)
            }
        };
        let Ok(mut quic) = accepted else {
            count(&self.shared.counters.dropped_other);
            return None;
        };
        self.start_qlog(&mut quic, retried.map_or(&first_cid, |retried| &retried.original));
        let id = self.table.next_id();
        let connection = Connection::new(id, quic, local, peer, now);
        self.half_open += 1;
        Some(self.table.insert(connection, first_cid, own_cid))
    }

    /// One file a connection, named like the connection is named in every QUIC tool: by the client's first ID.
    fn start_qlog(&self, quic: &mut quiche::Connection, original: &Cid) {
        let Some(dir) = &self.shared.settings.qlog_dir else { return };
        let name: String = original.as_slice().iter().map(|byte| format!("{byte:02x}")).collect();
        // A full or missing disk must not cost the connection.
        if let Ok(file) = File::create(dir.join(format!("{name}_server.sqlog"))) {
            quic.set_qlog(Box::new(file), "roam".into(), format!("server {name}"));
        }
    }
}
