//! The options, read by hand: one small program does not need a parser library.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use crate::change::Change;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// Download and hash.
    Get,
    /// POST so many bytes, then read the answer like `Get`.
    Upload,
    /// Closed loop of requests that each carry an id and check that the answer is theirs.
    Load,
}

#[derive(Clone, Debug)]
pub struct Args {
    pub command: Command,
    pub uri: http::Uri,
    pub ca: PathBuf,
    /// Where the datagrams go; by default the host and port of the URL.
    pub remote: SocketAddr,
    /// Local address; by default any of the remote's family.
    pub local: Option<IpAddr>,
    pub server_name: String,
    pub changes: Vec<Change>,
    /// Bytes a second this client takes from the body; unlimited when absent.
    pub read_rate: Option<u64>,
    /// Stop reading (and close) after so many bytes of body.
    pub stop_after: Option<u64>,
    /// Bytes to upload.
    pub upload: u64,
    /// Requests one after another on a connection.
    pub repeat: u64,
    /// Connections at the same time, each on a socket of its own.
    pub connections: u64,
    /// Concurrent requests on a connection (`load`).
    pub streams: u64,
    /// How long `load` goes on.
    pub duration: Duration,
    /// Pause of each closed loop between two requests (`load`).
    pub pause: Duration,
    /// Bytes of each answer (`load`).
    pub size: u64,
    /// A request that has not ended by then is hung (`load`), a transfer is given up.
    pub deadline: Duration,
    /// Distinguishes the ids of several generators (`load`).
    pub prefix: String,
    /// Receive window of a stream, bytes.
    pub window: Option<u32>,
    /// Length of this client's own connection IDs: 0 is what Chromium does.
    pub cid_length: usize,
    pub idle_timeout: Duration,
    /// Reserved frames and streams that a server must ignore (RFC 9114 §7.2.8); on by default.
    pub grease: bool,
    /// A PING so often. A client that only downloads must say something by itself after a NAT forgot it, or the server
    /// never hears of the new address; Chromium does after 200 ms.
    pub keep_alive: Option<Duration>,
    /// Keeps the cookies that it is given on a connection, and sends them back, as a browser does (`get`, `upload`).
    pub cookies: bool,
    /// Each so many requests one is `POST /once/ID`; 0: none is (`load`).
    pub post_every: u64,
    /// Requests that were provably not taken are asked again until they are answered, and connections that cannot be made
    /// are tried again (`load`).
    pub insist: bool,
    /// The end of standard input ends the load (`load`).
    pub until_eof: bool,
}

impl Args {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let command = match words.next().as_deref() {
            Some("get") => Command::Get,
            Some("upload") => Command::Upload,
            Some("load") => Command::Load,
            other => return Err(format!("get, upload or load, not {other:?}")),
        };
        let uri: http::Uri = words
            .next()
            .ok_or("a URL is missing")?
            .parse()
            .map_err(|e| format!("URL: {e}"))?;
        let host = uri.host().ok_or("the URL has no host")?.to_owned();
        let port = uri.port_u16().unwrap_or(443);
        let mut ca = None;
        let mut remote = None;
        let mut args = Self {
            command,
            ca: PathBuf::new(),
            remote: ([127, 0, 0, 1], port).into(),
            local: None,
            server_name: host.trim_matches(['[', ']']).to_owned(),
            changes: Vec::new(),
            read_rate: None,
            stop_after: None,
            upload: 0,
            repeat: 1,
            connections: 1,
            streams: 1,
            duration: Duration::from_secs(5),
            pause: Duration::ZERO,
            size: 1024,
            deadline: Duration::from_secs(60),
            prefix: "q".to_owned(),
            window: None,
            cid_length: 8,
            idle_timeout: Duration::from_secs(30),
            grease: true,
            keep_alive: None,
            cookies: false,
            post_every: 0,
            insist: false,
            until_eof: false,
            uri,
        };
        while let Some(option) = words.next() {
            let value = words
                .next()
                .ok_or_else(|| format!("{option} wants a value"))?;
            let number = || -> Result<u64, String> {
                value.parse().map_err(|e| format!("{option} {value}: {e}"))
            };
            match option.as_str() {
                "--ca" => ca = Some(PathBuf::from(&value)),
                "--connect" => {
                    remote = Some(
                        value
                            .parse()
                            .map_err(|e| format!("--connect {value}: {e}"))?,
                    );
                }
                "--local" => {
                    args.local = Some(value.parse().map_err(|e| format!("--local {value}: {e}"))?);
                }
                "--server-name" => args.server_name.clone_from(&value),
                "--change" => args.changes.push(value.parse()?),
                "--read-rate" => args.read_rate = Some(number()?.max(1)),
                "--stop-after" => args.stop_after = Some(number()?),
                "--bytes" => args.upload = number()?,
                "--repeat" => args.repeat = number()?,
                "--connections" => args.connections = number()?,
                "--streams" => args.streams = number()?,
                "--duration" => args.duration = Duration::from_millis(number()?),
                "--pause" => args.pause = Duration::from_millis(number()?),
                "--size" => args.size = number()?,
                "--deadline" => args.deadline = Duration::from_millis(number()?),
                "--prefix" => args.prefix.clone_from(&value),
                "--window" => {
                    args.window = Some(
                        number()?
                            .try_into()
                            .map_err(|_| "--window is too large".to_owned())?,
                    );
                }
                "--cid-length" => args.cid_length = number()? as usize,
                "--idle-timeout" => args.idle_timeout = Duration::from_millis(number()?),
                "--keep-alive" => args.keep_alive = Some(Duration::from_millis(number()?)),
                "--post-every" => args.post_every = number()?,
                "--insist" => args.insist = value == "on",
                "--until-eof" => args.until_eof = value == "on",
                "--cookies" => args.cookies = value == "on",
                "--grease" => args.grease = value == "on",
                _ => return Err(format!("unknown option {option}")),
            }
        }
        args.ca = ca.ok_or("--ca is missing: this client trusts nothing by itself")?;
        args.remote = match remote {
            Some(address) => address,
            None => (args.server_name.as_str(), port)
                .to_socket_addrs()
                .map_err(|e| format!("{}: {e}", args.server_name))?
                .next()
                .ok_or("the host has no address")?,
        };
        Ok(args)
    }
}
