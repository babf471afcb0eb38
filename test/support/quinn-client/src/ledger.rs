//! Closed-loop load in which every request has an id and every answer must be its own. `GET URL/ID/SIZE` answers the id
//! and a newline, repeated and cut to SIZE bytes; `POST /once/ID` answers the length and the hash of what came. Anything
//! else that looks complete is a wrong body.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use h3::error::{Code, StreamError};
use quinn::ConnectionError;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::args::Args;
use crate::connect::{Connection, Failure, Requests, connect, endpoint};
use crate::transfer::hex;

/// A connection that cannot be made is tried again so much later (`--insist`).
const RECONNECT: Duration = Duration::from_millis(100);
/// Requests that are left over when the time is up get so much more (`--insist`); then they are lost.
const OVERTIME: Duration = Duration::from_secs(5);

/// How a request ended. The names are the keys of the JSON line.
enum Outcome {
    Ok,
    /// Complete, but not the body that belongs to the id.
    Wrong,
    /// The head came, the body broke off and said so.
    Cut(String),
    /// An explicit answer of another status.
    Status(u16),
    /// No head, and no promise that nothing was done.
    Lost(String),
    /// The connection was closing before the request was taken (GOAWAY, H3_REQUEST_REJECTED): safe to ask elsewhere.
    Unsent,
    Hung,
}

#[derive(Default)]
struct Ledger {
    requests: u64,
    posts: u64,
    connections: u64,
    dropped: u64,
    refused: u64,
    ok: u64,
    wrong: u64,
    cut: u64,
    lost: u64,
    unsent: u64,
    unsent_ids: Vec<String>,
    hung: u64,
    statuses: BTreeMap<String, u64>,
    examples: Vec<String>,
    slowest_ms: f64,
}

impl Ledger {
    fn refuse(&mut self, why: &str) {
        self.refused += 1;
        note(&mut self.examples, &format!("no connection: {why}"));
    }

    fn lose(&mut self, id: &str) {
        self.lost += 1;
        note(&mut self.examples, &format!("{id}: never taken"));
    }

    fn drop_connection(&mut self, why: &str) {
        self.dropped += 1;
        note(&mut self.examples, &format!("connection: {why}"));
    }

    fn enter(&mut self, id: &str, post: bool, outcome: Outcome, took: Duration) {
        self.slowest_ms = self.slowest_ms.max(took.as_secs_f64() * 1000.0);
        self.requests += 1;
        let mut example = |what: &str| note(&mut self.examples, &format!("{id}: {what}"));
        match outcome {
            Outcome::Ok => {
                self.ok += 1;
                self.posts += u64::from(post);
            }
            Outcome::Unsent => {
                self.unsent += 1;
                self.unsent_ids.push(id.to_owned());
            }
            Outcome::Wrong => {
                example("wrong body");
                self.wrong += 1;
            }
            Outcome::Cut(why) => {
                example(&format!("cut: {why}"));
                self.cut += 1;
            }
            Outcome::Lost(why) => {
                example(&format!("lost: {why}"));
                self.lost += 1;
            }
            Outcome::Hung => {
                example("hung");
                self.hung += 1;
            }
            Outcome::Status(status) => {
                example(&format!("status {status}"));
                *self.statuses.entry(status.to_string()).or_default() += 1;
            }
        }
    }
}

fn note(examples: &mut Vec<String>, text: &str) {
    if examples.len() < 10 {
        examples.push(text.to_owned());
    }
}

/// What all loops share.
struct Load {
    args: Args,
    ledger: Mutex<Ledger>,
    /// The number of the next request.
    next: AtomicU64,
    /// Numbers of requests that are to be asked again.
    again: Mutex<Vec<u64>>,
    started: Instant,
    /// Milliseconds after the start.
    ends: AtomicU64,
}

impl Load {
    fn ledger(&self) -> std::sync::MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("plain data")
    }

    fn over(&self) -> bool {
        let ends = Duration::from_millis(self.ends.load(Ordering::Relaxed));
        let elapsed = self.started.elapsed();
        elapsed >= ends
            && (elapsed >= ends + OVERTIME || self.again.lock().expect("plain data").is_empty())
    }

    fn take(&self) -> u64 {
        let again = self.again.lock().expect("plain data").pop();
        again.unwrap_or_else(|| self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn is_post(&self, number: u64) -> bool {
        let every = self.args.post_every;
        every > 0 && (number + 1).is_multiple_of(every)
    }
}

pub async fn run(args: Args) -> Result<Value, Failure> {
    let (connections, duration) = (args.connections, args.duration);
    let load = Arc::new(Load {
        args,
        ledger: Mutex::default(),
        next: AtomicU64::new(0),
        again: Mutex::default(),
        started: Instant::now(),
        ends: AtomicU64::new(duration.as_millis() as u64),
    });
    if load.args.until_eof {
        stop_at_eof(load.clone());
    }
    let tasks: Vec<_> = (0..connections)
        .map(|_| tokio::spawn(one_connection(load.clone())))
        .collect();
    for task in tasks {
        task.await??;
    }
    let seconds = load.started.elapsed().as_secs_f64();
    let mut ledger = load.ledger();
    for number in load.again.lock().expect("plain data").drain(..) {
        ledger.lose(&format!("{}-{number}", load.args.prefix));
    }
    Ok(json!({
        "requests": ledger.requests,
        "ok": ledger.ok,
        "wrong": ledger.wrong,
        "cut": ledger.cut,
        "lost": ledger.lost,
        "unsent": ledger.unsent,
        "unsentIds": ledger.unsent_ids,
        "hung": ledger.hung,
        "statuses": ledger.statuses,
        "examples": ledger.examples,
        "slowestMs": ledger.slowest_ms,
        "connections": ledger.connections,
        "dropped": ledger.dropped,
        "refused": ledger.refused,
        "posts": ledger.posts,
        "seconds": seconds,
    }))
}

/// On a thread of its own: reading standard input blocks.
fn stop_at_eof(load: Arc<Load>) {
    std::thread::spawn(move || {
        // However it ends, nobody will say any more.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        let now = load.started.elapsed().as_millis() as u64;
        load.ends.fetch_min(now, Ordering::Relaxed);
    });
}

/// Keeps a connection busy, and opens another when it ends before the time is up.
async fn one_connection(load: Arc<Load>) -> Result<(), Failure> {
    let client = endpoint(&load.args)?;
    while !load.over() {
        let connection = match timeout(load.args.deadline, connect(&client, &load.args)).await {
            Ok(Ok(connection)) => connection,
            failed => {
                let why = match failed {
                    Ok(Err(error)) => error.to_string(),
                    _ => "not within the deadline".to_owned(),
                };
                load.ledger().refuse(&why);
                // A refused connection ends the loop: while draining, that is the answer that should come.
                if !load.args.insist {
                    break;
                }
                tokio::time::sleep(RECONNECT).await;
                continue;
            }
        };
        load.ledger().connections += 1;
        let loops: Vec<_> = (0..load.args.streams)
            .map(|_| tokio::spawn(one_loop(load.clone(), connection.requests.clone())))
            .collect();
        for one in loops {
            one.await?;
        }
        settle(&load, &connection);
        connection.quic.close(0x100u32.into(), b"");
    }
    client.endpoint.wait_idle().await;
    Ok(())
}

/// A server may close with H3_NO_ERROR once it has answered what it took; everything else is a loss.
fn settle(load: &Load, connection: &Connection) {
    let reason = match connection.quic.close_reason() {
        None => return,
        Some(ConnectionError::ApplicationClosed(close))
            if close.error_code == Code::H3_NO_ERROR.value().try_into().expect("it is small") =>
        {
            return;
        }
        Some(reason) => reason,
    };
    load.ledger().drop_connection(&reason.to_string());
}

async fn one_loop(load: Arc<Load>, mut sender: Requests) {
    while !load.over() {
        let number = load.take();
        let id = format!("{}-{number}", load.args.prefix);
        let asked = Instant::now();
        let post = load.is_post(number);
        let request = one_request(&load.args, &mut sender, &id, post);
        let outcome = match timeout(load.args.deadline, request).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Hung,
        };
        if load.args.insist && matches!(outcome, Outcome::Unsent) {
            load.again.lock().expect("plain data").push(number);
        }
        // The loop goes on after a failed request; a connection that is no more ends it.
        let over = matches!(outcome, Outcome::Unsent | Outcome::Hung);
        load.ledger().enter(&id, post, outcome, asked.elapsed());
        if over {
            return;
        }
        if load.args.pause > Duration::ZERO {
            tokio::time::sleep(load.args.pause).await;
        }
    }
}

async fn one_request(args: &Args, sender: &mut Requests, id: &str, post: bool) -> Outcome {
    let body = repeated(id, args.size);
    let (request, wanted) = if post {
        let sha256 = hex(&Sha256::digest(&body));
        let answer = format!(r#"{{"bytes":{},"sha256":"{sha256}"}}"#, args.size);
        let mut uri = args.uri.clone().into_parts();
        uri.path_and_query = format!("/once/{id}").parse().ok();
        let request = http::Request::post(http::Uri::from_parts(uri).unwrap_or_default())
            .header("content-length", args.size);
        (request, answer.into_bytes())
    } else {
        let base = args.uri.to_string();
        let base = base.trim_end_matches('/');
        let request = http::Request::get(format!("{base}/{id}/{}", args.size));
        (request, body.clone())
    };
    let request = match request.body(()) {
        Ok(request) => request,
        Err(error) => return Outcome::Lost(error.to_string()),
    };
    // A stream that could not be opened carried nothing.
    let Ok(mut stream) = sender.send_request(request).await else {
        return Outcome::Unsent;
    };
    if post && let Err(error) = stream.send_data(Bytes::from(body)).await {
        return before_head(error);
    }
    if let Err(error) = stream.finish().await {
        return before_head(error);
    }
    let response = match stream.recv_response().await {
        Ok(response) => response,
        Err(error) => return before_head(error),
    };
    let mut answer = Vec::with_capacity(wanted.len());
    loop {
        match stream.recv_data().await {
            Ok(Some(mut data)) => {
                while data.has_remaining() {
                    let chunk = data.chunk();
                    answer.extend_from_slice(chunk);
                    let length = chunk.len();
                    data.advance(length);
                }
            }
            Ok(None) => break,
            Err(error) => return Outcome::Cut(error.to_string()),
        }
    }
    match response.status().as_u16() {
        200 if answer == wanted => Outcome::Ok,
        200 => Outcome::Wrong,
        status => Outcome::Status(status),
    }
}

/// The id and a newline, again and again, `size` bytes in all.
fn repeated(id: &str, size: u64) -> Vec<u8> {
    let line = format!("{id}\n").into_bytes();
    line.into_iter().cycle().take(size as usize).collect()
}

fn before_head(error: StreamError) -> Outcome {
    match error {
        StreamError::RemoteTerminate { code, .. } if code == Code::H3_REQUEST_REJECTED => {
            Outcome::Unsent
        }
        StreamError::RemoteClosing { .. } => Outcome::Unsent,
        // After GOAWAY a server may close as soon as it has answered what it took (RFC 9114 §5.2). h3 does not tell where
        // GOAWAY drew the line, so whoever reads the ids must see that the server knows none of them.
        error if error.is_h3_no_error() => Outcome::Unsent,
        other => Outcome::Lost(other.to_string()),
    }
}
