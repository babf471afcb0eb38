//! The other process, while the two negotiate: words and descriptors over a Unix stream socket, one message at a time.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags,
};

use crate::error::Error;

/// The kernel carries no more than 253 in one message.
pub const MAX_DESCRIPTORS: usize = 64;
/// Length of a message, before it.
const HEAD: usize = 4;
/// More than a list of every young connection takes; less than hurts.
const MAX_MESSAGE: usize = 64 << 20;

/// A message.
#[derive(Debug)]
pub struct Message {
    /// The words.
    pub text: String,
    /// What came with them.
    pub descriptors: Vec<OwnedFd>,
}

/// A connected process of the same user.
#[derive(Debug)]
pub struct Peer {
    stream: UnixStream,
    /// To be sent with the next message.
    attached: Mutex<Vec<OwnedFd>>,
}

impl Peer {
    /// Connects to the process that waits at `path`.
    pub fn connect(path: &Path) -> Result<Self, Error> {
        let stream = UnixStream::connect(path).map_err(|cause| match cause.kind() {
            // The second: the process that made it is gone.
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                Error::new("ENOENT", format!("no process waits at {}", path.display()))
            }
            _ => Error::io(&format!("cannot connect to {}", path.display()), &cause),
        })?;
        Self::new(stream)
    }

    /// Refuses the process of another user.
    pub(super) fn new(stream: UnixStream) -> Result<Self, Error> {
        let theirs = user_of(&stream)?;
        let ours = rustix::process::geteuid().as_raw();
        if theirs != ours {
            return Err(Error::new(
                "EACCES",
                format!("the other process belongs to user {theirs}, this one to {ours}"),
            ));
        }
        Ok(Self { stream, attached: Mutex::default() })
    }

    /// Sends a duplicate of this descriptor along with the next message.
    pub fn attach(&self, descriptor: impl AsFd) -> Result<(), Error> {
        let copy = descriptor.as_fd().try_clone_to_owned();
        let copy = copy.map_err(|cause| Error::io("cannot duplicate a descriptor", &cause))?;
        self.attached.lock().unwrap_or_else(PoisonError::into_inner).push(copy);
        Ok(())
    }

    /// Sends a message. Short ones only: it waits if the other process does not read, at most `timeout`.
    pub fn send(&self, text: &str, timeout: Duration) -> Result<(), Error> {
        let attached = std::mem::take(&mut *self.attached.lock().unwrap_or_else(PoisonError::into_inner));
        let sent = self.stream.set_write_timeout(Some(timeout)).and_then(|()| self.write(text, &attached));
        sent.map_err(|cause| gone("cannot speak to the other process", &cause))
    }

    fn write(&self, text: &str, descriptors: &[OwnedFd]) -> io::Result<()> {
        let length = u32::try_from(text.len()).map_err(io::Error::other)?.to_le_bytes();
        let borrowed: Vec<BorrowedFd<'_>> = descriptors.iter().map(AsFd::as_fd).collect();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_DESCRIPTORS))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if !borrowed.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(&borrowed)) {
            return Err(io::Error::other("too many descriptors for one message"));
        }
        // Four bytes go whole or not at all.
        rustix::net::sendmsg(&self.stream, &[IoSlice::new(&length)], &mut ancillary, SendFlags::NOSIGNAL)?;
        (&self.stream).write_all(text.as_bytes())
    }

    /// Waits for a message, at most `timeout`. `ECONNRESET`: the other process has closed.
    pub fn receive(&self, timeout: Duration) -> Result<Message, Error> {
        let read = self.stream.set_read_timeout(Some(timeout)).and_then(|()| self.read());
        read.map_err(|cause| gone("the other process does not answer", &cause))
    }

    fn read(&self) -> io::Result<Message> {
        let mut head = [0; HEAD];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_DESCRIPTORS))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let received = rustix::net::recvmsg(
            &self.stream,
            &mut [IoSliceMut::new(&mut head)],
            &mut ancillary,
            RecvFlags::CMSG_CLOEXEC,
        )?;
        let mut descriptors = Vec::new();
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(rights) = message {
                descriptors.extend(rights);
            }
        }
        if received.bytes == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        (&self.stream).read_exact(&mut head[received.bytes..])?;
        let length = u32::from_le_bytes(head) as usize;
        if length > MAX_MESSAGE {
            return Err(io::Error::other("a message that long is none of ours"));
        }
        let mut text = vec![0; length];
        (&self.stream).read_exact(&mut text)?;
        let text = String::from_utf8(text).map_err(io::Error::other)?;
        Ok(Message { text, descriptors })
    }

    /// Ends the talk; a [`Self::receive`] on another thread returns.
    pub fn close(&self) {
        // It may be over already.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

/// A timeout and an end have codes of their own.
fn gone(what: &str, cause: &io::Error) -> Error {
    match cause.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            Error::new("ETIMEDOUT", format!("{what} in time"))
        }
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => {
            Error::new("ECONNRESET", "the other process has ended the talk")
        }
        _ => Error::io(what, cause),
    }
}

#[cfg(target_os = "linux")]
fn user_of(stream: &UnixStream) -> Result<u32, Error> {
    let peer = rustix::net::sockopt::socket_peercred(stream);
    let peer = peer.map_err(|cause| Error::io("cannot see whose process it is", &cause.into()))?;
    Ok(peer.uid.as_raw())
}

#[cfg(not(target_os = "linux"))]
fn user_of(_stream: &UnixStream) -> Result<u32, Error> {
    Err(Error::new("ENOSYS", "a takeover needs Linux"))
}
