//! The talk between two processes of which one takes over from the other, for JavaScript.

use std::collections::VecDeque;
use std::os::fd::{BorrowedFd, IntoRawFd, OwnedFd};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use napi::bindgen_prelude::{AsyncTask, Function};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi::{Env, Task};
use napi_derive::napi;
use roam_quic::error::Error;
use roam_quic::takeover::Inheritance;
use roam_quic::takeover::peer::{Message, Peer};
use roam_quic::takeover::rendezvous::Rendezvous;

use crate::{Result, to_js};

type Descriptors = Arc<Mutex<VecDeque<OwnedFd>>>;

/// The other process.
#[napi]
pub struct NativePeer {
    peer: Arc<Peer>,
    /// What came with messages and was not asked for yet, in order.
    received: Descriptors,
}

#[napi]
impl NativePeer {
    /// Connects to the process that waits at `path`.
    #[napi(factory)]
    pub fn connect(path: String) -> Result<Self> {
        Peer::connect(&PathBuf::from(path)).map(Self::new).map_err(to_js)
    }

    fn new(peer: Peer) -> Self {
        Self { peer: Arc::new(peer), received: Arc::default() }
    }

    /// Sends a duplicate of this descriptor along with the next message.
    #[napi]
    pub fn attach(&self, descriptor: i32) -> Result<()> {
        if descriptor < 0 {
            return Err(to_js(Error::new("EBADF", "no descriptor")));
        }
        // SAFETY: not negative, and open for as long as it is borrowed: it belongs to a listening server of the JavaScript
        // that waits for this call.
        let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
        self.peer.attach(descriptor).map_err(to_js)
    }

    /// Socket and channels; returns the generations of the channels.
    pub(crate) fn attach_all(
        &self,
        socket: OwnedFd,
        elders: Vec<(u8, OwnedFd)>,
    ) -> std::result::Result<Vec<u32>, Error> {
        self.peer.attach(socket)?;
        elders
            .into_iter()
            .map(|(generation, channel)| self.peer.attach(channel).map(|()| generation.into()))
            .collect()
    }

    /// Sends a message.
    #[napi]
    pub fn send(&self, text: String, timeout_ms: u32) -> Result<()> {
        self.peer.send(&text, Duration::from_millis(timeout_ms.into())).map_err(to_js)
    }

    /// Waits for a message, on a thread of libuv's pool. Always resolves; see [`JsMessage::error_code`].
    #[napi]
    pub fn receive(&self, timeout_ms: u32) -> AsyncTask<Receive> {
        AsyncTask::new(Receive {
            peer: self.peer.clone(),
            received: self.received.clone(),
            timeout: Duration::from_millis(timeout_ms.into()),
        })
    }

    /// The next descriptor that came; whoever asks for it closes it.
    #[napi]
    pub fn take_descriptor(&self) -> Result<i32> {
        self.next().map(IntoRawFd::into_raw_fd).map_err(to_js)
    }

    /// The next descriptors that came: a UDP socket, and a channel for each of these generations.
    #[napi]
    pub fn take_inheritance(&self, generations: Vec<u32>) -> Result<NativeInheritance> {
        self.inheritance(generations).map_err(to_js)
    }

    fn inheritance(&self, generations: Vec<u32>) -> std::result::Result<NativeInheritance, Error> {
        let socket = self.next()?;
        let channel = |generation| self.next().map(|channel| (generation as u8, channel));
        let elders = generations.into_iter().map(channel).collect::<std::result::Result<_, _>>()?;
        Ok(NativeInheritance(Some(Inheritance { socket, elders })))
    }

    fn next(&self) -> std::result::Result<OwnedFd, Error> {
        let next = self.received.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.ok_or_else(|| Error::new("EPROTO", "the other process sent fewer descriptors than it said"))
    }

    /// Ends the talk; a pending [`Self::receive`] resolves.
    #[napi]
    pub fn close(&self) {
        self.peer.close();
    }
}

/// A UDP socket that was received, with the channels to older processes.
#[napi]
pub struct NativeInheritance(Option<Inheritance>);

#[napi]
impl NativeInheritance {
    /// Nobody wants it.
    #[napi]
    pub fn close(&mut self) {
        self.0 = None;
    }

    pub(crate) fn take(&mut self) -> std::result::Result<Inheritance, Error> {
        self.0.take().ok_or_else(|| Error::new("EBADF", "the inherited socket is in use or closed"))
    }
}

/// A message; a failure is data here, because a promise of napi's rejects without a code.
#[napi(object)]
pub struct JsMessage {
    /// Code of the failure.
    pub error_code: Option<String>,
    /// Message of the failure.
    pub error_message: Option<String>,
    /// The words.
    pub text: String,
}

/// Waits on a thread of libuv's pool.
pub struct Receive {
    peer: Arc<Peer>,
    received: Descriptors,
    timeout: Duration,
}

impl Task for Receive {
    type Output = std::result::Result<String, Error>;
    type JsValue = JsMessage;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(self.peer.receive(self.timeout).map(|Message { text, descriptors }| {
            self.received.lock().unwrap_or_else(PoisonError::into_inner).extend(descriptors);
            text
        }))
    }

    fn resolve(&mut self, _env: Env, output: Self::Output) -> napi::Result<JsMessage> {
        Ok(match output {
            Ok(text) => JsMessage { error_code: None, error_message: None, text },
            Err(error) => JsMessage {
                error_code: Some(error.code.to_owned()),
                error_message: Some(error.message),
                text: String::new(),
            },
        })
    }
}

/// Where this process waits for its successor.
#[napi]
pub struct NativeRendezvous {
    rendezvous: Arc<Rendezvous>,
    arrived: Arc<Mutex<VecDeque<Peer>>>,
}

#[napi]
impl NativeRendezvous {
    /// Listens at `path`; `notify` is called for each process that connects. Does not keep the process alive.
    #[napi(constructor)]
    pub fn new(path: String, notify: Function<'_, (), ()>) -> Result<Self> {
        let notify = notify
            .build_threadsafe_function::<()>()
            .callee_handled::<false>()
            .weak::<true>()
            .build()
            .map_err(|error| napi::Error::new("ERR_ADDON", error.reason.clone()))?;
        let rendezvous = Arc::new(Rendezvous::open(&PathBuf::from(path)).map_err(to_js)?);
        let arrived = Arc::<Mutex<VecDeque<Peer>>>::default();
        let (waiting, door) = (rendezvous.clone(), arrived.clone());
        let waiter = std::thread::Builder::new().name("roam-takeover".into()).spawn(move || {
            while let Some(peer) = waiting.accept() {
                door.lock().unwrap_or_else(PoisonError::into_inner).push_back(peer);
                notify.call((), ThreadsafeFunctionCallMode::NonBlocking);
            }
        });
        waiter.map_err(|cause| to_js(Error::io("cannot start a thread", &cause)))?;
        Ok(Self { rendezvous, arrived })
    }

    /// Who has connected.
    #[napi]
    pub fn take(&self) -> Option<NativePeer> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).pop_front().map(NativePeer::new)
    }

    /// Waits no more.
    #[napi]
    pub fn close(&self) {
        self.rendezvous.close();
    }
}
