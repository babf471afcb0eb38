//! Commands as bytes: what the application wants done, packed one after the other.
//!
//! A record is five little-endian words `[operation, connection, stream / 4, argument, length]` and `length` bytes of
//! payload, padded to a multiple of four. Fields are `name NUL value NUL …`; their number is in the argument, so that a
//! NUL inside a value is noticed. `src/listener/quic/engine-records.ts` is the other writer.

use std::iter::from_fn;

use quiche::h3::Header;

use crate::events::ConnectionId;

const WORD: usize = 4;
const HEAD: usize = 5 * WORD;
/// Bits of the argument: the status in the low ones, then flags, then the number of names and values.
const STATUS: u32 = 0xffff;
/// Set in the argument of a record that ends the response.
const END: u32 = 1 << 16;
/// Set in the argument of [`Command::Write`] by a writer that now waits for `Writable`.
const AWAITS_WRITABLE: u32 = 1 << 17;
const COUNT_SHIFT: u32 = 18;

mod operation {
    pub const INFORM: u32 = 1;
    pub const RESPOND: u32 = 2;
    pub const WRITE: u32 = 3;
    pub const END: u32 = 4;
    pub const CREDIT: u32 = 5;
    pub const RESET: u32 = 6;
    pub const STOP_SENDING: u32 = 7;
    pub const CLOSE: u32 = 8;
}

/// A field list; `None` if it must not be sent: a NUL or a line break in a field is response splitting as soon as the
/// next hop speaks HTTP/1 (RFC 9114 §10.3).
pub type Fields = Option<Vec<Header>>;

/// One thing to do on a stream or connection. Commands for what is already gone are ignored.
#[derive(Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// An informational (1xx) head.
    Inform {
        /// 100 to 199.
        status: u32,
        /// The fields.
        fields: Fields,
    },
    /// The final head.
    Respond {
        /// 200 and above.
        status: u32,
        /// The fields.
        fields: Fields,
        /// No body follows.
        end: bool,
    },
    /// Bytes of the response.
    Write {
        /// The bytes.
        bytes: &'a [u8],
        /// The last of them.
        end: bool,
        /// The writer waits for `Writable`.
        awaits_writable: bool,
    },
    /// The end of the response.
    End {
        /// Trailer section, empty for none.
        trailers: Fields,
    },
    /// The application takes this many more bytes of the request's body.
    Credit(u32),
    /// RESET_STREAM with this code.
    Reset(u32),
    /// STOP_SENDING with this code.
    StopSending(u32),
    /// Close the whole connection with this code.
    Close(u32),
}

/// A buffer of records.
#[derive(Default, Debug)]
pub struct Records(Vec<u8>);

impl Records {
    /// Nothing to do.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The records as they are handed over.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Appends records that somebody else packed.
    pub fn extend(&mut self, packed: &[u8]) {
        self.0.extend_from_slice(packed);
    }

    /// Appends one record in two parts.
    pub fn extend_large(&mut self, head: &[u8], payload: &[u8]) {
        self.0.extend_from_slice(head);
        self.0.extend_from_slice(payload);
        self.0.resize(self.0.len().next_multiple_of(WORD), 0);
    }

    /// A final head.
    pub fn respond(
        &mut self,
        connection: ConnectionId,
        stream: u64,
        status: u16,
        fields: &[(&str, &str)],
        end: bool,
    ) {
        let count = 2 * fields.len() as u32;
        let argument = u32::from(status) | if end { END } else { 0 } | count << COUNT_SHIFT;
        self.record(operation::RESPOND, connection, stream, argument, |payload| {
            for (name, value) in fields {
                for part in [name, value] {
                    payload.extend_from_slice(part.as_bytes());
                    payload.push(0);
                }
            }
        });
    }

    /// Bytes of a response.
    pub fn write(&mut self, connection: ConnectionId, stream: u64, bytes: &[u8], end: bool) {
        let argument = if end { END } else { 0 };
        self.record(operation::WRITE, connection, stream, argument, |payload| {
            payload.extend_from_slice(bytes)
        });
    }

    /// Credit for a request's body.
    pub fn credit(&mut self, connection: ConnectionId, stream: u64, bytes: u32) {
        self.record(operation::CREDIT, connection, stream, bytes, |_| {});
    }

    fn record(
        &mut self,
        operation: u32,
        connection: ConnectionId,
        stream: u64,
        argument: u32,
        payload: impl FnOnce(&mut Vec<u8>),
    ) {
        let start = self.0.len();
        for word in [operation, connection, (stream / 4) as u32, argument, 0] {
            self.0.extend_from_slice(&word.to_le_bytes());
        }
        payload(&mut self.0);
        let len = (self.0.len() - start - HEAD) as u32;
        self.0[start + HEAD - WORD..start + HEAD].copy_from_slice(&len.to_le_bytes());
        self.0.resize(self.0.len().next_multiple_of(WORD), 0);
    }

    /// The records in order. Stops at the first that does not parse: the writer is our own code.
    pub fn iter(&self) -> impl Iterator<Item = Record<'_>> {
        let mut rest = self.0.as_slice();
        from_fn(move || {
            let (record, after) = parse(rest)?;
            rest = after;
            Some(record)
        })
    }
}

/// Connection, stream, and what to do.
type Record<'a> = (ConnectionId, u64, Command<'a>);

fn parse(bytes: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let mut words =
        bytes.get(..HEAD)?.chunks_exact(WORD).map_while(|word| word.try_into().ok()).map(u32::from_le_bytes);
    let (operation, connection, stream) = (words.next()?, words.next()?, u64::from(words.next()?) * 4);
    let (argument, len) = (words.next()?, words.next()? as usize);
    let payload = bytes.get(HEAD..HEAD + len)?;
    let status = argument & STATUS;
    let count = (argument >> COUNT_SHIFT) as usize;
    let end = argument & END != 0;
    let command = match operation {
        operation::INFORM => Command::Inform { status, fields: fields(payload, count) },
        operation::RESPOND => Command::Respond { status, fields: fields(payload, count), end },
        operation::WRITE => {
            Command::Write { bytes: payload, end, awaits_writable: argument & AWAITS_WRITABLE != 0 }
        }
        operation::END => Command::End { trailers: fields(payload, count) },
        operation::CREDIT => Command::Credit(argument),
        operation::RESET => Command::Reset(argument),
        operation::STOP_SENDING => Command::StopSending(argument),
        operation::CLOSE => Command::Close(argument),
        _ => return None,
    };
    let next = (HEAD + len).next_multiple_of(WORD).min(bytes.len());
    Some(((connection, stream, command), &bytes[next..]))
}

fn fields(payload: &[u8], count: usize) -> Fields {
    if payload.iter().filter(|byte| **byte == 0).count() != count
        || payload.contains(&b'\n')
        || payload.contains(&b'\r')
    {
        return None;
    }
    let mut parts = payload.split(|byte| *byte == 0);
    let fields = from_fn(|| {
        let name = parts.next().filter(|name| !name.is_empty())?;
        Some(Header::new(&name.to_ascii_lowercase(), parts.next()?))
    });
    Some(fields.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut records = Records::default();
        records.respond(7, 12, 200, &[("Content-Type", "text/plain"), ("x", "")], false);
        records.write(7, 12, b"hello", true);
        records.credit(8, 0, 65536);
        let read: Vec<_> = records.iter().collect();
        let fields = Some(vec![Header::new(b"content-type", b"text/plain"), Header::new(b"x", b"")]);
        assert_eq!(read[0], (7, 12, Command::Respond { status: 200, fields, end: false }));
        assert_eq!(read[1], (7, 12, Command::Write { bytes: b"hello", end: true, awaits_writable: false }));
        assert_eq!(read[2], (8, 0, Command::Credit(65536)));
        assert_eq!(read.len(), 3);
    }

    #[test]
    fn cut_and_unknown_records_end_the_reading() {
        let mut records = Records::default();
        records.write(1, 4, b"hello", false);
        for cut in 0..HEAD + 5 {
            let cut = Records(records.0[..cut].to_vec());
            assert_eq!(cut.iter().count(), 0);
        }
        let mut unknown = records.0.clone();
        unknown[0] = 99;
        assert_eq!(Records(unknown).iter().count(), 0);
    }

    #[test]
    fn fields_that_could_split_a_response_are_none() {
        for value in ["a\0b", "a\nb", "a\rb"] {
            let mut records = Records::default();
            records.respond(1, 0, 200, &[("x", value)], true);
            let read: Vec<_> = records.iter().collect();
            assert_eq!(read[0].2, Command::Respond { status: 200, fields: None, end: true }, "{value:?}");
        }
    }
}
