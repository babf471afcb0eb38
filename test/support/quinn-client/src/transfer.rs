//! Downloads and uploads: how much came, what it hashes to, and what quinn saw of the path.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::args::{Args, Command};
use crate::change::Progress;
use crate::connect::{Connection, Failure, Requests, connect, endpoint};

const CHUNK: usize = 64 * 1024;
/// How long a change that falls on the last bytes, and the close, may take to reach the server.
const LINGER: Duration = Duration::from_millis(50);

pub async fn run(args: Args) -> Result<Value, Failure> {
    let args = Arc::new(args);
    let started = Instant::now();
    let tasks: Vec<_> = (0..args.connections)
        .map(|_| tokio::spawn(one_connection(args.clone())))
        .collect();
    let mut connections = Vec::new();
    for task in tasks {
        connections.push(match task.await? {
            Ok(value) => value,
            Err(error) => json!({ "error": error.to_string(), "requests": [] }),
        });
    }
    Ok(json!({ "seconds": started.elapsed().as_secs_f64(), "connections": connections }))
}

async fn one_connection(args: Arc<Args>) -> Result<Value, Failure> {
    let client = endpoint(&args)?;
    let mut connection = tokio::time::timeout(args.deadline, connect(&client, &args)).await??;
    let progress = Progress::new(client.clone(), &args.changes);
    let mut requests = Vec::new();
    let mut cookies = BTreeMap::new();
    for _ in 0..args.repeat {
        let transfer = one_request(&args, &mut connection.requests, &progress, &mut cookies);
        requests.push(match tokio::time::timeout(args.deadline, transfer).await {
            Ok(Ok(value)) => value,
            Ok(Err(error)) => json!({ "error": error.to_string() }),
            Err(_) => json!({ "error": "deadline" }),
        });
        if args.pause > Duration::ZERO {
            tokio::time::sleep(args.pause).await;
        }
    }
    let Connection {
        quic,
        requests: sender,
    } = connection;
    tokio::time::sleep(LINGER).await;
    let stats = quic.stats();
    let facts = json!({
        "requests": requests,
        "ports": client.ports(),
        "rttMs": quic.rtt().as_secs_f64() * 1000.0,
        "datagramsSent": stats.udp_tx.datagrams,
        "datagramsReceived": stats.udp_rx.datagrams,
        "pathChallengesReceived": stats.frame_rx.path_challenge,
        "closed": quic.close_reason().map(|reason| reason.to_string()),
    });
    quic.close(0x100u32.into(), b"");
    drop(sender);
    client.endpoint.wait_idle().await;
    Ok(facts)
}

async fn one_request(
    args: &Args,
    sender: &mut Requests,
    progress: &Progress,
    cookies: &mut BTreeMap<String, String>,
) -> Result<Value, Failure> {
    let started = Instant::now();
    let upload = args.command == Command::Upload;
    let mut request = http::Request::builder()
        .method(if upload { "POST" } else { "GET" })
        .uri(args.uri.clone());
    if !cookies.is_empty() {
        let pairs: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request = request.header("cookie", pairs.join("; "));
    }
    if upload {
        request = request.header("content-length", args.upload);
    }
    let mut stream = sender.send_request(request.body(())?).await?;
    let mut uploaded_hash = None;
    if upload {
        let mut hash = Sha256::new();
        let mut left = args.upload;
        while left > 0 {
            let chunk = pattern(args.upload - left, left.min(CHUNK as u64) as usize);
            hash.update(&chunk);
            left -= chunk.len() as u64;
            progress.add(chunk.len() as u64);
            stream.send_data(chunk).await?;
        }
        uploaded_hash = Some(hex(&hash.finalize()));
    }
    stream.finish().await?;
    let response = stream.recv_response().await?;
    let first_byte = started.elapsed();
    if args.cookies {
        keep(&response, cookies);
    }
    let mut hash = Sha256::new();
    let mut bytes = 0u64;
    let body_started = Instant::now();
    let mut stopped = false;
    while let Some(mut data) = stream.recv_data().await? {
        while data.has_remaining() {
            let chunk = data.chunk();
            hash.update(chunk);
            let length = chunk.len();
            bytes += length as u64;
            data.advance(length);
            if !upload {
                progress.add(length as u64);
            }
        }
        if let Some(rate) = args.read_rate {
            let due = Duration::from_secs_f64(bytes as f64 / rate as f64);
            tokio::time::sleep_until((body_started + due).into()).await;
        }
        if args.stop_after.is_some_and(|limit| bytes >= limit) {
            stopped = true;
            break;
        }
    }
    let headers: serde_json::Map<String, Value> = response
        .headers()
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), Value::String(text))
        })
        .collect();
    Ok(json!({
        "status": response.status().as_u16(),
        "headers": headers,
        "bytes": bytes,
        "sha256": hex(&hash.finalize()),
        "sentSha256": uploaded_hash,
        "stopped": stopped,
        "firstByteMs": first_byte.as_secs_f64() * 1000.0,
        "ms": started.elapsed().as_secs_f64() * 1000.0,
    }))
}

/// Name and value of each cookie; what else it says does not matter on one connection.
fn keep(response: &http::Response<()>, cookies: &mut BTreeMap<String, String>) {
    for field in response.headers().get_all("set-cookie") {
        let pair = field.to_str().ok().and_then(|text| text.split(';').next());
        if let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Bytes that tell their offset, so that a lost or doubled chunk changes the hash.
fn pattern(offset: u64, length: usize) -> Bytes {
    let mut chunk = Vec::with_capacity(length + 8);
    let mut at = offset;
    while chunk.len() < length {
        chunk.extend_from_slice(&at.to_be_bytes());
        at += 8;
    }
    chunk.truncate(length);
    chunk.into()
}

/// Lower case.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
