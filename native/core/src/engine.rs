//! A running endpoint: its thread, and the handle that steers it.

use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

use crate::control::{Control, Order};
use crate::counters::Counters;
use crate::endpoint::{Endpoint, Origin};
use crate::error::Error;
use crate::events::{Application, Event};
use crate::records::Records;
use crate::settings::{AddressValidation, Settings};
use crate::socket;
use crate::takeover::Inheritance;
use crate::takeover::channel::{self, Elder};
use crate::takeover::young::Young;
use crate::tls::{CertificateSource, CertificateStore, Certificates};

/// Steers an endpoint from any thread; dropping it closes the endpoint.
pub struct Engine {
    control: Arc<Control>,
    certificates: CertificateStore,
    local: SocketAddr,
    /// For a successor; `None` after [`Engine::close`].
    estate: Mutex<Option<Estate>>,
}

/// What a successor gets copies of.
struct Estate {
    socket: UdpSocket,
    generation: u8,
    elders: Vec<(u8, OwnedFd)>,
    /// Our end of the channel whose other end was offered last.
    channel: Option<OwnedFd>,
}

/// More than there are processes within one drainTimeout, and fewer than one message carries; the oldest has to go.
const MAX_ELDERS: usize = 32;

impl Engine {
    /// Binds, checks everything that can be wrong with the settings, and starts the endpoint on a thread of its own.
    /// `make_app` gets the control, for applications that answer from elsewhere.
    pub fn start<A: Application + 'static>(
        host: &str,
        port: u16,
        settings: Settings,
        sources: &[CertificateSource],
        make_app: impl FnOnce(Arc<Control>) -> A,
    ) -> Result<Self, Error> {
        // First of all what needs no port.
        let certificates = CertificateStore::new(Certificates::new(sources)?);
        let socket = socket::bind(host, port)?;
        Self::run(socket, None, settings, certificates, make_app)
    }

    /// The same with a socket that another process has bound. Nothing is read from it before [`Self::read`].
    pub fn inherit<A: Application + 'static>(
        inheritance: Inheritance,
        settings: Settings,
        sources: &[CertificateSource],
        make_app: impl FnOnce(Arc<Control>) -> A,
    ) -> Result<Self, Error> {
        let certificates = CertificateStore::new(Certificates::new(sources)?);
        let Inheritance { socket, elders } = inheritance;
        Self::run(socket.into(), Some(elders), settings, certificates, make_app)
    }

    fn run<A: Application + 'static>(
        socket: UdpSocket,
        inherited: Option<Vec<(u8, OwnedFd)>>,
        settings: Settings,
        certificates: CertificateStore,
        make_app: impl FnOnce(Arc<Control>) -> A,
    ) -> Result<Self, Error> {
        let cannot_copy = |cause| Error::io("cannot duplicate the UDP socket", &cause);
        let estate = Estate {
            socket: socket.try_clone().map_err(cannot_copy)?,
            generation: settings.generation,
            elders: copies(inherited.as_deref().unwrap_or_default()).map_err(cannot_copy)?,
            channel: None,
        };
        let local =
            socket.local_addr().map_err(|cause| Error::io("cannot read the bound address", &cause))?;
        let control = Arc::new(Control::default());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|cause| Error::io("cannot start the event loop", &cause))?;
        let origin = match inherited {
            None => Origin::Bound(socket),
            Some(elders) => {
                Origin::Inherited(socket, elders.into_iter().map(|(of, end)| Elder::new(of, end)).collect())
            }
        };
        let endpoint = {
            let _inside = runtime.enter();
            let app = make_app(control.clone());
            Endpoint::new(origin, settings, certificates.clone(), control.clone(), Guard { app })?
        };
        std::thread::Builder::new()
            .name("roam-quic".into())
            .spawn(move || runtime.block_on(endpoint.run()))
            .map_err(|cause| Error::io("cannot start the QUIC thread", &cause))?;
        Ok(Self { control, certificates, local, estate: Mutex::new(Some(estate)) })
    }

    /// The address that was really bound.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Hands over packed records; see [`crate::records`].
    pub fn submit(&self, packed: &[u8]) {
        self.control.submit(packed);
    }

    /// The same for one record whose payload is somewhere else.
    pub fn submit_large(&self, head: &[u8], payload: &[u8]) {
        self.control.submit_large(head, payload);
    }

    /// The application has room again.
    pub fn wake(&self) {
        self.control.wake();
    }

    /// Counters of the endpoint.
    pub fn counters(&self) -> Arc<Counters> {
        self.control.counters()
    }

    /// New handshakes get these; if one of them is bad the old ones stay.
    pub fn set_certificates(&self, sources: &[CertificateSource]) -> Result<(), Error> {
        self.certificates.replace(Certificates::new(sources)?);
        Ok(())
    }

    /// From now on.
    pub fn set_address_validation(&self, mode: AddressValidation) {
        self.control.order(Order::AddressValidation(mode));
    }

    /// What a successor needs. Nothing changes before [`Self::yield_socket`], and an offer that nobody took up is void with
    /// the next one.
    pub fn offer(&self) -> Result<Inheritance, Error> {
        let mut estate = self.estate.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(estate) = estate.as_mut() else { return Err(Error::new("EBADF", "the engine is closed")) };
        let offer = estate.offer();
        offer.map_err(|cause| Error::io("cannot hand over the UDP socket", &cause))
    }

    /// Leaves the socket to the process that has the last offer; [`Event::Yielded`] follows.
    pub fn yield_socket(&self) -> Result<(), Error> {
        let mut estate = self.estate.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = estate.as_mut().and_then(|estate| estate.channel.take());
        let Some(channel) = channel else { return Err(Error::new("EINVAL", "nobody was made an offer")) };
        self.control.order(Order::Yield(channel));
        Ok(())
    }

    /// Takes what arrives at an inherited socket, or at one that was yielded in vain. `young`: how the connections that
    /// older processes have only just begun are known.
    pub fn read(&self, young: Young) {
        self.control.order(Order::Read(young));
    }

    /// GOAWAY everywhere; [`Event::Drained`] follows when the last connection has finished.
    pub fn drain(&self) {
        self.control.order(Order::Drain);
    }

    /// Closes everything; [`Event::Stopped`] follows.
    pub fn close(&self) {
        // The port is free when the endpoint has stopped, whoever still holds this handle.
        *self.estate.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.control.order(Order::Close);
    }
}

impl Estate {
    fn offer(&mut self) -> std::io::Result<Inheritance> {
        let socket = self.socket.as_fd().try_clone_to_owned()?;
        self.elders.retain(|(_, channel)| channel::is_open(channel));
        let (sending, receiving) = channel::pair()?;
        let mut elders = vec![(self.generation, sending)];
        elders.extend(copies(&self.elders)?);
        elders.truncate(MAX_ELDERS);
        self.channel = Some(receiving);
        Ok(Inheritance { socket, elders })
    }
}

fn copies(elders: &[(u8, OwnedFd)]) -> std::io::Result<Vec<(u8, OwnedFd)>> {
    elders.iter().map(|(generation, channel)| Ok((*generation, channel.try_clone()?))).collect()
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.close();
    }
}

/// Tells the application if the endpoint's thread dies of a panic outside any connection.
struct Guard<A: Application> {
    app: A,
}

impl<A: Application> Application for Guard<A> {
    fn event(&mut self, connection: u32, event: Event<'_>, reply: &mut Records) {
        self.app.event(connection, event, reply);
    }

    fn turn_ends(&mut self) {
        self.app.turn_ends();
    }

    fn is_full(&self) -> bool {
        self.app.is_full()
    }
}

impl<A: Application> Drop for Guard<A> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut reply = Records::default();
            self.app.event(0, Event::Failed("the QUIC thread panicked"), &mut reply);
            self.app.event(0, Event::Stopped, &mut reply);
            self.app.turn_ends();
        }
    }
}
