//! The client's half: request heads, bodies against credit, resets.

use quiche::Shutdown;
use quiche::h3::{self, Header, NameValue, Priority};

use super::closing::Leaving;
use super::{
    Connection, H3_EXCESSIVE_LOAD, H3_MESSAGE_ERROR, H3_REQUEST_INCOMPLETE, H3_REQUEST_REJECTED, Turn,
};
use crate::counters::count;
use crate::events::{Application, Event};
use crate::stream::Stream;

impl Connection {
    /// Reads what HTTP/3 has for us, as long as the application has room.
    pub(super) fn read_requests<A: Application>(&mut self, turn: &mut Turn<'_, A>) {
        while !turn.app.is_full() {
            let Some(http) = &mut self.http else { return };
            match http.poll(&mut self.quic) {
                Ok((stream, event)) => self.on_http_event(stream, event, turn),
                Err(h3::Error::Done) if self.read_bodies(turn) => {}
                Err(h3::Error::Done) => return,
                Err(_) => {
                    // quiche closes with the right code in most cases; this catches the rest.
                    let _ = self.quic.close(true, super::H3_INTERNAL_ERROR, b"");
                    return;
                }
            }
        }
    }

    fn on_http_event<A: Application>(&mut self, id: u64, event: h3::Event, turn: &mut Turn<'_, A>) {
        match event {
            h3::Event::Headers { list, more_frames } => match self.streams.get_mut(&id) {
                Some(stream) => stream.trailers = list,
                None => self.on_request(id, &list, !more_frames, turn),
            },
            h3::Event::Data => {
                if let Some(stream) = self.streams.get_mut(&id) {
                    stream.readable = true;
                }
            }
            h3::Event::Finished | h3::Event::Reset(_) if !self.streams.contains_key(&id) => {
                // It ended before its head was whole. Left alone it would stay open on our side for ever.
                self.note_abuse(1, turn.now);
                self.refuse(id, H3_REQUEST_INCOMPLETE);
            }
            h3::Event::Finished => {
                if let Some(stream) = self.streams.get_mut(&id).filter(|stream| !stream.request_over) {
                    stream.request_over = true;
                    let trailers = std::mem::take(&mut stream.trailers);
                    match has_nul(&trailers) {
                        true => self.reject(id, H3_MESSAGE_ERROR, turn),
                        false => turn.tell(self.id, Event::BodyEnd { stream: id, trailers: &trailers }),
                    }
                }
            }
            h3::Event::Reset(code) => {
                self.note_abuse(1, turn.now);
                if let Some(stream) = self.streams.get_mut(&id).filter(|stream| !stream.request_over) {
                    stream.request_over = true;
                    stream.readable = false;
                    turn.tell(self.id, Event::RequestReset { stream: id, code });
                }
            }
            h3::Event::PriorityUpdate => {
                let Some(http) = &mut self.http else { return };
                if let (Ok(update), Some(stream)) =
                    (http.take_last_priority_update(id), self.streams.get_mut(&id))
                {
                    stream.priority = Priority::try_from(update.as_slice()).unwrap_or_default();
                }
            }
            // A client's GOAWAY is about pushes, which we never send.
            h3::Event::GoAway => {}
        }
    }

    fn on_request<A: Application>(&mut self, id: u64, fields: &[Header], end: bool, turn: &mut Turn<'_, A>) {
        if self.leaving == Leaving::Refusing && id >= self.next_stream {
            return self.refuse(id, H3_REQUEST_REJECTED);
        }
        self.next_stream = self.next_stream.max(id + 4);
        // A NUL would break the framing towards TypeScript, and no field may have one (RFC 9110 §5.5).
        if has_nul(fields) {
            return self.reject(id, H3_MESSAGE_ERROR, turn);
        }
        let regular = fields.iter().filter(|field| !field.name().starts_with(b":")).count();
        if regular > turn.shared.settings.max_field_count {
            return self.reject(id, H3_EXCESSIVE_LOAD, turn);
        }
        let mut stream = Stream::new(priority(fields));
        stream.request_over = end;
        self.streams.insert(id, stream);
        let early = self.quic.is_in_early_data();
        turn.tell(self.id, Event::Request { stream: id, fields, end, early });
    }

    /// Refuses a request that breaks a rule.
    fn reject<A: Application>(&mut self, id: u64, code: u64, turn: &mut Turn<'_, A>) {
        count(&turn.shared.counters.rejected_requests);
        self.note_abuse(1, turn.now);
        if let Some(stream) = self.streams.get_mut(&id) {
            turn.tell(self.id, Event::RequestReset { stream: id, code });
            stream.give_up();
        }
        self.refuse(id, code);
    }

    /// Gives up both directions. The stream is forgotten once the client has seen that.
    fn refuse(&mut self, id: u64, code: u64) {
        self.stop_reading(id, code);
        let _ = self.quic.stream_shutdown(id, Shutdown::Write, code);
        if !self.finishing.contains(&id) {
            self.finishing.push(id);
        }
    }

    fn stop_reading(&mut self, id: u64, code: u64) {
        if self.quic.stream_shutdown(id, Shutdown::Read, code).is_ok() {
            // Our own doing is no abuse.
            self.stopped_seen += 1;
        }
    }

    /// Hands over body bytes within the credit. True if something was read, which may have uncovered more events.
    fn read_bodies<A: Application>(&mut self, turn: &mut Turn<'_, A>) -> bool {
        let Some(http) = &mut self.http else { return false };
        let mut progress = false;
        for (id, stream) in self.streams.iter_mut().filter(|(_, stream)| stream.readable) {
            while stream.credit > 0 && !turn.app.is_full() {
                let room = turn.scratch.len().min(usize::try_from(stream.credit).unwrap_or(usize::MAX));
                match http.recv_body(&mut self.quic, *id, &mut turn.scratch[..room]) {
                    Ok(read) => {
                        progress = true;
                        stream.credit -= read as u64;
                        let bytes = &turn.scratch[..read];
                        turn.app.event(self.id, Event::Data { stream: *id, bytes }, turn.reply);
                    }
                    Err(_) => {
                        // Done, or an error that the next poll reports. quiche tells again when there is more; behind
                        // an empty DATA frame that may be the end, which only another poll finds.
                        stream.readable = false;
                        progress = true;
                        break;
                    }
                }
            }
        }
        progress
    }

    /// STOP_SENDING: the application does not want the rest of the body.
    pub(super) fn stop_request(&mut self, id: u64, code: u64) {
        if let Some(stream) = self.streams.get_mut(&id).filter(|stream| !stream.request_over) {
            stream.request_over = true;
            stream.readable = false;
            self.stop_reading(id, code);
        }
    }
}

fn has_nul(fields: &[Header]) -> bool {
    fields.iter().any(|field| field.name().contains(&0) || field.value().contains(&0))
}

fn priority(fields: &[Header]) -> Priority {
    let field = fields.iter().find(|field| field.name() == b"priority");
    field.and_then(|field| Priority::try_from(field.value()).ok()).unwrap_or_default()
}
