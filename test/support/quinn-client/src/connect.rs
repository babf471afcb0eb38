//! From options to an HTTP/3 connection.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use bytes::Bytes;
use h3::client::SendRequest;
use h3_quinn::OpenStreams;
use quinn::crypto::rustls::QuicClientConfig;
use quinn_proto::RandomConnectionIdGenerator;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};

use crate::args::Args;
use crate::socket::Client;

pub type Failure = Box<dyn Error + Send + Sync>;
pub type Requests = SendRequest<OpenStreams, Bytes>;

/// One HTTP/3 connection; its driver runs until the connection ends.
pub struct Connection {
    pub quic: quinn::Connection,
    pub requests: Requests,
}

/// A new endpoint with the client's TLS and transport settings.
pub fn endpoint(args: &Args) -> Result<Client, Failure> {
    let local = args.local.unwrap_or(match args.remote.ip() {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    });
    let length = args.cid_length;
    let mut config = quinn::EndpointConfig::default();
    config.cid_generator(move || Box::new(RandomConnectionIdGenerator::new(length)));
    let mut client = Client::new(config, local)?;
    client
        .endpoint
        .set_default_client_config(client_config(args)?);
    Ok(client)
}

pub async fn connect(client: &Client, args: &Args) -> Result<Connection, Failure> {
    let quic = client
        .endpoint
        .connect(args.remote, &args.server_name)?
        .await?;
    let (mut driver, requests) = h3::client::builder()
        .send_grease(args.grease)
        .build(h3_quinn::Connection::new(quic.clone()))
        .await?;
    tokio::spawn(async move {
        driver.wait_idle().await;
    });
    Ok(Connection { quic, requests })
}

fn client_config(args: &Args) -> Result<quinn::ClientConfig, Failure> {
    let pinned = CertificateDer::pem_file_iter(&args.ca)?.collect::<Result<Vec<_>, _>>()?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(pinned.clone());
    let chain =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build()?;
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pinned { pinned, chain }))
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h3".to_vec()];
    let mut transport = quinn::TransportConfig::default();
    transport.max_idle_timeout(Some(args.idle_timeout.try_into()?));
    transport.keep_alive_interval(args.keep_alive);
    if let Some(window) = args.window {
        transport.stream_receive_window(window.into());
        transport.receive_window(window.into());
    }
    let mut config = quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls)?));
    config.transport_config(Arc::new(transport));
    Ok(config)
}

/// Trusts a chain that ends in one of the given certificates, or the very certificate that was given.
#[derive(Debug)]
struct Pinned {
    pinned: Vec<CertificateDer<'static>>,
    chain: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.pinned.iter().any(|pinned| pinned == leaf) {
            return Ok(ServerCertVerified::assertion());
        }
        self.chain
            .verify_server_cert(leaf, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls12_signature(message, cert, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls13_signature(message, cert, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}
