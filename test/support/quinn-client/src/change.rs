//! Changes of the client's address, and when they happen.

use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::socket::Client;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The client knows: quinn's `rebind`, which takes a fresh connection ID of the server's (RFC 9000 §9.2).
    Active,
    /// The client does not know, as behind a NAT: only the socket beneath quinn changes, the connection ID stays.
    Nat,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Once so many bytes of bodies have passed: in the middle of a transfer, however fast the machine is.
    Bytes(u64),
    After(Duration),
}

/// `active@3000000` (bytes) or `nat@500ms`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    pub kind: Kind,
    pub when: When,
}

impl FromStr for Change {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("--change {text}: want active@BYTES, nat@BYTES, active@NNNms or nat@NNNms");
        let (kind, when) = text.split_once('@').ok_or_else(wrong)?;
        let kind = match kind {
            "active" => Kind::Active,
            "nat" => Kind::Nat,
            _ => return Err(wrong()),
        };
        let when = match when.strip_suffix("ms") {
            Some(ms) => When::After(Duration::from_millis(ms.parse().map_err(|_| wrong())?)),
            None => When::Bytes(when.parse().map_err(|_| wrong())?),
        };
        Ok(Self { kind, when })
    }
}

/// Counts body bytes and makes the changes that are due.
pub struct Progress {
    client: Client,
    bytes: AtomicU64,
    /// Latest first, so that the next one is popped.
    due: Mutex<Vec<(u64, Kind)>>,
}

impl Progress {
    pub fn new(client: Client, changes: &[Change]) -> Self {
        let mut due = Vec::new();
        for change in changes {
            match change.when {
                When::Bytes(bytes) => due.push((bytes, change.kind)),
                When::After(delay) => {
                    let (client, kind) = (client.clone(), change.kind);
                    tokio::spawn(async move {
                        tokio::time::sleep(delay).await;
                        client.change(kind);
                    });
                }
            }
        }
        due.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
        Self {
            client,
            bytes: AtomicU64::new(0),
            due: Mutex::new(due),
        }
    }

    pub fn add(&self, bytes: u64) {
        let total = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let mut due = self.due.lock().expect("no one panics here");
        while due.last().is_some_and(|(at, _)| *at <= total) {
            let (_, kind) = due.pop().expect("just seen");
            self.client.change(kind);
        }
    }
}
