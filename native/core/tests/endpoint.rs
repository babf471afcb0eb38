//! An endpoint and a client in one process, over real sockets.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[allow(dead_code, reason = "a takeover is in a file of its own")]
mod support;

use std::net::UdpSocket;
use std::time::Duration;

use quiche::Shutdown;
use quiche::h3::Header;
use roam_quic::events::{CloseReason, HandshakeFailure};
use roam_quic::path::{MigrationReason, PathEvent};
use roam_quic::records::Records;
use roam_quic::settings::{AddressValidation, CongestionControl, Settings};
use support::client::{Client, Habits};
use support::{BIG, BODY, Server, Told};

fn opened(told: &Told) -> Option<(String, bool)> {
    match told {
        Told::Opened { name, resumed } => Some((name.clone(), *resumed)),
        _ => None,
    }
}

fn closed(told: &Told) -> Option<(CloseReason, u64)> {
    match told {
        Told::Closed { reason, code, .. } => Some((*reason, *code)),
        _ => None,
    }
}

#[test]
fn a_request_is_answered_and_the_stream_is_forgotten() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    assert_eq!(client.get("/"), BODY);
    assert_eq!(server.expect("opened", opened).0, "localhost");
    client.run_for(Duration::from_millis(50));
    server.expect("stream closed", |told| matches!(told, Told::StreamClosed).then_some(()));
    client.quic.close(true, 0x100, b"").unwrap();
    client.flush();
    let last = server.expect("the last sample", |told| match told {
        Told::Sample(sample) if sample.last => Some(*sample),
        _ => None,
    });
    assert!(last.received > 0 && last.sent > 0 && last.rtt_seconds > 0.0);
    assert_eq!(server.expect("closed", closed), (CloseReason::NoError, 0x100));
}

#[test]
fn a_body_comes_only_against_credit() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    let stream = client.send("POST", "/upload", false);
    client.send_body(stream, &[1; 1500], true);
    let connection = server.expect("request", |told| match told {
        Told::Request { connection, .. } => Some(*connection),
        _ => None,
    });
    client.run_for(Duration::from_millis(100));
    let got: usize =
        server.told().iter().map(|told| if let Told::Data(size) = told { *size } else { 0 }).sum();
    assert_eq!(got, 1000, "as much as was granted");
    let mut records = Records::default();
    records.credit(connection, stream, 1000);
    server.engine.submit(records.as_bytes());
    client.run_until(|client| client.has_finished(stream));
}

#[test]
fn trailers_come_with_the_end_of_the_body() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    let stream = client.send("POST", "/upload", false);
    client.send_body(stream, b"body", false);
    let trailers = [Header::new(b"x-checksum", b"1"), Header::new(b":path", b"/")];
    let http = client.http.as_mut().unwrap();
    http.send_additional_headers(&mut client.quic, stream, &trailers, true, true).unwrap();
    client.run_until(|client| client.has_finished(stream));
    let told = server.expect("body end", |told| match told {
        Told::BodyEnd { trailers } => Some(trailers.clone()),
        _ => None,
    });
    // As the client sent them: whether they make sense is judged above.
    assert_eq!(told, ["x-checksum", ":path"]);
}

#[test]
fn retry_proves_the_address_first() {
    let settings = Settings { address_validation: AddressValidation::Always, ..Settings::default() };
    let server = Server::start(settings);
    let mut client = Client::connect(server.port(), &Habits::default());
    assert_eq!(client.get("/"), BODY);
    assert!(server.counter(|counters| &counters.retry_sent) >= 1);
    assert_eq!(server.counter(|counters| &counters.retry_validated), 1);
}

#[test]
fn address_validation_can_be_switched_while_running() {
    let server =
        Server::start(Settings { address_validation: AddressValidation::Off, ..Settings::default() });
    Client::connect(server.port(), &Habits::default());
    assert_eq!(server.counter(|counters| &counters.retry_sent), 0);
    server.engine.set_address_validation(AddressValidation::Always);
    Client::connect(server.port(), &Habits::default());
    assert!(server.counter(|counters| &counters.retry_sent) >= 1);
}

#[test]
fn a_nat_rebinding_is_one_migration() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    client.get("/");
    client.rebind();
    assert_eq!(client.get("/"), BODY);
    assert_eq!(next_migration(&server, &mut client), (MigrationReason::NatRebinding, true));
    client.run_for(Duration::from_millis(50));
    assert!(migrations(&server).is_empty());
}

#[test]
fn packets_on_a_new_path_are_no_larger_than_every_path_carries() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    client.get("/big");
    assert!(client.largest > 1400, "the first path was probed: {}", client.largest);
    client.rebind();
    client.get("/big");
    assert_eq!(client.largest, 1200);
}

#[test]
fn an_active_migration_is_one_migration() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    client.get("/");
    client.migrate();
    assert_eq!(client.get("/"), BODY);
    assert_eq!(next_migration(&server, &mut client), (MigrationReason::AddressChange, true));
    client.run_for(Duration::from_millis(50));
    assert!(migrations(&server).is_empty());
}

#[test]
fn a_download_survives_the_loss_of_everything_that_was_under_way() {
    for congestion_control in [CongestionControl::Cubic, CongestionControl::Reno, CongestionControl::Bbr] {
        let server = Server::start(Settings { congestion_control, ..Settings::default() });
        let mut client = Client::connect(server.port(), &Habits::default());
        for _ in 0..5 {
            let stream = client.send("GET", "/big", true);
            client.body.clear();
            client.run_until(|client| client.body.len() >= BIG / 3);
            // What the server sends now arrives at a port that is gone in a moment.
            client.flush();
            std::thread::sleep(Duration::from_millis(30));
            client.rebind();
            client.quic.send_ack_eliciting().unwrap();
            client.run_until(|client| client.has_finished(stream));
            assert_eq!(client.body.len(), BIG, "{congestion_control:?}");
            assert_eq!(next_migration(&server, &mut client), (MigrationReason::NatRebinding, true));
        }
    }
}

#[test]
fn many_rebindings_end_in_a_graceful_change_of_connections() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    // quiche keeps every path that was in use and has room for 64; see PATHS in transport.rs.
    for _ in 0..50 {
        client.rebind();
        assert_eq!(client.get("/"), BODY);
        assert_eq!(next_migration(&server, &mut client), (MigrationReason::NatRebinding, true));
    }
    assert!(client.server_error().is_none());
    for _ in 0..7 {
        client.rebind();
        client.quic.send_ack_eliciting().unwrap();
        client.run_for(Duration::from_millis(20));
    }
    client.run_until(|client| client.server_error().is_some());
    let error = client.server_error().map(|error| (error.is_app, error.error_code));
    assert_eq!(error, Some((true, 0x100)), "GOAWAY and H3_NO_ERROR before the paths run out");
}

/// Lets the client work until the server has told of exactly one migration.
fn next_migration(server: &Server, client: &mut Client) -> (MigrationReason, bool) {
    for _ in 0..400 {
        match migrations(server)[..] {
            [] => client.run_for(Duration::from_millis(5)),
            [one] => return one,
            ref several => panic!("several migrations: {several:?}"),
        }
    }
    panic!("no migration was told");
}

fn migrations(server: &Server) -> Vec<(MigrationReason, bool)> {
    let mut found = Vec::new();
    for told in server.told() {
        if let Told::Path(PathEvent::Migrated { reason, success, .. }) = told {
            found.push((reason, success));
        }
    }
    found
}

#[test]
fn stop_sending_is_told_at_once() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    let stream = client.send("GET", "/wait", true);
    client.run_for(Duration::from_millis(30));
    client.quic.stream_shutdown(stream, Shutdown::Read, 0x10c).unwrap();
    client.flush();
    let code = server.expect("response stopped", |told| match told {
        Told::ResponseStopped(code) => Some(*code),
        _ => None,
    });
    assert_eq!(code, 0x10c);
    client.run_for(Duration::from_millis(50));
    server.expect("stream closed", |told| matches!(told, Told::StreamClosed).then_some(()));
}

#[test]
fn a_reset_request_is_told() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    let stream = client.send("POST", "/wait", false);
    client.run_for(Duration::from_millis(30));
    client.quic.stream_shutdown(stream, Shutdown::Write, 0x10c).unwrap();
    client.flush();
    let code = server.expect("request reset", |told| match told {
        Told::RequestReset(code) => Some(*code),
        _ => None,
    });
    assert_eq!(code, 0x10c);
}

#[test]
fn a_request_without_a_head_is_given_up_and_costs_nothing() {
    let server = Server::start(Settings { max_concurrent_streams: 2, ..Settings::default() });
    let mut client = Client::connect(server.port(), &Habits::default());
    // Half a HEADERS frame and the end; and nothing at all and the end.
    for (stream, bytes) in [(0, &[1, 20, 0][..]), (4, &[])] {
        client.quic.stream_send(stream, bytes, true).unwrap();
    }
    client.run_until(|client| client.reset_code(0).is_some() && client.reset_code(4).is_some());
    assert_eq!((client.reset_code(0), client.reset_code(4)), (Some(0x10d), Some(0x10d)));
    client.run_until(|client| client.quic.peer_streams_left_bidi() >= 2);
}

#[test]
fn a_flood_of_cancelled_requests_ends_the_connection() {
    let server = Server::start(Settings { max_concurrent_streams: 1000, ..Settings::default() });
    let mut client = Client::connect(server.port(), &Habits::default());
    for _ in 0..400 {
        while client.server_error().is_none() {
            let Some(stream) = client.try_send("GET", "/wait", false) else {
                client.run_for(Duration::from_millis(1));
                continue;
            };
            client.quic.stream_shutdown(stream, Shutdown::Write, 0x10c).unwrap();
            client.quic.stream_shutdown(stream, Shutdown::Read, 0x10c).unwrap();
            break;
        }
    }
    client.run_until(|client| client.server_error().is_some());
    assert_eq!(client.server_error().map(|error| error.error_code), Some(0x107));
}

#[test]
fn a_nul_in_a_field_resets_the_request_and_nothing_else() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    let bad = [
        Header::new(b":method", b"GET"),
        Header::new(b":scheme", b"https"),
        Header::new(b":authority", b"localhost"),
        Header::new(b":path", b"/"),
        Header::new(b"x", b"a\0b"),
    ];
    let stream = client.send_head(&bad, true);
    client.run_until(|client| client.reset_code(stream).is_some());
    assert_eq!(client.reset_code(stream), Some(0x10e));
    assert_eq!(client.get("/"), BODY);
    assert_eq!(server.counter(|counters| &counters.rejected_requests), 1);
}

#[test]
fn too_many_fields_reset_the_request() {
    let server = Server::start(Settings { max_field_count: 1, ..Settings::default() });
    let mut client = Client::connect(server.port(), &Habits::default());
    let mut head: Vec<_> = [(":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/")]
        .map(|(name, value)| Header::new(name.as_bytes(), value.as_bytes()))
        .into();
    head.push(Header::new(b"one", b"is allowed"));
    let allowed = client.send_head(&head, true);
    client.run_until(|client| client.has_finished(allowed));
    head.push(Header::new(b"two", b"are too many"));
    let stream = client.send_head(&head, true);
    client.run_until(|client| client.reset_code(stream).is_some());
    assert_eq!(client.reset_code(stream), Some(0x107));
}

#[test]
fn a_panic_ends_its_connection_and_no_other() {
    let server = Server::start(Settings::default());
    let mut good = Client::connect(server.port(), &Habits::default());
    let mut bad = Client::connect(server.port(), &Habits::default());
    bad.send("GET", "/panic", true);
    assert_eq!(server.expect("closed", closed).0, CloseReason::Other);
    assert_eq!(good.get("/"), BODY);
    assert_eq!(server.counter(|counters| &counters.panics), 1);
    assert_eq!(server.counter(|counters| &counters.active_connections), 1);
}

#[test]
fn a_drain_finishes_what_runs_and_refuses_what_is_new() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    let stream = client.send("POST", "/upload", false);
    client.run_for(Duration::from_millis(30));
    server.engine.drain();
    client.run_for(Duration::from_millis(30));
    assert!(client.events.iter().any(|(_, event)| matches!(event, quiche::h3::Event::GoAway)));
    let late = Client::connect(server.port(), &Habits::default());
    assert_eq!(late.server_error().map(|error| (error.is_app, error.error_code)), Some((false, 0x02)));
    client.send_body(stream, b"the rest", true);
    client.run_until(|client| client.has_finished(stream));
    client.run_until(|client| client.server_error().is_some());
    assert_eq!(client.server_error().map(|error| (error.is_app, error.error_code)), Some((true, 0x100)));
    assert_eq!(server.expect("closed", closed).0, CloseReason::Drain);
    server.expect("drained", |told| matches!(told, Told::Drained).then_some(()));
    assert!(server.counter(|counters| &counters.rejected_draining) >= 1);
}

#[test]
fn a_request_that_was_under_way_when_the_drain_began_is_served() {
    let server = Server::start(Settings::default());
    let mut client = Client::connect(server.port(), &Habits::default());
    client.get("/");
    server.engine.drain();
    // The client has not read the GOAWAY yet.
    assert_eq!(client.get("/"), BODY);
    let told = client.events.iter().filter(|(_, event)| matches!(event, quiche::h3::Event::GoAway)).count();
    assert_eq!(told, 1, "told that it is the last call");
    client.run_until(|client| client.server_error().is_some());
    assert_eq!(client.server_error().map(|error| (error.is_app, error.error_code)), Some((true, 0x100)));
}

#[test]
fn closing_tells_everybody_and_frees_the_port() {
    let server = Server::start(Settings::default());
    let port = server.port();
    let mut client = Client::connect(port, &Habits::default());
    // Both sides are past the handshake: before that QUIC hides the code (RFC 9000 §10.2.3).
    client.get("/");
    server.engine.close();
    client.run_until(|client| client.server_error().is_some());
    assert_eq!(client.server_error().map(|error| error.error_code), Some(0x100));
    server.expect("stopped", |told| matches!(told, Told::Stopped).then_some(()));
    // The thread drops the socket right after its last word.
    std::thread::sleep(Duration::from_millis(50));
    UdpSocket::bind(("127.0.0.1", port)).unwrap();
}

#[test]
fn the_connection_limit_refuses_at_once() {
    let server = Server::start(Settings { max_connections: 1, ..Settings::default() });
    let _first = Client::connect(server.port(), &Habits::default());
    let second = Client::connect(server.port(), &Habits::default());
    assert_eq!(second.server_error().map(|error| error.error_code), Some(0x02));
    assert!(server.counter(|counters| &counters.rejected_connection_limit) >= 1);
}

#[test]
fn a_client_of_another_protocol_is_told_apart() {
    let server = Server::start(Settings::default());
    let client = Client::connect(server.port(), &Habits { alpn: Some(b"smtp"), ..Habits::default() });
    assert_eq!(client.server_error().map(|error| error.error_code), Some(0x178));
    let reason = server.expect("handshake failed", |told| match told {
        Told::HandshakeFailed(reason) => Some(*reason),
        _ => None,
    });
    assert_eq!(reason, HandshakeFailure::NoSharedAlpn);
}

#[test]
fn a_slow_handshake_is_dropped() {
    let server =
        Server::start(Settings { handshake_timeout: Duration::from_millis(100), ..Settings::default() });
    let mut client = Client::start(server.port(), &Habits::default());
    client.flush();
    let reason = server.expect("handshake failed", |told| match told {
        Told::HandshakeFailed(reason) => Some(*reason),
        _ => None,
    });
    assert_eq!(reason, HandshakeFailure::Timeout);
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(server.counter(|counters| &counters.half_open_connections), 0);
}

#[test]
fn sessions_are_resumed_across_endpoints_with_the_same_secret() {
    let settings = Settings { early_data: true, ..Settings::default() };
    let first = Server::start(settings.clone());
    let mut client = Client::connect(first.port(), &Habits::default());
    client.get("/");
    client.run_until(|client| client.quic.session().is_some());
    let session = client.quic.session().unwrap().to_vec();
    let second = Server::start(settings);
    // On a busy machine the handshake may be over before the request is out: then it is no early data, and asked again.
    let was_early = (0..5).any(|_| {
        let mut early =
            Client::start(second.port(), &Habits { session: Some(&session), ..Habits::default() });
        early.flush();
        assert!(early.quic.is_in_early_data());
        early.speak_http();
        assert_eq!(early.get("/"), BODY);
        assert!(second.expect("opened", opened).1, "resumed");
        second.expect("request", |told| match told {
            Told::Request { early, .. } => Some(*early),
            _ => None,
        })
    });
    assert!(was_early);
}

#[test]
fn certificates_are_replaced_for_new_connections() {
    use roam_quic::self_signed::certificate;
    let server = Server::start(Settings::default());
    let first = Client::connect(server.port(), &Habits::default());
    server.engine.set_certificates(&[certificate(&["localhost"]).unwrap()]).unwrap();
    let second = Client::connect(server.port(), &Habits::default());
    assert_ne!(first.quic.peer_cert(), second.quic.peer_cert());
    let bad = roam_quic::tls::CertificateSource { cert: "no".into(), key: "no".into(), names: vec![] };
    assert!(server.engine.set_certificates(&[bad]).is_err());
    let third = Client::connect(server.port(), &Habits::default());
    assert_eq!(second.quic.peer_cert(), third.quic.peer_cert());
}
