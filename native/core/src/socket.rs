//! The UDP socket: bind, receive with GRO, send with GSO, always from the address that was asked.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket as StdSocket};

use quinn_udp::{RecvMeta, Transmit, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use crate::error::Error;

/// Kernel buffers; the system's own maximum caps them silently.
const KERNEL_BUFFER: usize = 4 << 20;
/// Receive buffers of one system call; each holds a whole GRO train.
const RECEIVE_BATCH: usize = 8;
const GRO_TRAIN: usize = 1 << 16;

/// Binds `host:port`. An empty host or `*` is every address of both families, where the machine has both.
pub fn bind(host: &str, port: u16) -> Result<StdSocket, Error> {
    let describe = |address: &dyn std::fmt::Display| format!("cannot listen on UDP {address}");
    if matches!(host, "" | "*") {
        let all = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
        return match bind_address(all) {
            // No IPv6 on this machine.
            Err(error) if error.raw_os_error() == Some(EAFNOSUPPORT) => {
                bind_address(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))
            }
            other => other,
        }
        .map_err(|error| Error::io(&describe(&format!("port {port}")), &error));
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = (bare, port).to_socket_addrs().ok().and_then(|mut found| found.next());
    let Some(address) = address else {
        return Err(Error::new("ENOTFOUND", format!("{}: no such address", describe(&host))));
    };
    bind_address(address).map_err(|error| Error::io(&describe(&address), &error))
}

/// The same number on Linux; elsewhere the dual-stack bind simply fails with its own message.
const EAFNOSUPPORT: i32 = 97;

fn bind_address(address: SocketAddr) -> io::Result<StdSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    // Best effort: a small buffer costs packets under load, not correctness.
    let _ = socket.set_recv_buffer_size(KERNEL_BUFFER);
    let _ = socket.set_send_buffer_size(KERNEL_BUFFER);
    Ok(socket.into())
}

/// One received datagram and where it came from and went to.
pub struct Datagram<'a> {
    /// Its bytes; quiche decrypts in place.
    pub bytes: &'a mut [u8],
    /// The sender.
    pub from: SocketAddr,
    /// Our address that the sender used.
    pub to: SocketAddr,
}

/// Where a batch of packets goes, and from which of our addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Our address.
    pub from: SocketAddr,
    /// The peer's.
    pub to: SocketAddr,
}

/// A bound socket on a tokio reactor.
pub struct QuicSocket {
    io: UdpSocket,
    state: UdpSocketState,
    local: SocketAddr,
}

/// Buffers for [`QuicSocket::receive`], reused for the life of the endpoint.
pub struct ReceiveBuffers {
    bytes: Vec<u8>,
    meta: [RecvMeta; RECEIVE_BATCH],
}

impl Default for ReceiveBuffers {
    fn default() -> Self {
        Self { bytes: vec![0; RECEIVE_BATCH * GRO_TRAIN], meta: [RecvMeta::default(); RECEIVE_BATCH] }
    }
}

impl QuicSocket {
    /// Takes over a bound socket. Must run inside a tokio runtime.
    pub fn new(socket: StdSocket) -> io::Result<Self> {
        let local = socket.local_addr()?;
        let io = UdpSocket::from_std(socket)?;
        let state = UdpSocketState::new((&io).into())?;
        Ok(Self { io, state, local })
    }

    /// How many equal packets one [`Self::send`] may carry.
    pub fn max_segments(&self) -> usize {
        self.state.max_gso_segments()
    }

    /// Waits until there is something to receive.
    pub async fn readable(&self) -> io::Result<()> {
        self.io.readable().await
    }

    /// Waits until the kernel takes packets again.
    pub async fn writable(&self) -> io::Result<()> {
        self.io.writable().await
    }

    /// Receives what is there, one system call, and hands each datagram to `each`. `WouldBlock` when nothing is.
    pub fn receive(
        &self,
        buffers: &mut ReceiveBuffers,
        mut each: impl FnMut(Datagram<'_>),
    ) -> io::Result<()> {
        let mut slices = [(); RECEIVE_BATCH].map(|()| IoSliceMut::new(&mut []));
        for (slice, chunk) in slices.iter_mut().zip(buffers.bytes.chunks_exact_mut(GRO_TRAIN)) {
            *slice = IoSliceMut::new(chunk);
        }
        let meta = &mut buffers.meta;
        let received =
            self.io.try_io(Interest::READABLE, || self.state.recv((&self.io).into(), &mut slices, meta))?;
        for (meta, train) in buffers.meta.iter().zip(buffers.bytes.chunks_exact_mut(GRO_TRAIN)).take(received)
        {
            let from = canonical(meta.addr);
            let to = canonical(SocketAddr::new(meta.dst_ip.unwrap_or(self.local.ip()), self.local.port()));
            // A stride of 0 would be a datagram without bytes.
            for bytes in train[..meta.len].chunks_mut(meta.stride.max(1)) {
                each(Datagram { bytes, from, to });
            }
        }
        Ok(())
    }

    /// Sends packets of `segment` bytes each (the last may be shorter) with one system call.
    pub fn send(&self, route: Route, packets: &[u8], segment: usize) -> io::Result<()> {
        let transmit = Transmit {
            destination: self.native(route.to),
            ecn: None,
            contents: packets,
            segment_size: (packets.len() > segment).then_some(segment),
            src_ip: (!route.from.ip().is_unspecified()).then_some(route.from.ip()),
        };
        self.io.try_io(Interest::WRITABLE, || self.state.try_send((&self.io).into(), &transmit))
    }

    /// An IPv4 peer of a dual-stack socket is addressed in its mapped form.
    fn native(&self, address: SocketAddr) -> SocketAddr {
        match (self.local, address.ip()) {
            (SocketAddr::V6(_), IpAddr::V4(ip)) => {
                SocketAddr::new(ip.to_ipv6_mapped().into(), address.port())
            }
            _ => address,
        }
    }
}

/// One address, one spelling: IPv4 peers of a dual-stack socket are IPv4 to everybody above.
fn canonical(address: SocketAddr) -> SocketAddr {
    match address {
        // A link-local peer is only reachable with its scope, so the rest of the address stays.
        SocketAddr::V6(v6) => match v6.ip().to_ipv4_mapped() {
            Some(ip) => SocketAddr::new(ip.into(), v6.port()),
            None => address,
        },
        SocketAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_addresses_are_spelled_as_ipv4() {
        let mapped = SocketAddr::from((Ipv4Addr::LOCALHOST.to_ipv6_mapped(), 1));
        assert_eq!(canonical(mapped), SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
        let other = SocketAddr::from((Ipv6Addr::LOCALHOST, 1));
        assert_eq!(canonical(other), other);
    }

    #[test]
    fn a_port_in_use_says_so() {
        let port = bind("127.0.0.1", 0).and_then(|socket| {
            let port = socket.local_addr().map_err(|error| Error::io("local address", &error))?.port();
            // Held while the second bind is tried.
            let second = bind("127.0.0.1", port);
            drop(socket);
            second
        });
        assert_eq!(port.err().map(|error| error.code), Some("EADDRINUSE"));
    }

    #[test]
    fn an_unknown_host_says_so() {
        assert_eq!(bind("no.such.host.invalid", 0).err().map(|error| error.code), Some("ENOTFOUND"));
    }
}
