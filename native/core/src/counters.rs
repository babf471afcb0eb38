//! Endpoint counters: written by the endpoint's thread, read by anybody.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Counts since the endpoint started, except the two levels that come first.
        #[derive(Debug, Default)]
        pub struct Counters { $($(#[$doc])* pub $name: AtomicU64),+ }

        impl Counters {
            /// Every value, in the order of the fields; TypeScript names them in the same order.
            pub fn snapshot(&self) -> Vec<u64> {
                vec![$(self.$name.load(Relaxed)),+]
            }
        }
    };
}

counters! {
    /// Level: connections with a finished handshake.
    active_connections,
    /// Level: handshakes that run.
    half_open_connections,
    /// Retry packets sent.
    retry_sent,
    /// Clients that came back with a good token.
    retry_validated,
    /// Clients that came back with a bad one.
    retry_errors,
    /// Version Negotiation packets sent.
    version_negotiations,
    /// Stateless resets sent.
    stateless_resets,
    /// New clients refused because the limit was reached.
    rejected_connection_limit,
    /// New clients refused because of their token.
    rejected_invalid_token,
    /// New clients refused because we were draining.
    rejected_draining,
    /// Initial packets in datagrams under 1200 bytes.
    dropped_too_short,
    /// Packets for connections that nobody knows.
    dropped_unknown_connection,
    /// Datagrams that are not QUIC.
    dropped_parse_error,
    /// Packets that started nothing because they did not decrypt or made no sense.
    dropped_decrypt_error,
    /// Datagrams dropped because a buffer was full.
    dropped_buffer_full,
    /// Datagrams dropped for other reasons, the rate limit of stateless answers included.
    dropped_other,
    /// EAGAIN.
    send_errors_again,
    /// ENOBUFS.
    send_errors_no_buffers,
    /// EMSGSIZE.
    send_errors_message_size,
    /// Any other failure to send.
    send_errors_other,
    /// Failures to receive.
    receive_errors_other,
    /// Panics that were caught.
    panics,
    /// Requests refused here: a NUL in a field, or too many fields.
    rejected_requests,
    /// Datagrams handed on to an older process.
    datagrams_forwarded,
}

/// Adds one.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}
