//! Our half: commands of the application, and sending as far as the transport takes it.

use quiche::Shutdown;
use quiche::h3::Header;

use super::{Connection, H3_INTERNAL_ERROR, H3_NO_ERROR, Turn};
use crate::events::{Application, Event};
use crate::records::Command;
use crate::stream::{Sending, Transport};

/// More turns of the writable list than this in one go can only be a loop that makes no progress.
const WRITABLE_ROUNDS: usize = 10_000;

impl Connection {
    /// Carries out one command. What became possible through it happens in the next [`Connection::turn`].
    pub fn command<A: Application>(&mut self, id: u64, command: Command<'_>, turn: &mut Turn<'_, A>) {
        match command {
            Command::Close(code) => return self.close(u64::from(code)),
            Command::StopSending(code) => return self.stop_request(id, u64::from(code)),
            _ => {}
        }
        let (Some(http), Some(stream)) = (&mut self.http, self.streams.get_mut(&id)) else { return };
        if let Command::Credit(bytes) = command {
            stream.credit += u64::from(bytes);
            return;
        }
        if stream.response_over {
            return;
        }
        let mut transport = Transport { quic: &mut self.quic, http, stream: id };
        let sending = match command {
            Command::Inform { status, fields: Some(fields) } => {
                stream.inform(with_status(status, fields));
                stream.send(&mut transport)
            }
            Command::Respond { status, fields: Some(fields), end } => {
                stream.head(with_status(status, fields), end);
                stream.send(&mut transport)
            }
            Command::Write { bytes, end, awaits_writable } => {
                stream.awaits_writable |= awaits_writable;
                stream.body(bytes, end, &mut transport)
            }
            Command::End { trailers: Some(trailers) } => {
                stream.trailers(trailers);
                stream.send(&mut transport)
            }
            Command::Reset(code) => return self.reset_response(id, u64::from(code)),
            // A head or trailers that must not be sent; the rest was dealt with above.
            _ => return self.reset_response(id, H3_INTERNAL_ERROR),
        };
        self.after_sending(id, sending, turn);
    }

    /// Finds the streams that the client has stopped: it shows only as an error of the next use of the stream.
    pub(super) fn find_stopped<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        let open: Vec<u64> = self.streams.keys().copied().collect();
        for id in open {
            if let Err(quiche::Error::StreamStopped(code)) = self.quic.stream_capacity(id) {
                self.on_stopped(id, code, turn);
            }
        }
    }

    /// Goes through the streams that can be sent on again.
    pub(super) fn send_responses<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        for _ in 0..WRITABLE_ROUNDS {
            let Some(id) = self.quic.stream_writable_next() else { break };
            let (Some(http), Some(stream)) = (&mut self.http, self.streams.get_mut(&id)) else { continue };
            let sending = stream.send(&mut Transport { quic: &mut self.quic, http, stream: id });
            self.after_sending(id, sending, turn);
        }
    }

    fn after_sending<A: Application>(&mut self, id: u64, sending: Sending, turn: &mut Turn<'_, A>) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        match sending {
            Sending::Stopped(code) => return self.on_stopped(id, code, turn),
            // Only our own misuse ends here, such as a body without a head.
            Sending::Broken => return self.reset_response(id, H3_INTERNAL_ERROR),
            Sending::Idle | Sending::Blocked => {}
        }
        if stream.awaits_writable
            && !stream.response_over
            && stream.queued() <= turn.shared.settings.send_buffer / 2
        {
            stream.awaits_writable = false;
            turn.tell(self.id, Event::Writable { stream: id });
        }
        self.note_response_over(id);
    }

    fn on_stopped<A: Application>(&mut self, id: u64, code: u64, turn: &mut Turn<'_, A>) {
        let Some(stream) = self.streams.get_mut(&id).filter(|stream| !stream.stopped) else { return };
        stream.stopped = true;
        stream.give_up();
        turn.tell(self.id, Event::ResponseStopped { stream: id, code });
        self.note_abuse(1, turn.now);
        self.note_response_over(id);
    }

    fn reset_response(&mut self, id: u64, code: u64) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        stream.give_up();
        let _ = self.quic.stream_shutdown(id, Shutdown::Write, code);
        self.note_response_over(id);
    }

    /// The response has left our hands: from now on the stream only waits for its acknowledgement.
    fn note_response_over(&mut self, id: u64) {
        let Some(stream) = self.streams.get(&id).filter(|stream| stream.response_over) else { return };
        // A body that nobody asks for any more would keep the stream, and its window, for ever (RFC 9114 §4.1).
        if !stream.request_over && stream.credit == 0 {
            self.stop_request(id, H3_NO_ERROR);
        }
        if !self.finishing.contains(&id) {
            self.finishing.push(id);
        }
    }

    /// Forgets the streams that quiche has collected: all is acknowledged, or both sides gave up.
    pub(super) fn forget_streams<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        let mut at = 0;
        while let Some(id) = self.finishing.get(at).copied() {
            match self.quic.stream_capacity(id) {
                Err(quiche::Error::InvalidStreamState(_)) => {
                    self.finishing.swap_remove(at);
                    self.forget_stream(id, turn);
                }
                Err(quiche::Error::StreamStopped(code)) => {
                    self.on_stopped(id, code, turn);
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    fn forget_stream<A: Application>(&mut self, id: u64, turn: &mut Turn<'_, A>) {
        if let Some(http) = &mut self.http {
            // quiche's HTTP/3 layer forgets a stream when it fails to send on it; after a reset nothing else makes it
            // forget, and its memory would grow with each one.
            let nothing: [Header; 0] = [];
            let _ = http.send_response(&mut self.quic, id, &nothing, true);
            let _ = http.send_body(&mut self.quic, id, &[], true);
        }
        if self.streams.remove(&id).is_some() {
            turn.tell(self.id, Event::StreamClosed { stream: id });
        }
    }
}

fn with_status(status: u32, fields: Vec<Header>) -> Vec<Header> {
    let mut head = Vec::with_capacity(fields.len() + 1);
    head.push(Header::new(b":status", status.to_string().as_bytes()));
    head.extend(fields);
    head
}
