//! A QUIC client on quiche, driven step by step so that a test can move it, stop it or flood with it.

use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use quiche::h3::{self, Header};
use quiche::{ConnectionError, RecvInfo};

const PATIENCE: Duration = Duration::from_secs(5);
const WINDOW: u64 = 1 << 20;

pub struct Client {
    socket: UdpSocket,
    /// What quiche believes its address to be; the socket may be another one, as behind a NAT.
    local: SocketAddr,
    server: SocketAddr,
    pub quic: quiche::Connection,
    pub http: Option<h3::Connection>,
    /// Everything that HTTP/3 told.
    pub events: Vec<(u64, h3::Event)>,
    pub body: Vec<u8>,
    /// Size of the largest datagram since the last change of address.
    pub largest: usize,
}

/// How a client differs from a well-behaved one.
#[derive(Default)]
pub struct Habits<'a> {
    pub name: Option<&'a str>,
    pub alpn: Option<&'a [u8]>,
    pub stream_window: Option<u64>,
    pub session: Option<&'a [u8]>,
}

impl Client {
    /// Starts a handshake and waits for its end, good or bad.
    pub fn connect(port: u16, habits: &Habits<'_>) -> Self {
        let mut client = Self::start(port, habits);
        client.run_until(|client| client.quic.is_established() || client.quic.is_closed());
        if client.quic.is_established() && !client.quic.is_closed() {
            client.speak_http();
        }
        client
    }

    pub fn start(port: u16, habits: &Habits<'_>) -> Self {
        let socket = open_socket();
        let local = socket.local_addr().unwrap();
        let server = SocketAddr::from(([127, 0, 0, 1], port));
        let mut config = quiche::Config::new(quiche::PROTOCOL_VERSION).unwrap();
        config.set_application_protos(&[habits.alpn.unwrap_or(b"h3")]).unwrap();
        config.set_max_idle_timeout(10_000);
        config.set_initial_max_data(WINDOW);
        config.set_initial_max_stream_data_bidi_local(habits.stream_window.unwrap_or(WINDOW));
        config.set_initial_max_stream_data_uni(WINDOW);
        config.set_initial_max_streams_uni(8);
        config.set_active_connection_id_limit(4);
        config.enable_early_data();
        let scid = roam_quic::cid::Cid::random(0);
        let name = habits.name.or(Some("localhost"));
        let mut quic = quiche::connect(name, &scid.as_quiche(), local, server, &mut config).unwrap();
        if let Some(session) = habits.session {
            quic.set_session(session).unwrap();
        }
        Self { socket, local, server, quic, http: None, events: Vec::new(), body: Vec::new(), largest: 0 }
    }

    pub fn speak_http(&mut self) {
        let config = h3::Config::new().unwrap();
        self.http = Some(h3::Connection::with_transport(&mut self.quic, &config).unwrap());
    }

    pub fn send(&mut self, method: &str, path: &str, end: bool) -> u64 {
        self.try_send(method, path, end).unwrap()
    }

    /// `None`: no room for another request now.
    pub fn try_send(&mut self, method: &str, path: &str, end: bool) -> Option<u64> {
        let fields =
            [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)];
        let head: Vec<_> =
            fields.iter().map(|(name, value)| Header::new(name.as_bytes(), value.as_bytes())).collect();
        let sent = self.http.as_mut().unwrap().send_request(&mut self.quic, &head, end);
        self.flush();
        sent.ok()
    }

    pub fn send_head(&mut self, head: &[Header], end: bool) -> u64 {
        let stream = self.http.as_mut().unwrap().send_request(&mut self.quic, head, end).unwrap();
        self.flush();
        stream
    }

    pub fn send_body(&mut self, stream: u64, bytes: &[u8], end: bool) {
        self.http.as_mut().unwrap().send_body(&mut self.quic, stream, bytes, end).unwrap();
        self.flush();
    }

    /// GETs `path` and returns the body.
    pub fn get(&mut self, path: &str) -> Vec<u8> {
        let stream = self.send("GET", path, true);
        self.run_until(|client| client.has_finished(stream) || client.quic.is_closed());
        std::mem::take(&mut self.body)
    }

    pub fn has_finished(&self, stream: u64) -> bool {
        self.events.iter().any(|(of, event)| *of == stream && matches!(event, h3::Event::Finished))
    }

    pub fn reset_code(&self, stream: u64) -> Option<u64> {
        self.events.iter().find_map(|(of, event)| match event {
            h3::Event::Reset(code) if *of == stream => Some(*code),
            _ => None,
        })
    }

    /// What the server closed with.
    pub fn server_error(&self) -> Option<&ConnectionError> {
        self.quic.peer_error()
    }

    /// As a NAT does: the same packets from another port, and nobody tells quiche.
    pub fn rebind(&mut self) {
        self.largest = 0;
        self.socket = open_socket();
    }

    /// As a phone does that changes networks: a new address and a new connection ID.
    pub fn migrate(&mut self) {
        self.socket = open_socket();
        self.local = self.socket.local_addr().unwrap();
        let spare = roam_quic::cid::Cid::random(0);
        self.quic.new_scid(&spare.as_quiche(), 0, false).unwrap();
        self.quic.migrate_source(self.local).unwrap();
        self.flush();
    }

    /// Something with the server's connection ID, as if it had been under way for long.
    pub fn late_packet(&self) {
        let mut packet = vec![0x41];
        packet.extend_from_slice(&self.quic.destination_id());
        packet.resize(100, 0);
        let _ = self.socket.send_to(&packet, self.server);
    }

    pub fn flush(&mut self) {
        let mut packet = [0; 1500];
        while let Ok((size, _)) = self.quic.send(&mut packet) {
            // A lost packet is a lost packet.
            let _ = self.socket.send_to(&packet[..size], self.server);
        }
    }

    /// Works until `done`, or until a test's patience ends.
    pub fn run_until(&mut self, done: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < deadline, "the client waits in vain: {:?}", self.quic.stats());
            self.step();
        }
    }

    /// Works for a while, whatever happens.
    pub fn run_for(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while Instant::now() < deadline {
            self.step();
        }
    }

    fn step(&mut self) {
        self.flush();
        let mut packet = [0; 65_536];
        match self.socket.recv_from(&mut packet) {
            Ok((size, from)) => {
                self.largest = self.largest.max(size);
                let _ = self.quic.recv(&mut packet[..size], RecvInfo { from, to: self.local });
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if self.quic.timeout().is_some_and(|timer| timer.is_zero()) {
                    self.quic.on_timeout();
                }
            }
            Err(error) => panic!("{error}"),
        }
        self.read();
        self.flush();
    }

    fn read(&mut self) {
        let Some(http) = &mut self.http else { return };
        while let Ok((stream, event)) = http.poll(&mut self.quic) {
            if event == h3::Event::Data {
                let mut buffer = [0; 4096];
                while let Ok(size) = http.recv_body(&mut self.quic, stream, &mut buffer) {
                    self.body.extend_from_slice(&buffer[..size]);
                }
            }
            self.events.push((stream, event));
        }
    }
}

fn open_socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    socket
}
