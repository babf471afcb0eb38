//! Older processes that this one has taken over from: what arrives for their connections is handed on.

use std::net::SocketAddr;

use crate::cid::{CID_LEN, Cid};
use crate::counters::{Counters, count};
use crate::takeover::channel::{Elder, Forwarded};
use crate::takeover::young::Young;

/// A datagram that may belong to somebody else.
#[derive(Clone, Copy)]
pub(super) struct Parcel<'a> {
    pub bytes: &'a [u8],
    pub from: SocketAddr,
    pub to: SocketAddr,
}

/// Those that may still have connections, newest first.
#[derive(Default)]
pub(super) struct Elders(Vec<Elder>);

impl Elders {
    pub fn new(elders: Vec<Elder>) -> Self {
        Self(elders)
    }

    /// Notes how the young connections of each are known.
    pub fn learn(&mut self, young: Young) {
        for (generation, cids) in young {
            if let Some(elder) = self.0.iter_mut().find(|elder| elder.generation == generation) {
                elder.young.extend(cids);
            }
        }
    }

    /// What is known of their young connections, for the next process.
    pub fn young(&self) -> Young {
        self.0.iter().map(|elder| (elder.generation, elder.young.iter().copied().collect())).collect()
    }

    /// Hands on a packet whose ID we must have issued. False: there is nobody for it.
    pub fn take(&mut self, dcid: &[u8], parcel: Parcel<'_>, counters: &Counters) -> bool {
        let generation = dcid.first().filter(|_| dcid.len() == CID_LEN);
        let of = self.0.iter().position(|elder| generation == Some(&elder.generation));
        self.forward(of, parcel, counters)
    }

    /// Hands on a packet of a handshake. The ID of an Initial may be one that a new client has made up, so it must be
    /// known for certain.
    pub fn take_long(&mut self, initial: bool, dcid: &[u8], parcel: Parcel<'_>, counters: &Counters) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let of = Cid::new(dcid).and_then(|cid| self.0.iter().position(|elder| elder.young.contains(&cid)));
        match of {
            None if !initial => self.take(dcid, parcel, counters),
            known => self.forward(known, parcel, counters),
        }
    }

    fn forward(&mut self, of: Option<usize>, parcel: Parcel<'_>, counters: &Counters) -> bool {
        let Some((index, elder)) = of.and_then(|index| Some((index, self.0.get(index)?))) else {
            return false;
        };
        match elder.forward(parcel.bytes, parcel.from, parcel.to) {
            Forwarded::Sent => count(&counters.datagrams_forwarded),
            Forwarded::Full => count(&counters.dropped_buffer_full),
            Forwarded::Gone => {
                self.0.remove(index);
                return false;
            }
        }
        true
    }
}
