//! Who is who: connections by slot, by connection ID and by deadline.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Instant;

use slab::Slab;

use crate::cid::Cid;
use crate::connection::{Connection, Stage};
use crate::events::ConnectionId;

/// Slots take the low bits of a [`ConnectionId`], generations the rest.
const SLOT_BITS: u32 = 20;
/// More connections than this cannot be numbered.
pub(crate) const MAX_CONNECTIONS: usize = 1 << SLOT_BITS;

/// A packet that its congestion controller wants to leave later (pacing).
pub(crate) struct Held {
    pub route: crate::socket::Route,
    pub packet: Vec<u8>,
    pub at: Instant,
}

/// A connection and what the endpoint keeps about it.
pub(crate) struct Slot {
    pub connection: Connection,
    /// As which level it is counted at present.
    pub stage: Stage,
    pub held: Option<Held>,
    /// Queued for a turn.
    pub dirty: bool,
    /// The ID that the client made up for its first packets.
    first_cid: Cid,
    /// The earliest entry in the heap of deadlines.
    armed: Option<Instant>,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Table {
    slots: Slab<Slot>,
    routes: HashMap<Cid, usize>,
    deadlines: BinaryHeap<Reverse<(Instant, usize)>>,
    generation: u32,
}

impl Table {
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// The number that the next connection will have.
    pub fn next_id(&mut self) -> ConnectionId {
        self.generation = self.generation.wrapping_add(1);
        self.generation << SLOT_BITS | self.slots.vacant_key() as u32
    }

    pub fn insert(&mut self, connection: Connection, first_cid: Cid, own_cid: Cid) -> usize {
        let slot = self.slots.insert(Slot {
            connection,
            stage: Stage::HalfOpen,
            held: None,
            dirty: false,
            first_cid,
            armed: None,
        });
        self.routes.insert(first_cid, slot);
        self.routes.insert(own_cid, slot);
        slot
    }

    pub fn get(&mut self, slot: usize) -> Option<&mut Slot> {
        self.slots.get_mut(slot)
    }

    pub fn route(&self, cid: &[u8]) -> Option<usize> {
        self.routes.get(&Cid::new(cid)?).copied()
    }

    pub fn register(&mut self, cid: Cid, slot: usize) {
        self.routes.insert(cid, slot);
    }

    pub fn unregister(&mut self, cid: &[u8]) {
        if let Some(cid) = Cid::new(cid) {
            self.routes.remove(&cid);
        }
    }

    /// The slot of a connection that still has this number.
    pub fn find(&self, id: ConnectionId) -> Option<usize> {
        let slot = id as usize & (MAX_CONNECTIONS - 1);
        self.slots.get(slot).filter(|found| found.connection.id == id).map(|_| slot)
    }

    pub fn remove(&mut self, slot: usize) {
        let Some(removed) = self.slots.try_remove(slot) else { return };
        self.routes.remove(&removed.first_cid);
        for cid in removed.connection.quic.source_ids() {
            self.unregister(cid);
        }
    }

    /// Every ID that the connections that `pick` takes are known by.
    pub fn ids_of(&self, pick: impl Fn(&Connection) -> bool) -> Vec<Cid> {
        let picked = self.slots.iter().map(|(_, slot)| slot).filter(|slot| pick(&slot.connection));
        picked
            .flat_map(|slot| {
                let issued = slot.connection.quic.source_ids().filter_map(|cid| Cid::new(cid));
                issued.chain([slot.first_cid]).collect::<Vec<_>>()
            })
            .collect()
    }

    pub fn all(&self) -> Vec<usize> {
        self.slots.iter().map(|(slot, _)| slot).collect()
    }

    /// Sees to it that `slot` gets its turn at `deadline`. An earlier entry stays and re-arms when it fires: deadlines
    /// move later with every packet, and moving a heap's entry each time would cost more.
    pub fn arm(&mut self, slot: usize, deadline: Option<Instant>) {
        let (Some(entry), Some(deadline)) = (self.slots.get_mut(slot), deadline) else { return };
        if entry.armed.is_none_or(|armed| deadline < armed) {
            entry.armed = Some(deadline);
            self.deadlines.push(Reverse((deadline, slot)));
        }
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.peek().map(|Reverse((at, _))| *at)
    }

    /// A slot whose entry is due. Its real deadline may be later: the caller looks and arms again.
    pub fn pop_due(&mut self, now: Instant) -> Option<usize> {
        while let Some(Reverse((at, slot))) =
            self.deadlines.peek().copied().filter(|Reverse((at, _))| *at <= now)
        {
            self.deadlines.pop();
            // Entries of connections that have gone, and entries that an earlier one has replaced, are skipped.
            if let Some(entry) = self.slots.get_mut(slot).filter(|entry| entry.armed == Some(at)) {
                entry.armed = None;
                return Some(slot);
            }
        }
        None
    }
}
