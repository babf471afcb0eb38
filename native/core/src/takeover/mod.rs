//! One process takes over from another: sockets change hands, and what still arrives for connections of an older process
//! is handed on to it. Who may take over, and when, is TypeScript's business.
//!
//! [`peer`] carries words and descriptors between the two processes while they negotiate, [`channel`] carries datagrams
//! afterwards. The first byte of a connection ID is the generation of the process that issued it; see
//! docs/decisions/0017-takeover.md.

pub mod channel;
pub mod peer;
pub mod rendezvous;
pub mod young;

use std::os::fd::OwnedFd;

/// What a process gets of one UDP address from the process before it.
#[derive(Debug)]
pub struct Inheritance {
    /// The bound socket, shared with the process that gives it.
    pub socket: OwnedFd,
    /// Older processes that still have connections: generation, and the sending end of the channel to it.
    pub elders: Vec<(u8, OwnedFd)>,
}
