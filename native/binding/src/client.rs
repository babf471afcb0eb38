//! The HTTP/3 client as a JavaScript promise.

use std::time::Duration;

use napi::bindgen_prelude::{AsyncTask, Buffer};
use napi::{Env, Task};
use napi_derive::napi;
use roam_quic::client::{Answer, Request, Trust, get};
use roam_quic::error::Error;

/// `H3Request` of engine-client.ts, with every default filled in.
#[napi(object)]
pub struct JsRequest {
    /// Name or address.
    pub host: String,
    /// UDP port.
    pub port: u16,
    /// SNI and authority.
    pub server_name: String,
    /// Path and query.
    pub path: String,
    /// Method.
    pub method: String,
    /// Name, value, name, value …
    pub fields: Vec<String>,
    /// PEM of the authorities to believe, instead of the system's.
    pub ca: Option<String>,
    /// Believe everybody.
    pub insecure: bool,
    /// For all of it.
    pub timeout_ms: u32,
    /// How much of the body to keep.
    pub body_limit_bytes: u32,
}

/// `H3Result` of engine-client.ts, except that a failure is data here: a promise of napi's rejects without a code.
#[napi(object)]
pub struct JsAnswer {
    /// Code of the failure.
    pub error_code: Option<String>,
    /// Message of the failure.
    pub error_message: Option<String>,
    /// Status.
    pub status: u32,
    /// Name, value, name, value …
    pub fields: Vec<String>,
    /// Length of the body.
    pub body_bytes: f64,
    /// Its beginning.
    pub body_start: Buffer,
    /// See engine-client.ts.
    pub handshake_seconds: f64,
    /// See engine-client.ts.
    pub first_byte_seconds: f64,
    /// See engine-client.ts.
    pub total_seconds: f64,
    /// See engine-client.ts.
    pub rtt_seconds: f64,
    /// DER, leaf first.
    pub certificates: Vec<Buffer>,
    /// Application protocol.
    pub alpn: String,
    /// QUIC version.
    pub quic_version: u32,
    /// Address that answered.
    pub remote_address: String,
    /// Its port.
    pub remote_port: u32,
}

/// Runs the exchange on a thread of libuv's pool.
pub struct Get(Request);

impl Task for Get {
    type Output = std::result::Result<Answer, Error>;
    type JsValue = JsAnswer;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(get(&self.0))
    }

    fn resolve(&mut self, _env: Env, output: Self::Output) -> napi::Result<JsAnswer> {
        let (answer, error) = match output {
            Ok(answer) => (answer, None),
            Err(error) => (Answer::default(), Some(error)),
        };
        let (error_code, error_message) = error.map(|error| (error.code.to_owned(), error.message)).unzip();
        // Each byte is one latin1 character, as everywhere on the border.
        let latin1 = |bytes: Vec<u8>| bytes.into_iter().map(char::from).collect::<String>();
        Ok(JsAnswer {
            error_code,
            error_message,
            status: answer.status.into(),
            fields: answer
                .fields
                .into_iter()
                .flat_map(|(name, value)| [latin1(name), latin1(value)])
                .collect(),
            body_bytes: answer.body_bytes as f64,
            body_start: answer.body_start.into(),
            handshake_seconds: answer.handshake_seconds,
            first_byte_seconds: answer.first_byte_seconds,
            total_seconds: answer.total_seconds,
            rtt_seconds: answer.rtt_seconds,
            certificates: answer.certificates.into_iter().map(Buffer::from).collect(),
            alpn: answer.alpn,
            quic_version: answer.quic_version,
            remote_address: answer.remote.map(|remote| remote.ip().to_string()).unwrap_or_default(),
            remote_port: answer.remote.map_or(0, |remote| remote.port().into()),
        })
    }
}

/// Makes one HTTP/3 request. Always resolves; see [`JsAnswer::error_code`].
#[napi]
pub fn h3_get(request: JsRequest) -> AsyncTask<Get> {
    let trust = match (request.insecure, request.ca) {
        (true, _) => Trust::Anybody,
        (false, Some(pem)) => Trust::Authorities(pem),
        (false, None) => Trust::System,
    };
    let fields = request.fields.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
    AsyncTask::new(Get(Request {
        host: request.host,
        port: request.port,
        server_name: request.server_name,
        method: request.method,
        path: request.path,
        fields,
        trust,
        timeout: Duration::from_millis(request.timeout_ms.into()),
        body_limit: request.body_limit_bytes as usize,
    }))
}
