//! Options as JavaScript gives them.

use std::time::Duration;

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use roam_quic::error::Error;
use roam_quic::settings::{AddressValidation, CongestionControl, Settings};
use roam_quic::tls::CertificateSource;

/// `EngineCertificate` of contract.ts.
#[napi(object)]
pub struct JsCertificate {
    /// PEM chain.
    pub cert: String,
    /// PEM key.
    pub key: String,
    /// DNS names.
    pub names: Vec<String>,
}

impl From<JsCertificate> for CertificateSource {
    fn from(from: JsCertificate) -> Self {
        Self { cert: from.cert, key: from.key, names: from.names }
    }
}

/// `EngineOptions` of contract.ts.
#[napi(object)]
pub struct JsOptions {
    /// See contract.ts.
    pub certificates: Vec<JsCertificate>,
    /// See contract.ts.
    pub congestion_control: String,
    /// See contract.ts.
    pub address_validation: String,
    /// See contract.ts.
    pub retry_threshold: u32,
    /// See contract.ts.
    pub early_data: bool,
    /// See contract.ts.
    pub max_idle_timeout_ms: u32,
    /// See contract.ts.
    pub handshake_timeout_ms: u32,
    /// See contract.ts.
    pub max_connections: u32,
    /// See contract.ts.
    pub max_concurrent_streams: u32,
    /// See contract.ts.
    pub stream_window_bytes: u32,
    /// See contract.ts.
    pub max_stream_window_bytes: u32,
    /// See contract.ts.
    pub connection_window_bytes: u32,
    /// See contract.ts.
    pub max_connection_window_bytes: u32,
    /// See contract.ts.
    pub max_field_section_bytes: u32,
    /// See contract.ts.
    pub max_field_count: u32,
    /// See contract.ts.
    pub send_buffer_bytes: u32,
    /// See contract.ts.
    pub sample_interval_ms: u32,
    /// See contract.ts.
    pub qlog_dir: Option<String>,
    /// See contract.ts.
    pub secret: Uint8Array,
    /// See contract.ts.
    pub generation: Option<u32>,
}

impl JsOptions {
    /// The certificates, and everything else.
    pub fn split(self) -> Result<(Vec<CertificateSource>, Settings), Error> {
        let invalid = |what: &str| Error::new("ERR_INVALID_ARG_VALUE", what);
        let secret = self.secret.as_ref().try_into().map_err(|_| invalid("secret must have 32 bytes"))?;
        let settings = Settings {
            congestion_control: match self.congestion_control.as_str() {
                "cubic" => CongestionControl::Cubic,
                "reno" => CongestionControl::Reno,
                "bbr" => CongestionControl::Bbr,
                _ => return Err(invalid("congestionControl is none of cubic, reno and bbr")),
            },
            address_validation: address_validation(&self.address_validation)?,
            retry_threshold: self.retry_threshold as usize,
            early_data: self.early_data,
            max_idle_timeout: millis(self.max_idle_timeout_ms),
            handshake_timeout: millis(self.handshake_timeout_ms),
            max_connections: self.max_connections as usize,
            max_concurrent_streams: self.max_concurrent_streams.into(),
            stream_window: self.stream_window_bytes.into(),
            max_stream_window: self.max_stream_window_bytes.into(),
            connection_window: self.connection_window_bytes.into(),
            max_connection_window: self.max_connection_window_bytes.into(),
            max_field_section: self.max_field_section_bytes.into(),
            max_field_count: self.max_field_count as usize,
            send_buffer: self.send_buffer_bytes as usize,
            sample_interval: millis(self.sample_interval_ms),
            qlog_dir: self.qlog_dir.map(Into::into),
            secret,
            generation: self.generation.unwrap_or(0) as u8,
        };
        Ok((self.certificates.into_iter().map(Into::into).collect(), settings))
    }
}

fn millis(value: u32) -> Duration {
    Duration::from_millis(value.into())
}

/// `AddressValidation` of contract.ts.
pub fn address_validation(mode: &str) -> Result<AddressValidation, Error> {
    match mode {
        "auto" => Ok(AddressValidation::Auto),
        "always" => Ok(AddressValidation::Always),
        "off" => Ok(AddressValidation::Off),
        _ => Err(Error::new("ERR_INVALID_ARG_VALUE", "address validation is none of auto, always and off")),
    }
}
