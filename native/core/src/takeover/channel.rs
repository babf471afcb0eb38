//! Datagrams for connections of an older process, handed on with the addresses that they came from and went to.
//!
//! A pair of Unix sockets that keep messages apart (SOCK_SEQPACKET). Nobody waits: a full channel loses the datagram, as a
//! network would, and QUIC repairs that. A closed end is seen by the other, so that a dead process is noticed at once.

use std::collections::HashSet;
use std::io::{self, IoSlice};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixDatagram as StdDatagram;

use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketFlags, SocketType};
use tokio::net::UnixDatagram;

use crate::cid::Cid;
use crate::socket::Datagram;

/// Kernel buffer of a channel; the system's own maximum caps it silently.
const KERNEL_BUFFER: usize = 4 << 20;
/// One address: family, IP, port, scope.
const ADDRESS: usize = 1 + 16 + 2 + 4;
/// Both addresses, before the bytes of the datagram.
const HEAD: usize = 2 * ADDRESS;
/// The largest UDP payload.
const MAX_DATAGRAM: usize = 1 << 16;

/// Both ends of a new channel: the successor's, and ours.
pub fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let (sending, receiving) =
        rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
    // Best effort: a small buffer costs datagrams in a burst, not correctness.
    let _ = rustix::net::sockopt::set_socket_send_buffer_size(&sending, KERNEL_BUFFER);
    Ok((sending, receiving))
}

/// What became of a datagram that was to be handed on.
#[derive(Debug, PartialEq, Eq)]
pub enum Forwarded {
    /// The older process has it.
    Sent,
    /// The older process is too slow: lost.
    Full,
    /// There is no such process any more.
    Gone,
}

/// An older process, as its successors see it.
#[derive(Debug)]
pub struct Elder {
    /// First byte of its connection IDs.
    pub generation: u8,
    /// IDs of its young connections. The packets that begin a connection carry an ID that the client made up: it names
    /// no generation, and may look like one.
    pub young: HashSet<Cid>,
    channel: OwnedFd,
}

impl Elder {
    /// With the sending end of its channel.
    pub fn new(generation: u8, channel: OwnedFd) -> Self {
        Self { generation, young: HashSet::new(), channel }
    }

    /// Hands a datagram on.
    pub fn forward(&self, datagram: &[u8], from: SocketAddr, to: SocketAddr) -> Forwarded {
        let mut head = [0; HEAD];
        write_address(&mut head[..ADDRESS], from);
        write_address(&mut head[ADDRESS..], to);
        let parts = [IoSlice::new(&head), IoSlice::new(datagram)];
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        match rustix::net::sendmsg(&self.channel, &parts, &mut SendAncillaryBuffer::default(), flags) {
            Ok(_) => Forwarded::Sent,
            Err(Errno::PIPE | Errno::CONNRESET | Errno::NOTCONN | Errno::CONNREFUSED) => Forwarded::Gone,
            Err(_) => Forwarded::Full,
        }
    }
}

/// Does somebody still hold the other end?
pub fn is_open(sending: impl AsFd) -> bool {
    let mut byte = [0_u8; 1];
    // Nothing ever comes back: an answer of any kind is the end.
    rustix::net::recv(sending, &mut byte, RecvFlags::DONTWAIT | RecvFlags::PEEK) == Err(Errno::AGAIN)
}

/// The receiving end: what the successor hands on. Lives on a tokio reactor.
pub struct Inlet {
    /// Of another type than the name says, but read in the same way.
    io: UnixDatagram,
    buffer: Vec<u8>,
}

impl Inlet {
    /// Must run inside a tokio runtime.
    pub fn new(receiving: OwnedFd) -> io::Result<Self> {
        let io = UnixDatagram::from_std(StdDatagram::from(receiving))?;
        Ok(Self { io, buffer: vec![0; HEAD + MAX_DATAGRAM] })
    }

    /// Waits until there is something to receive.
    pub async fn readable(&self) -> io::Result<()> {
        self.io.readable().await
    }

    /// Receives one datagram. False: the successor is gone, nothing will come any more. `WouldBlock` when nothing is.
    pub fn receive(&mut self, each: impl FnOnce(Datagram<'_>)) -> io::Result<bool> {
        let len = self.io.try_recv(&mut self.buffer)?;
        if len == 0 {
            return Ok(false);
        }
        let (head, bytes) = self.buffer[..len].split_at_mut(HEAD.min(len));
        // A shorter message is not one of ours.
        if let Some((from, to)) = head.split_at_checked(ADDRESS)
            && let (Some(from), Some(to)) = (read_address(from), read_address(to))
        {
            each(Datagram { bytes, from, to });
        }
        Ok(true)
    }
}

const V4: u8 = 4;
const V6: u8 = 6;

fn write_address(out: &mut [u8], address: SocketAddr) {
    let (family, ip, scope) = match address {
        SocketAddr::V4(v4) => (V4, v4.ip().to_ipv6_mapped(), 0),
        SocketAddr::V6(v6) => (V6, *v6.ip(), v6.scope_id()),
    };
    out[0] = family;
    out[1..17].copy_from_slice(&ip.octets());
    out[17..19].copy_from_slice(&address.port().to_be_bytes());
    out[19..23].copy_from_slice(&scope.to_be_bytes());
}

fn read_address(bytes: &[u8]) -> Option<SocketAddr> {
    let (family, rest) = bytes.split_first()?;
    let (ip, rest) = rest.split_first_chunk::<16>()?;
    let (port, rest) = rest.split_first_chunk::<2>()?;
    let (scope, _) = rest.split_first_chunk::<4>()?;
    let (ip, port) = (Ipv6Addr::from(*ip), u16::from_be_bytes(*port));
    match *family {
        V4 => Some(SocketAddr::new(IpAddr::V4(ip.to_ipv4_mapped()?), port)),
        V6 => Some(SocketAddrV6::new(ip, port, 0, u32::from_be_bytes(*scope)).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_survive_the_way() {
        for text in ["192.0.2.7:4433", "[2001:db8::1]:443", "[fe80::1%3]:9443", "[::ffff:192.0.2.7]:1"] {
            let mut bytes = [0; ADDRESS];
            write_address(&mut bytes, address(text));
            assert_eq!(read_address(&bytes), Some(address(text)), "{text}");
        }
        assert_eq!(read_address(&[0; ADDRESS]), None);
    }

    #[test]
    fn a_datagram_arrives_with_its_addresses_and_the_end_is_noticed() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let (sending, receiving) = pair().unwrap();
            let elder = Elder::new(1, sending.try_clone().unwrap());
            let mut inlet = Inlet::new(receiving).unwrap();
            let (from, to) = (address("192.0.2.7:4433"), address("192.0.2.1:443"));
            assert_eq!(elder.forward(b"hello", from, to), Forwarded::Sent);
            inlet.readable().await.unwrap();
            let mut seen = None;
            let open =
                inlet.receive(|datagram| seen = Some((datagram.bytes.to_vec(), datagram.from, datagram.to)));
            assert!(open.unwrap());
            assert_eq!(seen, Some((b"hello".to_vec(), from, to)));
            assert_eq!(inlet.receive(|_| {}).unwrap_err().kind(), io::ErrorKind::WouldBlock);
            assert!(is_open(&sending));
            drop((elder, sending));
            inlet.readable().await.unwrap();
            assert!(!inlet.receive(|_| {}).unwrap());
        });
    }

    #[test]
    fn a_slow_reader_loses_datagrams_and_a_dead_one_is_told_apart() {
        let (sending, receiving) = pair().unwrap();
        let elder = Elder::new(1, sending.try_clone().unwrap());
        let any = address("192.0.2.7:4433");
        let outcome =
            (0..100_000).map(|_| elder.forward(&[0; 1200], any, any)).find(|one| *one != Forwarded::Sent);
        assert_eq!(outcome, Some(Forwarded::Full));
        drop(receiving);
        assert!(!is_open(&sending));
        assert_eq!(elder.forward(&[0; 1200], any, any), Forwarded::Gone);
    }
}
