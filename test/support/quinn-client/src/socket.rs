//! The UDP socket of a client, which can be swapped beneath quinn without quinn knowing: that is what a NAT does.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, Endpoint, Runtime, TokioRuntime, UdpPoller};

use crate::change::Kind;

/// A fresh socket on an unused port, with room for a burst: what the kernel drops here would look like network loss.
pub fn bind(local: IpAddr) -> io::Result<UdpSocket> {
    let address = SocketAddr::new(local, 0);
    let socket = socket2::Socket::new(
        socket2::Domain::for_address(address),
        socket2::Type::DGRAM,
        None,
    )?;
    socket.set_recv_buffer_size(4 << 20)?;
    socket.set_send_buffer_size(4 << 20)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

#[derive(Debug)]
struct Inner {
    socket: Arc<dyn AsyncUdpSocket>,
    generation: u64,
    /// Whoever waits for a datagram waits on the old socket until it is told.
    reader: Option<Waker>,
}

/// What quinn holds in place of a socket.
#[derive(Debug)]
pub struct Switch {
    inner: Mutex<Inner>,
}

impl Switch {
    fn new(socket: UdpSocket) -> io::Result<Self> {
        Ok(Self {
            inner: Mutex::new(Inner {
                socket: TokioRuntime.wrap_udp_socket(socket)?,
                generation: 0,
                reader: None,
            }),
        })
    }

    fn swap(&self, socket: UdpSocket) -> io::Result<()> {
        let socket = TokioRuntime.wrap_udp_socket(socket)?;
        let mut inner = self.lock();
        inner.socket = socket;
        inner.generation += 1;
        if let Some(reader) = inner.reader.take() {
            reader.wake();
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().expect("no one panics with the lock held")
    }

    fn current(&self) -> Arc<dyn AsyncUdpSocket> {
        self.lock().socket.clone()
    }
}

impl AsyncUdpSocket for Switch {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        let inner = self.lock();
        let (poller, generation) = (inner.socket.clone().create_io_poller(), inner.generation);
        drop(inner);
        Box::pin(SwitchPoller {
            switch: self,
            poller,
            generation,
        })
    }

    fn try_send(&self, transmit: &Transmit) -> io::Result<()> {
        self.current().try_send(transmit)
    }

    fn poll_recv(
        &self,
        cx: &mut Context,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let mut inner = self.lock();
        let polled = inner.socket.poll_recv(cx, bufs, meta);
        if polled.is_pending() {
            inner.reader = Some(cx.waker().clone());
        }
        polled
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.current().local_addr()
    }

    fn max_transmit_segments(&self) -> usize {
        self.current().max_transmit_segments()
    }

    fn max_receive_segments(&self) -> usize {
        self.current().max_receive_segments()
    }

    fn may_fragment(&self) -> bool {
        self.current().may_fragment()
    }
}

#[derive(Debug)]
struct SwitchPoller {
    switch: Arc<Switch>,
    poller: Pin<Box<dyn UdpPoller>>,
    generation: u64,
}

impl UdpPoller for SwitchPoller {
    fn poll_writable(mut self: Pin<&mut Self>, cx: &mut Context) -> Poll<io::Result<()>> {
        let (socket, generation) = {
            let inner = self.switch.lock();
            (inner.socket.clone(), inner.generation)
        };
        if generation != self.generation {
            self.poller = socket.create_io_poller();
            self.generation = generation;
        }
        self.poller.as_mut().poll_writable(cx)
    }
}

/// An endpoint and the switch beneath it.
#[derive(Clone)]
pub struct Client {
    pub endpoint: Endpoint,
    switch: Arc<Mutex<Arc<Switch>>>,
    local: IpAddr,
    ports: Arc<Mutex<Vec<u16>>>,
}

impl Client {
    pub fn new(config: quinn::EndpointConfig, local: IpAddr) -> io::Result<Self> {
        let switch = Arc::new(Switch::new(bind(local)?)?);
        let port = switch.local_addr()?.port();
        let endpoint = Endpoint::new_with_abstract_socket(
            config,
            None,
            switch.clone(),
            Arc::new(TokioRuntime),
        )?;
        Ok(Self {
            endpoint,
            switch: Arc::new(Mutex::new(switch)),
            local,
            ports: Arc::new(Mutex::new(vec![port])),
        })
    }

    /// The ports used so far, in order.
    pub fn ports(&self) -> Vec<u16> {
        self.ports.lock().expect("plain data").clone()
    }

    pub fn change(&self, kind: Kind) {
        if let Err(error) = self.try_change(kind) {
            eprintln!("quinn-client: could not change the address: {error}");
        }
    }

    fn try_change(&self, kind: Kind) -> io::Result<()> {
        let socket = bind(self.local)?;
        let port = socket.local_addr()?.port();
        let mut switch = self.switch.lock().expect("plain data");
        match kind {
            Kind::Nat => switch.swap(socket)?,
            Kind::Active => {
                let fresh = Arc::new(Switch::new(socket)?);
                self.endpoint.rebind_abstract(fresh.clone())?;
                *switch = fresh;
            }
        }
        self.ports.lock().expect("plain data").push(port);
        Ok(())
    }
}
