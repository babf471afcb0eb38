//! `tokio-quiche-server ADDRESS CERT KEY [BYTES]`: answers every HTTP/3 request with the same body, on one thread.

use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use tokio::net::UdpSocket;
use tokio_quiche::http3::driver::{OutboundFrame, ServerH3Controller, ServerH3Event};
use tokio_quiche::http3::settings::Http3Settings;
use tokio_quiche::metrics::DefaultMetrics;
use tokio_quiche::quiche::h3::Header;
use tokio_quiche::settings::{CertificateKind, Hooks, QuicSettings, TlsCertificatePaths};
use tokio_quiche::{ConnectionParams, ServerH3Driver, listen};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, cert, private_key, rest @ ..] = words.as_slice() else {
        return Err("usage: tokio-quiche-server ADDRESS CERT KEY [BYTES]".into());
    };
    let size: usize = match rest.first() {
        Some(bytes) => bytes.parse()?,
        None => 1024,
    };
    let body = Bytes::from(vec![b'x'; size]);
    let socket = UdpSocket::bind(address).await?;
    println!("{}", socket.local_addr()?.port());
    let certificate = TlsCertificatePaths {
        cert,
        private_key,
        kind: CertificateKind::X509,
    };
    let params =
        ConnectionParams::new_server(QuicSettings::default(), certificate, Hooks::default());
    let mut listeners = listen([socket], params, DefaultMetrics)?;
    let connections = listeners.first_mut().ok_or("no listener")?;
    while let Some(connection) = connections.next().await {
        let Ok(connection) = connection else { continue };
        let (driver, controller) = ServerH3Driver::new(Http3Settings::default());
        connection.start(driver);
        tokio::spawn(serve(controller, body.clone()));
    }
    Ok(())
}

async fn serve(mut controller: ServerH3Controller, body: Bytes) {
    let length = body.len().to_string();
    while let Some(event) = controller.event_receiver_mut().recv().await {
        let ServerH3Event::Headers {
            incoming_headers, ..
        } = event
        else {
            continue;
        };
        let head = vec![
            Header::new(b":status", b"200"),
            Header::new(b"content-type", b"text/plain"),
            Header::new(b"content-length", length.as_bytes()),
        ];
        let mut stream = incoming_headers.send;
        // A client that is gone needs no answer.
        if stream
            .send(OutboundFrame::Headers(head, None))
            .await
            .is_ok()
        {
            let _ = stream.send(OutboundFrame::Body(body.clone(), true)).await;
        }
    }
}
