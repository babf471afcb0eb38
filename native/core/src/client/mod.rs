//! A small HTTP/3 client: one request on one connection, told in detail. For `roam probe` and for comparisons, not for
//! traffic, so it blocks its thread and keeps one datagram in hand.

mod exchange;
mod trust;

use std::net::{SocketAddr, ToSocketAddrs};
use std::time::{Duration, Instant};

use crate::error::Error;
use exchange::Exchange;
pub use trust::Trust;

/// What to ask, and whom to believe.
#[derive(Clone, Debug)]
pub struct Request {
    /// Name or address to connect to.
    pub host: String,
    /// UDP port.
    pub port: u16,
    /// SNI, `:authority` and the name in the certificate; the host if it is another.
    pub server_name: String,
    /// Method of the request.
    pub method: String,
    /// Path and query of the request.
    pub path: String,
    /// More fields, names in lower case.
    pub fields: Vec<(String, String)>,
    /// Whose certificates are accepted.
    pub trust: Trust,
    /// For the whole exchange.
    pub timeout: Duration,
    /// How much of the body is kept; all of it is counted.
    pub body_limit: usize,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Status of the final response.
    pub status: u16,
    /// Its fields, without pseudo-header fields.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// Length of the body.
    pub body_bytes: u64,
    /// Its beginning.
    pub body_start: Vec<u8>,
    /// First packet to the end of the handshake.
    pub handshake_seconds: f64,
    /// First packet to the response's head.
    pub first_byte_seconds: f64,
    /// First packet to the end of the response.
    pub total_seconds: f64,
    /// Smoothed RTT at the end.
    pub rtt_seconds: f64,
    /// The server's chain in DER, leaf first.
    pub certificates: Vec<Vec<u8>>,
    /// Application protocol.
    pub alpn: String,
    /// QUIC version.
    pub quic_version: u32,
    /// The address that answered.
    pub remote: Option<SocketAddr>,
}

/// Makes the request, trying the addresses of the host in turn while nobody listens there.
pub fn get(request: &Request) -> Result<Answer, Error> {
    let deadline = Instant::now() + request.timeout;
    let unknown = || Error::new("ENOTFOUND", format!("{}: no such host", request.host));
    let bare = request.host.trim_start_matches('[').trim_end_matches(']');
    let addresses = (bare, request.port).to_socket_addrs().map_err(|_| unknown())?;
    let mut failure = unknown();
    for address in addresses {
        match Exchange::start(request, address).and_then(|exchange| exchange.run(deadline)) {
            Err(error) if error.code == "ECONNREFUSED" => failure = error,
            other => return other,
        }
    }
    Err(failure)
}
