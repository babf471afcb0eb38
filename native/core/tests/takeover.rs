//! One endpoint takes over the socket of another: nobody notices.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[allow(dead_code, reason = "shared with the other tests")]
mod support;

use std::time::Duration;

use roam_quic::cid::CID_LEN;
use roam_quic::path::{MigrationReason, PathEvent};
use roam_quic::settings::Settings;
use support::client::{Client, Habits};
use support::{BIG, BODY, Server, Told};

fn generation(generation: u8) -> Settings {
    Settings { generation, ..Settings::default() }
}

/// The order of a takeover, as src/takeover/ has it.
fn take_over(old: &Server, generation: u8) -> Server {
    let new = Server::inherit(old.engine.offer().unwrap(), self::generation(generation));
    old.engine.yield_socket().unwrap();
    let young = old.expect("yielded", |told| match told {
        Told::Yielded(young) => Some(young.clone()),
        _ => None,
    });
    new.engine.read(young);
    new
}

#[test]
fn a_download_goes_on_where_it_began_and_newcomers_go_to_the_successor() {
    let old = Server::start(generation(0));
    let mut client = Client::connect(old.port(), &Habits::default());
    let stream = client.send("GET", "/big", true);
    client.run_until(|client| client.body.len() > BIG / 4);
    let new = take_over(&old, 1);
    assert_eq!(new.port(), old.port());
    let mut newcomer = Client::connect(new.port(), &Habits::default());
    assert_eq!(newcomer.get("/"), BODY);
    client.run_until(|client| client.has_finished(stream));
    assert_eq!(client.body.len(), BIG);
    assert_eq!(old.counter(|counters| &counters.active_connections), 1);
    assert_eq!(new.counter(|counters| &counters.active_connections), 1);
    assert!(new.counter(|counters| &counters.datagrams_forwarded) > 0);
    assert_eq!(new.counter(|counters| &counters.dropped_unknown_connection), 0);
}

#[test]
fn a_client_that_moves_after_the_takeover_stays_with_the_old_process() {
    let moves = [
        (Client::rebind as fn(&mut Client), MigrationReason::NatRebinding),
        (Client::migrate, MigrationReason::AddressChange),
    ];
    for (act, expected) in moves {
        let old = Server::start(generation(0));
        let mut client = Client::connect(old.port(), &Habits::default());
        client.get("/");
        let _new = take_over(&old, 1);
        act(&mut client);
        assert_eq!(client.get("/"), BODY);
        client.run_for(Duration::from_millis(50));
        let told = old.expect("a migration", |told| match told {
            Told::Path(PathEvent::Migrated { reason, success, .. }) => Some((*reason, *success)),
            _ => None,
        });
        assert_eq!(told, (expected, true));
    }
}

#[test]
fn a_handshake_that_has_begun_ends_where_it_began() {
    let old = Server::start(generation(0));
    let mut client = Client::start(old.port(), &Habits::default());
    client.flush();
    for _ in 0..100 {
        if old.counter(|counters| &counters.half_open_connections) == 1 {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let new = take_over(&old, 1);
    client.run_until(|client| client.quic.is_established());
    client.speak_http();
    assert_eq!(client.get("/"), BODY);
    old.expect("opened", |told| matches!(told, Told::Opened { .. }).then_some(()));
    assert!(new.told().is_empty());
}

#[test]
fn what_comes_between_two_processes_waits_in_the_socket() {
    let old = Server::start(generation(0));
    let mut known = Client::connect(old.port(), &Habits::default());
    let new = Server::inherit(old.engine.offer().unwrap(), generation(1));
    old.engine.yield_socket().unwrap();
    let young = old.expect("yielded", |told| match told {
        Told::Yielded(young) => Some(young.clone()),
        _ => None,
    });
    let mut newcomer = Client::start(new.port(), &Habits::default());
    newcomer.flush();
    let stream = known.send("GET", "/", true);
    known.run_for(Duration::from_millis(50));
    assert!(!known.has_finished(stream), "nobody reads");
    new.engine.read(young);
    known.run_until(|client| client.has_finished(stream));
    newcomer.run_until(|client| client.quic.is_established());
}

#[test]
fn three_generations_each_keep_their_own() {
    let first = Server::start(generation(0));
    let mut oldest = Client::connect(first.port(), &Habits::default());
    let second = take_over(&first, 1);
    let mut middle = Client::connect(second.port(), &Habits::default());
    let third = take_over(&second, 2);
    let mut youngest = Client::connect(third.port(), &Habits::default());
    for client in [&mut oldest, &mut middle, &mut youngest] {
        client.rebind();
        assert_eq!(client.get("/"), BODY);
    }
    for server in [&first, &second, &third] {
        assert_eq!(server.counter(|counters| &counters.active_connections), 1);
    }
    // The process in the middle ends: the oldest is reached without it.
    drop(second);
    oldest.rebind();
    assert_eq!(oldest.get("/"), BODY);
}

#[test]
fn a_takeover_that_fails_leaves_everything_with_the_old_process() {
    let old = Server::start(generation(0));
    let mut client = Client::connect(old.port(), &Habits::default());
    for _ in 0..2 {
        drop(old.engine.offer().unwrap());
        assert_eq!(client.get("/"), BODY, "an offer changes nothing");
        let new = Server::inherit(old.engine.offer().unwrap(), generation(1));
        old.engine.yield_socket().unwrap();
        old.expect("yielded", |told| matches!(told, Told::Yielded(_)).then_some(()));
        drop(new);
        old.engine.read(Vec::new());
        client.rebind();
        assert_eq!(client.get("/"), BODY);
    }
    assert!(old.engine.yield_socket().is_err(), "nobody has an offer");
    let mut newcomer = Client::connect(old.port(), &Habits::default());
    assert_eq!(newcomer.get("/"), BODY);
}

#[test]
fn a_drained_connection_ends_with_a_close_and_no_reset_follows() {
    let old = Server::start(generation(0));
    let mut client = Client::connect(old.port(), &Habits::default());
    client.get("/");
    let new = take_over(&old, 1);
    old.engine.drain();
    client.run_until(|client| client.server_error().is_some());
    // A packet that was under way.
    client.late_packet();
    old.expect("drained", |told| matches!(told, Told::Drained).then_some(()));
    assert_eq!(new.counter(|counters| &counters.stateless_resets), 0);
    assert_eq!(new.counter(|counters| &counters.dropped_unknown_connection), 0);
}

#[test]
fn clients_of_a_process_that_has_ended_are_told_at_once() {
    let old = Server::start(generation(0));
    let mut client = Client::connect(old.port(), &Habits::default());
    client.get("/");
    let new = take_over(&old, 1);
    // As after a crash: nobody has said goodbye.
    let mut packet = [0x41; 100];
    packet[1] = 0;
    old.engine.close();
    old.expect("stopped", |told| matches!(told, Told::Stopped).then_some(()));
    drop(old);
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    // The thread lets go of the channel right after its last word.
    let told = (0..100).any(|_| {
        socket.send_to(&packet, ("127.0.0.1", new.port())).unwrap();
        socket.recv(&mut [0; 100]).is_ok()
    });
    assert!(told, "a stateless reset");
    assert_eq!(new.counter(|counters| &counters.stateless_resets), 1);
}

#[test]
fn a_made_up_id_that_looks_like_an_older_process_s_starts_a_connection_here() {
    let old = Server::start(generation(0xc0));
    let new = take_over(&old, 1);
    // An Initial that names no connection: its ID is as long as ours and begins like one of the older process.
    let mut initial = vec![0xc0, 0, 0, 0, 1, CID_LEN as u8];
    initial.extend_from_slice(&[0xc0; CID_LEN]);
    initial.resize(1200, 0);
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.send_to(&initial, ("127.0.0.1", new.port())).unwrap();
    let mut newcomer = Client::connect(new.port(), &Habits::default());
    assert_eq!(newcomer.get("/"), BODY);
    assert_eq!(new.counter(|counters| &counters.dropped_decrypt_error), 1, "tried here");
    assert_eq!(new.counter(|counters| &counters.datagrams_forwarded), 0);
}
