//! QUIC and HTTP/3 for Roam: quiche's transport under an endpoint loop of our own.
//!
//! Transport only: what a request means, where it goes and what is answered is TypeScript's business. Nothing here knows
//! Node; `native/binding` does. Start reading at [`engine`], then [`endpoint`], then [`connection`].

pub mod border;
pub mod cid;
pub mod client;
mod connection;
pub mod control;
pub mod counters;
pub mod datagram;
pub mod endpoint;
pub mod engine;
pub mod error;
pub mod events;
pub mod limiter;
pub mod path;
pub mod records;
pub mod secret;
pub mod self_signed;
pub mod settings;
pub mod socket;
pub mod stateless;
pub mod stats;
mod stream;
pub mod takeover;
pub mod tls;
pub mod token;
mod transport;
