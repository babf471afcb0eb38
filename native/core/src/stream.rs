//! One request and its response: what waits to be sent, and how much of the body the application wants.

use std::collections::VecDeque;

use quiche::h3::{self, Header, Priority};

/// Something of the response that the transport has not taken yet.
#[derive(Debug)]
enum Output {
    Informational(Vec<Header>),
    Head { fields: Vec<Header>, end: bool },
    Body { bytes: Vec<u8>, taken: usize, end: bool },
    Trailers(Vec<Header>),
}

/// What became of an attempt to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// All that was queued is with the transport.
    Idle,
    /// The transport has no room; it will say when.
    Blocked,
    /// The client sent STOP_SENDING with this code.
    Stopped(u64),
    /// The stream cannot be sent on any more.
    Broken,
}

/// State of one request stream.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    /// Body bytes that the application still takes.
    pub credit: u64,
    /// quiche has body bytes for us; it does not tell again until we have read all of them.
    pub readable: bool,
    /// Nothing more of the request is told: it has ended, was reset, or the application stopped it.
    pub request_over: bool,
    /// Trailer section of the request, once seen.
    pub trailers: Vec<Header>,
    /// All of the response is with the transport, or it was given up.
    pub response_over: bool,
    /// STOP_SENDING was told.
    pub stopped: bool,
    /// The application waits for room.
    pub awaits_writable: bool,
    /// What the client asked for (RFC 9218).
    pub priority: Priority,
    output: VecDeque<Output>,
    queued: usize,
}

/// The two halves of the transport that sending needs.
pub(crate) struct Transport<'a> {
    pub quic: &'a mut quiche::Connection,
    pub http: &'a mut h3::Connection,
    pub stream: u64,
}

impl Stream {
    pub fn new(priority: Priority) -> Self {
        Self { priority, ..Self::default() }
    }

    /// Body bytes that wait here, outside the transport.
    pub fn queued(&self) -> usize {
        self.queued
    }

    pub fn inform(&mut self, fields: Vec<Header>) {
        self.output.push_back(Output::Informational(fields));
    }

    pub fn head(&mut self, fields: Vec<Header>, end: bool) {
        self.output.push_back(Output::Head { fields, end });
    }

    /// Queues body bytes, sending what the transport takes at once so that only the rest is copied here.
    pub fn body(&mut self, bytes: &[u8], end: bool, transport: &mut Transport<'_>) -> Sending {
        let taken = match self.send(transport) {
            Sending::Idle => match send_body(transport, bytes, end) {
                Ok(all) if all == bytes.len() => {
                    self.response_over |= end;
                    return Sending::Idle;
                }
                Ok(some) => some,
                Err(Sending::Blocked) => 0,
                Err(failed) => return failed,
            },
            Sending::Blocked => 0,
            failed => return failed,
        };
        self.queued += bytes.len() - taken;
        self.output.push_back(Output::Body { bytes: bytes[taken..].to_vec(), taken: 0, end });
        Sending::Blocked
    }

    pub fn trailers(&mut self, fields: Vec<Header>) {
        self.output.push_back(match fields.is_empty() {
            true => Output::Body { bytes: Vec::new(), taken: 0, end: true },
            false => Output::Trailers(fields),
        });
    }

    /// Gives the response up: nothing that waits is sent.
    pub fn give_up(&mut self) {
        self.output.clear();
        self.queued = 0;
        self.response_over = true;
        self.awaits_writable = false;
    }

    /// Hands the transport as much as it takes.
    pub fn send(&mut self, transport: &mut Transport<'_>) -> Sending {
        while let Some(front) = self.output.front_mut() {
            let (done, end) = match front.send(transport, &self.priority) {
                Ok(result) => result,
                Err(sending) => return sending,
            };
            self.queued -= done;
            if front.is_done() {
                self.output.pop_front();
                self.response_over |= end;
            }
        }
        Sending::Idle
    }
}

impl Output {
    /// Bytes of body that were taken, and whether this was the end of the response.
    fn send(&mut self, transport: &mut Transport<'_>, priority: &Priority) -> Result<(usize, bool), Sending> {
        let Transport { quic, http, stream } = transport;
        match self {
            Self::Informational(fields) => {
                // Some heads are followed by another: quiche calls the first one the response and the rest additional.
                match http.send_response(quic, *stream, fields, false) {
                    Err(h3::Error::FrameUnexpected) => {
                        http.send_additional_headers(quic, *stream, fields, false, false)
                    }
                    other => other,
                }
                .map_err(Sending::from)?;
                fields.clear();
                Ok((0, false))
            }
            Self::Head { fields, end } => {
                match http.send_response_with_priority(quic, *stream, fields, priority, *end) {
                    Err(h3::Error::FrameUnexpected) => {
                        http.send_additional_headers(quic, *stream, fields, false, *end)
                    }
                    other => other,
                }
                .map_err(Sending::from)?;
                fields.clear();
                Ok((0, *end))
            }
            Self::Body { bytes, taken, end } => {
                let sent = send_body(transport, &bytes[*taken..], *end)?;
                *taken += sent;
                Ok((sent, *end && *taken == bytes.len()))
            }
            Self::Trailers(fields) => {
                http.send_additional_headers(quic, *stream, fields, true, true).map_err(Sending::from)?;
                fields.clear();
                Ok((0, true))
            }
        }
    }

    fn is_done(&self) -> bool {
        match self {
            Self::Informational(fields) | Self::Head { fields, .. } | Self::Trailers(fields) => {
                fields.is_empty()
            }
            Self::Body { bytes, taken, .. } => *taken == bytes.len(),
        }
    }
}

fn send_body(transport: &mut Transport<'_>, bytes: &[u8], end: bool) -> Result<usize, Sending> {
    if bytes.is_empty() && !end {
        return Ok(0);
    }
    transport.http.send_body(transport.quic, transport.stream, bytes, end).map_err(Sending::from)
}

impl From<h3::Error> for Sending {
    fn from(error: h3::Error) -> Self {
        match error {
            h3::Error::Done | h3::Error::StreamBlocked => Self::Blocked,
            h3::Error::TransportError(quiche::Error::Done) => Self::Blocked,
            h3::Error::TransportError(quiche::Error::StreamStopped(code)) => Self::Stopped(code),
            _ => Self::Broken,
        }
    }
}
