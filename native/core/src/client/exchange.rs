//! One exchange: handshake, request, response, goodbye.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use quiche::h3::{self, Header, NameValue};
use quiche::{Connection, RecvInfo};

use super::{Answer, Request};
use crate::cid::Cid;
use crate::error::Error;
use crate::transport;

/// More than any datagram that arrives; no GRO here.
const DATAGRAM: usize = 65_536;
/// Receive windows: a download is measured, so they should not be what limits it.
const WINDOW: u64 = 8 << 20;
const H3_NO_ERROR: u64 = 0x100;
/// TLS alerts about certificates as QUIC carries them (RFC 8446 §6, RFC 9001 §4.8): bad_certificate … unknown_ca.
const CERTIFICATE_ALERTS: std::ops::RangeInclusive<u64> = 0x12a..=0x130;
/// Refusals in a row from a server that was heard before: its goodbye may still wait in our receive buffer, because the
/// kernel reports an ICMP error before the datagrams that came earlier.
const REFUSALS: u32 = 3;

pub(super) struct Exchange<'a> {
    request: &'a Request,
    socket: UdpSocket,
    local: SocketAddr,
    peer: SocketAddr,
    quic: Connection,
    http: Option<h3::Connection>,
    started: Instant,
    answer: Answer,
    finished: bool,
    refusals: u32,
}

impl<'a> Exchange<'a> {
    pub fn start(request: &'a Request, peer: SocketAddr) -> Result<Self, Error> {
        let io = |cause| Error::io("cannot open a UDP socket", &cause);
        let any: SocketAddr = if peer.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0_u16; 8], 0).into() };
        let socket = UdpSocket::bind(any).map_err(io)?;
        // Connected, so that a port where nobody listens shows at once.
        socket.connect(peer).map_err(io)?;
        let local = socket.local_addr().map_err(io)?;
        let context = request.trust.context()?;
        let mut config = quiche::Config::with_boring_ssl_ctx_builder(quiche::PROTOCOL_VERSION, context)?;
        transport::common(&mut config, request.timeout.as_millis() as u64)?;
        config.set_initial_max_data(WINDOW);
        config.set_initial_max_stream_data_bidi_local(WINDOW);
        let address = request.server_name.parse::<IpAddr>().ok();
        let name = Some(request.server_name.as_str()).filter(|_| address.is_none());
        let mut quic = quiche::connect(name, &Cid::random(0).as_quiche(), local, peer, &mut config)?;
        if let Some(address) = address {
            // quiche has names checked; an address is compared with the certificate's only if asked.
            let ssl: &mut boring::ssl::SslRef = quic.as_mut();
            ssl.verify_param_mut().set_ip(address)?;
        }
        let answer = Answer { remote: Some(peer), ..Answer::default() };
        let started = Instant::now();
        Ok(Self {
            request,
            socket,
            local,
            peer,
            quic,
            http: None,
            started,
            answer,
            finished: false,
            refusals: 0,
        })
    }

    pub fn run(mut self, deadline: Instant) -> Result<Answer, Error> {
        let mut buffer = vec![0; DATAGRAM];
        while !self.finished {
            self.flush(&mut buffer)?;
            self.check()?;
            self.wait(&mut buffer, deadline)?;
            self.open()?;
            self.read(&mut buffer)?;
        }
        self.finish(&mut buffer);
        Ok(self.answer)
    }

    fn elapsed(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    fn flush(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        while let Ok((size, _)) = self.quic.send(buffer) {
            match self.socket.send(&buffer[..size]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => return self.refused(),
                // A packet that does not leave is a packet lost.
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// Waits for a datagram or for quiche's timer.
    fn wait(&mut self, buffer: &mut [u8], deadline: Instant) -> Result<(), Error> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let phase = if self.quic.is_established() { "the response" } else { "the handshake" };
            let message =
                format!("{}: no end of {phase} within {} ms", self.peer, self.request.timeout.as_millis());
            return Err(Error::new("ETIMEDOUT", message));
        }
        let wait = self.quic.timeout().map_or(left, |timer| timer.min(left)).max(Duration::from_millis(1));
        let received = self.socket.set_read_timeout(Some(wait)).and_then(|()| self.socket.recv(buffer));
        match received {
            Ok(size) => {
                self.refusals = 0;
                // A bad packet is quiche's to judge; if it closes the connection, `check` says why.
                let info = RecvInfo { from: self.peer, to: self.local };
                let _ = self.quic.recv(&mut buffer[..size], info);
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                self.quic.on_timeout();
            }
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return self.refused(),
            Err(error) => return Err(Error::io("cannot receive", &error)),
        }
        Ok(())
    }

    /// Nobody listens there, or nobody listens there any longer.
    fn refused(&mut self) -> Result<(), Error> {
        if self.quic.stats().recv == 0 {
            return Err(Error::new(
                "ECONNREFUSED",
                format!("{}: nobody listens on this UDP port", self.peer),
            ));
        }
        self.refusals += 1;
        if self.refusals < REFUSALS {
            return Ok(());
        }
        Err(Error::new("ERR_H3_CLOSED", format!("{}: the server went away without a word", self.peer)))
    }

    /// Says why the connection is over, if it is.
    fn check(&mut self) -> Result<(), Error> {
        let ssl: &mut boring::ssl::SslRef = self.quic.as_mut();
        let verified = ssl.verify_result();
        let quic = &self.quic;
        if !(quic.is_closed() || quic.is_draining()) {
            return Ok(());
        }
        let error = quic.local_error().or(quic.peer_error());
        let Some(error) = error else {
            return Err(Error::new("ETIMEDOUT", format!("{}: the connection fell silent", self.peer)));
        };
        let by = if quic.local_error().is_some() { "we" } else { "the server" };
        if !error.is_app && CERTIFICATE_ALERTS.contains(&error.error_code) {
            let why = verified
                .err()
                .map_or_else(|| "the server refused ours".to_owned(), |error| error.to_string());
            let message = format!("the certificate is not trusted: {why}");
            return Err(Error::new("ERR_H3_CERTIFICATE", message));
        }
        let layer = if error.is_app { "HTTP/3" } else { "QUIC" };
        let reason = String::from_utf8_lossy(&error.reason);
        let message = format!("{by} closed the connection: {layer} error {:#x} {reason}", error.error_code);
        Err(Error::new("ERR_H3_CLOSED", message.trim_end()))
    }

    /// Sends the request as soon as the handshake is done.
    fn open(&mut self) -> Result<(), Error> {
        if self.http.is_some() || !self.quic.is_established() {
            return Ok(());
        }
        self.answer.handshake_seconds = self.elapsed();
        self.answer.alpn = String::from_utf8_lossy(self.quic.application_proto()).into_owned();
        self.answer.quic_version = quiche::PROTOCOL_VERSION;
        let chain = self.quic.peer_cert_chain().unwrap_or_default();
        self.answer.certificates = chain.into_iter().map(<[u8]>::to_vec).collect();
        let failed = |cause| Error::new("ERR_H3_CLOSED", format!("HTTP/3 did not start: {cause}"));
        let config = transport::h3_config(64 * 1024)?;
        let mut http = h3::Connection::with_transport(&mut self.quic, &config).map_err(failed)?;
        let head = self.head();
        http.send_request(&mut self.quic, &head, true).map_err(failed)?;
        self.http = Some(http);
        Ok(())
    }

    fn head(&self) -> Vec<Header> {
        let request = self.request;
        let authority = match request.port {
            443 => request.server_name.clone(),
            port if request.server_name.contains(':') => format!("[{}]:{port}", request.server_name),
            port => format!("{}:{port}", request.server_name),
        };
        let pseudo = [
            (":method", request.method.as_str()),
            (":scheme", "https"),
            (":authority", &authority),
            (":path", &request.path),
        ];
        let more = request.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pseudo
            .into_iter()
            .chain(more)
            .map(|(name, value)| Header::new(name.as_bytes(), value.as_bytes()))
            .collect()
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        let Some(mut http) = self.http.take() else { return Ok(()) };
        while let Ok((stream, event)) = http.poll(&mut self.quic) {
            match event {
                h3::Event::Headers { list, .. } => self.on_head(&list),
                h3::Event::Data => {
                    while let Ok(size) = http.recv_body(&mut self.quic, stream, buffer) {
                        self.on_body(&buffer[..size]);
                    }
                }
                h3::Event::Finished => self.finished = true,
                h3::Event::Reset(code) => {
                    let message = format!("the server reset the response with {code:#x}");
                    return Err(Error::new("ERR_H3_CLOSED", message));
                }
                h3::Event::GoAway | h3::Event::PriorityUpdate => {}
            }
        }
        self.http = Some(http);
        Ok(())
    }

    fn on_head(&mut self, fields: &[Header]) {
        let status = fields.iter().find(|field| field.name() == b":status");
        let status = status.and_then(|field| std::str::from_utf8(field.value()).ok()?.parse::<u16>().ok());
        match status {
            // Informational heads come before, trailers after the one that counts.
            Some(status) if status >= 200 && self.answer.status == 0 => {
                self.answer.status = status;
                self.answer.first_byte_seconds = self.elapsed();
                let regular = fields.iter().filter(|field| !field.name().starts_with(b":"));
                self.answer.fields =
                    regular.map(|field| (field.name().to_vec(), field.value().to_vec())).collect();
            }
            _ => {}
        }
    }

    fn on_body(&mut self, bytes: &[u8]) {
        self.answer.body_bytes += bytes.len() as u64;
        let room = self.request.body_limit.saturating_sub(self.answer.body_start.len());
        self.answer.body_start.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn finish(&mut self, buffer: &mut [u8]) {
        self.answer.total_seconds = self.elapsed();
        if let Some(path) = self.quic.path_stats().find(|path| path.active) {
            self.answer.rtt_seconds = path.rtt.as_secs_f64();
        }
        // A goodbye that gets lost costs the server an idle timeout, nothing more.
        let _ = self.quic.close(true, H3_NO_ERROR, b"");
        let _ = self.flush(buffer);
    }
}
