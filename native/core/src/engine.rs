//! A running endpoint: its thread, and the handle that steers it.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::control::{Control, Order};
use crate::counters::Counters;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::events::{Application, Event};
use crate::records::Records;
use crate::settings::{AddressValidation, Settings};
use crate::socket;
use crate::tls::{CertificateSource, CertificateStore, Certificates};

/// Steers an endpoint from any thread; dropping it closes the endpoint.
pub struct Engine {
    control: Arc<Control>,
    certificates: CertificateStore,
    local: SocketAddr,
}

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
        let certificates = CertificateStore::new(Certificates::new(sources)?);
        let socket = socket::bind(host, port)?;
        let local =
            socket.local_addr().map_err(|cause| Error::io("cannot read the bound address", &cause))?;
        let control = Arc::new(Control::default());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|cause| Error::io("cannot start the event loop", &cause))?;
        let endpoint = {
            let _inside = runtime.enter();
            let app = make_app(control.clone());
            Endpoint::new(socket, settings, certificates.clone(), control.clone(), Guard { app })?
        };
        std::thread::Builder::new()
            .name("roam-quic".into())
            .spawn(move || runtime.block_on(endpoint.run()))
            .map_err(|cause| Error::io("cannot start the QUIC thread", &cause))?;
        Ok(Self { control, certificates, local })
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

    /// GOAWAY everywhere; [`Event::Drained`] follows when the last connection has finished.
    pub fn drain(&self) {
        self.control.order(Order::Drain);
    }

    /// Closes everything; [`Event::Stopped`] follows.
    pub fn close(&self) {
        self.control.order(Order::Close);
    }
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
