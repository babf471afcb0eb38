//! What an endpoint tells its application, and the application's side of the deal.

use std::net::SocketAddr;

use quiche::h3::Header;

use crate::path::PathEvent;
use crate::records::Records;
use crate::stats::Sample;
use crate::takeover::young::Young;

/// Number of a connection: slot in the low bits, generation above, so that a late command misses rather than hits another.
pub type ConnectionId = u32;

/// What is known of a client once its handshake is done.
#[derive(Clone, Debug)]
pub struct ConnectionInfo {
    /// The client's address.
    pub remote: SocketAddr,
    /// Our address that it used.
    pub local: SocketAddr,
    /// SNI, empty when the client sent none.
    pub server_name: String,
    /// A TLS session was resumed.
    pub resumed: bool,
    /// First datagram to the end of the handshake; with 0-RTT, to the first early request.
    pub handshake_seconds: f64,
}

/// Why a connection ended. The numbers cross the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum CloseReason {
    /// NO_ERROR or H3_NO_ERROR.
    NoError = 0,
    /// Silence for the negotiated idle timeout.
    IdleTimeout = 1,
    /// The handshake was too slow.
    HandshakeTimeout = 2,
    /// Somebody broke QUIC, TLS or HTTP/3.
    ProtocolError = 3,
    /// Closed with an application error code.
    ApplicationError = 4,
    /// The peer sent a stateless reset.
    Reset = 5,
    /// We were draining.
    Drain = 6,
    /// Anything else, a caught panic included.
    Other = 7,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug)]
pub struct CloseInfo {
    /// Why.
    pub reason: CloseReason,
    /// The peer began it.
    pub by_peer: bool,
    /// QUIC or HTTP/3 error code, 0 where there is none.
    pub code: u64,
    /// First datagram to the end.
    pub duration_seconds: f64,
}

/// Why a handshake failed. The numbers cross the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum HandshakeFailure {
    /// Not done within the handshake timeout.
    Timeout = 0,
    /// A TLS alert, from either side.
    TlsAlert = 1,
    /// The client does not speak HTTP/3.
    NoSharedAlpn = 2,
    /// A QUIC transport error.
    TransportError = 3,
    /// Anything else.
    Other = 4,
}

/// One piece of news. Borrowed: the application takes what it needs.
#[derive(Debug)]
pub enum Event<'a> {
    /// The handshake is done (or early data is here).
    Opened(&'a ConnectionInfo),
    /// Nothing more of this connection follows.
    Closed(CloseInfo),
    /// A connection that never opened.
    HandshakeFailed(HandshakeFailure),
    /// A request's head.
    Request {
        /// Stream of the request.
        stream: u64,
        /// Pseudo-header fields first, as the peer sent them.
        fields: &'a [Header],
        /// No body follows.
        end: bool,
        /// It came as 0-RTT data.
        early: bool,
    },
    /// Bytes of the request's body, within the credit.
    Data {
        /// Stream of the request.
        stream: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// The body is whole.
    BodyEnd {
        /// Stream of the request.
        stream: u64,
        /// Trailer section, empty where there was none.
        trailers: &'a [Header],
    },
    /// RESET_STREAM from the client.
    RequestReset {
        /// Stream of the request.
        stream: u64,
        /// Its error code.
        code: u64,
    },
    /// STOP_SENDING from the client.
    ResponseStopped {
        /// Stream of the request.
        stream: u64,
        /// Its error code.
        code: u64,
    },
    /// The send buffer of a stream has drained.
    Writable {
        /// Stream of the request.
        stream: u64,
    },
    /// The stream is forgotten.
    StreamClosed {
        /// Stream of the request.
        stream: u64,
    },
    /// Something happened on a network path.
    Path(&'a PathEvent),
    /// Statistics since the last sample.
    Sample(&'a Sample),
    /// Nothing is read from the socket any more; these connections are young, see [`crate::takeover::young`].
    Yielded(&'a Young),
    /// The last connection of a draining endpoint has finished.
    Drained,
    /// The endpoint has stopped; nothing follows.
    Stopped,
    /// The endpoint failed as a whole; `Stopped` follows.
    Failed(&'a str),
}

/// Who uses an endpoint. Called on the endpoint's thread: it must not wait.
pub trait Application: Send {
    /// Takes one event. Commands written to `reply` are carried out in the same turn.
    fn event(&mut self, connection: ConnectionId, event: Event<'_>, reply: &mut Records);

    /// The end of a turn of the loop: publish what was gathered.
    fn turn_ends(&mut self) {}

    /// No more requests or bytes for now. The endpoint stops reading streams and lets flow control hold the clients.
    fn is_full(&self) -> bool {
        false
    }
}
