//! Datagrams that belong to no connection: what is answered, and what is met with silence.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[allow(dead_code, reason = "this file needs the server half only")]
mod support;

use std::net::UdpSocket;
use std::time::Duration;

use roam_quic::cid::CID_LEN;
use roam_quic::secret::Keys;
use roam_quic::settings::Settings;
use support::Server;

/// Sends one datagram and returns the answer, if there is one.
fn ask(port: u16, datagram: &[u8]) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
    socket.send_to(datagram, ("127.0.0.1", port)).unwrap();
    let mut answer = vec![0; 2000];
    let size = socket.recv(&mut answer).ok()?;
    answer.truncate(size);
    Some(answer)
}

fn long_header(version: u32, size: usize) -> Vec<u8> {
    let mut packet = vec![0xc0];
    packet.extend_from_slice(&version.to_be_bytes());
    packet.extend_from_slice(&[8, 1, 2, 3, 4, 5, 6, 7, 8, 2, 9, 9]);
    packet.resize(size, 0);
    packet
}

#[test]
fn an_unknown_version_gets_the_list_but_only_for_a_full_datagram() {
    let server = Server::start(Settings::default());
    let answer = ask(server.port(), &long_header(0x0a1a_2a3a, 1200)).unwrap();
    assert_eq!(&answer[1..5], &[0; 4]);
    assert!(answer.ends_with(&1_u32.to_be_bytes()));
    assert_eq!(ask(server.port(), &long_header(0x0a1a_2a3a, 1199)), None);
    assert_eq!(ask(server.port(), &long_header(0, 1200)), None, "never an answer to an answer");
    assert_eq!(server.counter(|counters| &counters.version_negotiations), 1);
}

#[test]
fn an_initial_in_a_small_datagram_is_dropped() {
    let server = Server::start(Settings::default());
    assert_eq!(ask(server.port(), &long_header(1, 1199)), None);
    assert_eq!(server.counter(|counters| &counters.dropped_too_short), 1);
}

#[test]
fn an_initial_that_does_not_decrypt_leaves_nothing_behind() {
    let server = Server::start(Settings::default());
    ask(server.port(), &long_header(1, 1200));
    assert_eq!(server.counter(|counters| &counters.half_open_connections), 0);
    assert_eq!(server.counter(|counters| &counters.dropped_decrypt_error), 1);
}

#[test]
fn a_packet_of_a_forgotten_connection_gets_the_reset_that_its_client_was_promised() {
    let server = Server::start(Settings::default());
    let mut packet = vec![0x41; 100];
    packet[1..=CID_LEN].copy_from_slice(&[5; CID_LEN]);
    let answer = ask(server.port(), &packet).unwrap();
    let token = Keys::new(&Settings::default().secret).reset_token(&[5; CID_LEN]);
    assert!(answer.ends_with(&token));
    assert!(answer.len() < packet.len());
    assert_eq!(server.counter(|counters| &counters.stateless_resets), 1);
}

#[test]
fn stateless_answers_are_limited() {
    let server = Server::start(Settings::default());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let packet = [0x41; 100];
    for _ in 0..2000 {
        socket.send_to(&packet, ("127.0.0.1", server.port())).unwrap();
    }
    ask(server.port(), &packet);
    let resets = server.counter(|counters| &counters.stateless_resets);
    assert!((1..1000).contains(&resets), "{resets} resets");
}

#[test]
fn rubbish_is_counted_and_ignored() {
    let server = Server::start(Settings::default());
    for size in [1, 5, 20, 1199] {
        let rubbish = vec![0xff; size];
        assert_eq!(ask(server.port(), &rubbish), None, "{size} bytes");
    }
    assert!(server.counter(|counters| &counters.dropped_parse_error) >= 3);
    assert_eq!(server.counter(|counters| &counters.panics), 0);
}
