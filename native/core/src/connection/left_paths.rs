//! Paths that the client has left with packets still under way on them.
//!
//! quiche detects losses path by path: a packet counts as lost once a later packet *of the same path* is acknowledged.
//! After a migration nothing later is ever sent on the old path, and its probe timeouts repeat the data of its two oldest
//! packets again and again. Whatever else a dead NAT binding has swallowed would be missing for ever, and a download
//! hang. So the engine sends one more packet of the old path, a PING, but to where the client is now. Its
//! acknowledgement is the later one that makes quiche declare the others lost and repeat them.

use std::net::SocketAddr;

use super::Connection;
use crate::socket::Route;

/// A path with news about it.
#[derive(Debug)]
pub(super) struct LeftPath {
    local: SocketAddr,
    peer: SocketAddr,
    /// quiche's count of probe timeouts, as last seen: it grows as long as something is missing.
    probe_timeouts: usize,
    /// A packet has to be sent for it.
    due: bool,
}

impl Connection {
    /// The client has moved, or its move has failed: every path but the active one is left.
    pub(super) fn note_left_paths(&mut self) {
        for path in self.quic.path_stats().filter(|path| !path.active) {
            let known = self.left_paths.iter_mut().find(|left| left.is(path.local_addr, path.peer_addr));
            match known {
                Some(left) => left.due = true,
                None => self.left_paths.push(LeftPath {
                    local: path.local_addr,
                    peer: path.peer_addr,
                    probe_timeouts: path.total_pto_count,
                    due: true,
                }),
            }
        }
    }

    /// After quiche's timers: a probe timeout on a left path tells that the packet for it was lost as well, or could not
    /// be sent because the path's congestion window was full (a probe may exceed it).
    pub(super) fn watch_left_paths(&mut self) {
        if self.left_paths.is_empty() {
            return;
        }
        for path in self.quic.path_stats() {
            let known = self.left_paths.iter_mut().find(|left| left.is(path.local_addr, path.peer_addr));
            if let Some(left) = known
                && left.probe_timeouts < path.total_pto_count
            {
                left.probe_timeouts = path.total_pto_count;
                left.due = true;
            }
        }
    }

    /// Writes the next packet of a left path to `out`. Its route leads to where the client is now.
    pub fn send_for_left_path(&mut self, out: &mut [u8]) -> Option<(usize, Route)> {
        let limit = out.len().min(self.packet_limit);
        while let Some(left) = self.left_paths.iter_mut().find(|left| left.due) {
            left.due = false;
            let (local, peer) = (left.local, left.peer);
            let active = self.quic.path_stats().find(|path| path.active)?;
            let route = Route { from: active.local_addr, to: active.peer_addr };
            // The client may have come back, and quiche may have made room for another path.
            if (route.from, route.to) == (local, peer)
                || self.quic.send_ack_eliciting_on_path(local, peer).is_err()
            {
                continue;
            }
            if let Ok((size, _)) = self.quic.send_on_path(&mut out[..limit], Some(local), Some(peer)) {
                return Some((size, route));
            }
        }
        None
    }
}

impl LeftPath {
    fn is(&self, local: SocketAddr, peer: SocketAddr) -> bool {
        (self.local, self.peer) == (local, peer)
    }
}
