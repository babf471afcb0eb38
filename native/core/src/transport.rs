//! From [`Settings`] to quiche: which transport parameter each one sets.

use crate::error::Error;
use crate::secret::Keys;
use crate::settings::{CongestionControl, Settings};
use crate::tls::{CertificateStore, server_context};

/// Largest UDP payload that we try: an Ethernet frame less the IPv6 and UDP headers. Path MTU discovery starts at 1200.
pub(crate) const MAX_PAYLOAD: usize = 1452;
/// Payload that every path carries (RFC 9000 §14). quiche probes the size of a connection's first path only and would use
/// [`MAX_PAYLOAD`] on the later ones unasked: with a smaller MTU behind a migration nothing would arrive any more.
pub(crate) const SAFE_PAYLOAD: usize = 1200;
/// Control, QPACK encoder, QPACK decoder, and room for streams of types that we ignore (RFC 9114 §6.2).
const UNI_STREAMS: u64 = 8;
/// A unidirectional stream carries control frames or is thrown away.
const UNI_WINDOW: u64 = 64 * 1024;
/// Connection IDs that we accept. quiche takes it for the number of paths of a connection as well, and it never forgets a
/// path that was in use: with a limit of 8 the ninth rebinding of a browser's NAT was the end of its connection.
pub(crate) const PATHS: u64 = 64;

/// The transport configuration of every connection of an endpoint.
pub(crate) fn server_config(
    settings: &Settings,
    keys: &Keys,
    store: CertificateStore,
) -> Result<quiche::Config, Error> {
    let context = server_context(store)?;
    let mut config = quiche::Config::with_boring_ssl_ctx_builder(quiche::PROTOCOL_VERSION, context)?;
    config.set_ticket_key(&keys.ticket())?;
    if settings.early_data {
        config.enable_early_data();
    }
    config.set_cc_algorithm(match settings.congestion_control {
        CongestionControl::Cubic => quiche::CongestionControlAlgorithm::CUBIC,
        CongestionControl::Reno => quiche::CongestionControlAlgorithm::Reno,
        CongestionControl::Bbr => quiche::CongestionControlAlgorithm::Bbr2Gcongestion,
    });
    config.set_initial_max_streams_bidi(settings.max_concurrent_streams);
    config.set_initial_max_stream_data_bidi_remote(settings.stream_window);
    config.set_max_stream_window(settings.max_stream_window);
    config.set_initial_max_data(settings.connection_window);
    config.set_max_connection_window(settings.max_connection_window);
    common(&mut config, settings.max_idle_timeout.as_millis() as u64)?;
    Ok(config)
}

/// What servers and clients have in common.
pub(crate) fn common(config: &mut quiche::Config, max_idle_timeout_ms: u64) -> Result<(), Error> {
    config.set_application_protos(quiche::h3::APPLICATION_PROTOCOL)?;
    config.set_max_idle_timeout(max_idle_timeout_ms);
    config.set_initial_max_streams_uni(UNI_STREAMS);
    config.set_initial_max_stream_data_uni(UNI_WINDOW);
    config.set_active_connection_id_limit(PATHS);
    config.set_max_send_udp_payload_size(MAX_PAYLOAD);
    config.set_max_recv_udp_payload_size(MAX_PAYLOAD);
    config.discover_pmtu(true);
    Ok(())
}

/// HTTP/3 settings: no dynamic table (quiche has none), bounded field sections.
pub(crate) fn h3_config(max_field_section: u64) -> Result<quiche::h3::Config, Error> {
    let failed = |cause| Error::new("ERR_QUIC", format!("HTTP/3 settings: {cause}"));
    let mut config = quiche::h3::Config::new().map_err(failed)?;
    config.set_max_field_section_size(max_field_section);
    Ok(config)
}
