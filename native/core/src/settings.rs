//! What the operator chose, in Rust's words. Checked values only: TypeScript validates the configuration.

use std::path::PathBuf;
use std::time::Duration;

/// Congestion control algorithm of every connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CongestionControl {
    /// RFC 9438, the default of the internet.
    Cubic,
    /// RFC 9002 §7.
    Reno,
    /// Model based; the only one of the three that paces its packets in quiche 0.30.
    Bbr,
}

/// When a new client has to prove its address with a Retry round trip (RFC 9000 §8.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressValidation {
    /// Only while many handshakes are open, see [`Settings::retry_threshold`].
    Auto,
    /// Every client without a token.
    Always,
    /// Nobody.
    Off,
}

/// Everything an endpoint has to know. Every limit is finite.
#[derive(Clone, Debug)]
pub struct Settings {
    /// See [`CongestionControl`].
    pub congestion_control: CongestionControl,
    /// See [`AddressValidation`].
    pub address_validation: AddressValidation,
    /// `Auto` sends Retry while at least this many connections are half-open.
    pub retry_threshold: usize,
    /// Accept 0-RTT data.
    pub early_data: bool,
    /// The `max_idle_timeout` transport parameter.
    pub max_idle_timeout: Duration,
    /// A handshake that takes longer is dropped.
    pub handshake_timeout: Duration,
    /// Connections, half-open ones included.
    pub max_connections: usize,
    /// Request streams a client may have open at once.
    pub max_concurrent_streams: u64,
    /// Receive window of a stream at the start.
    pub stream_window: u64,
    /// Ceiling of a stream's auto-tuned receive window.
    pub max_stream_window: u64,
    /// Receive window of a connection at the start.
    pub connection_window: u64,
    /// Ceiling of a connection's auto-tuned receive window.
    pub max_connection_window: u64,
    /// Bytes of one field section, counted as in RFC 9114 §4.2.2.
    pub max_field_section: u64,
    /// Fields of one request's head, pseudo-header fields not counted.
    pub max_field_count: usize,
    /// Response bytes that may wait for one stream.
    pub send_buffer: usize,
    /// How often a connection publishes its statistics.
    pub sample_interval: Duration,
    /// Directory for qlog files, one a connection.
    pub qlog_dir: Option<PathBuf>,
    /// The deployment's secret; see [`crate::secret`].
    pub secret: [u8; 32],
    /// How many processes handed over to the next before this one (modulo 256); the first byte of its connection IDs.
    pub generation: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            congestion_control: CongestionControl::Cubic,
            address_validation: AddressValidation::Auto,
            retry_threshold: 100,
            early_data: false,
            max_idle_timeout: Duration::from_secs(30),
            handshake_timeout: Duration::from_secs(10),
            max_connections: 10_000,
            max_concurrent_streams: 100,
            stream_window: 256 * 1024,
            max_stream_window: 1024 * 1024,
            connection_window: 1024 * 1024,
            max_connection_window: 4 * 1024 * 1024,
            max_field_section: 16 * 1024,
            max_field_count: 100,
            send_buffer: 256 * 1024,
            sample_interval: Duration::from_secs(10),
            qlog_dir: None,
            secret: [0; 32],
            generation: 0,
        }
    }
}
