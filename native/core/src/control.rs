//! The other threads' end of an endpoint: orders and records in, counters out. Nothing here waits.

use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::counters::Counters;
use crate::records::Records;
use crate::settings::AddressValidation;
use crate::takeover::young::Young;

/// What concerns the endpoint as a whole.
#[derive(Debug)]
pub enum Order {
    /// From now on.
    AddressValidation(AddressValidation),
    /// Take what arrives at the socket, and hand on what belongs to these connections of older processes.
    Read(Young),
    /// Leave the socket to a successor, which hands on through this channel.
    Yield(OwnedFd),
    /// Finish what runs, refuse what is new.
    Drain,
    /// Close everything and stop.
    Close,
}

/// Shared by an endpoint and whoever steers it.
#[derive(Debug, Default)]
pub struct Control {
    records: Mutex<Records>,
    orders: Mutex<Vec<Order>>,
    wake: Notify,
    counters: Arc<Counters>,
}

impl Control {
    /// Hands over packed records; see [`crate::records`].
    pub fn submit(&self, packed: &[u8]) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).extend(packed);
        self.wake();
    }

    /// Hands over one record whose payload is somewhere else, so that a large one need not be packed first.
    pub fn submit_large(&self, head: &[u8], payload: &[u8]) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).extend_large(head, payload);
        self.wake();
    }

    /// Gives an order.
    pub fn order(&self, order: Order) {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).push(order);
        self.wake();
    }

    /// Makes the endpoint take a turn, for instance because the application has room again.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// The endpoint's counters.
    pub fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }

    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Swaps the waiting records for an empty buffer, so that both buffers are used again and again.
    pub(crate) fn take_records(&self, empty: &mut Records) {
        std::mem::swap(&mut *self.records.lock().unwrap_or_else(PoisonError::into_inner), empty);
    }

    pub(crate) fn take_orders(&self) -> Vec<Order> {
        std::mem::take(&mut *self.orders.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
