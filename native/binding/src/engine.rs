//! The engine as a JavaScript class.

use std::sync::Arc;

use napi::bindgen_prelude::{BufferSlice, Function};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi::{Env, JsString};
use napi_derive::napi;
use roam_quic::border::{Batch, Outbox, Packer};
use roam_quic::control::Control;
use roam_quic::engine::Engine;
use roam_quic::error::Error;
use roam_quic::settings::Settings;
use roam_quic::takeover::{Inheritance, young};
use roam_quic::tls::CertificateSource;

use crate::options::{JsCertificate, JsOptions, address_validation};
use crate::takeover::{NativeInheritance, NativePeer};
use crate::{Result, to_js};

/// Calls that may wait for the JavaScript thread. The outbox calls once until it is read, so one is enough; the second
/// covers a call that is being made.
const CALLS: usize = 2;

/// A typed array that is written to. (By this name, because napi-derive takes a plain `&mut` for one of its classes.)
type Filled<'a, T> = &'a mut [T];

/// Tells JavaScript that there is something to take.
type Notify = Box<dyn Fn() + Send>;
type MakePacker<'a> = Box<dyn FnOnce(Arc<Control>) -> Packer<Notify> + 'a>;

/// A running endpoint.
#[napi]
pub struct NativeEngine {
    engine: Engine,
    outbox: Arc<Outbox>,
    /// Taken from the outbox, and not handed over yet or free for the next swap.
    batch: Batch,
}

#[napi]
impl NativeEngine {
    /// Binds and starts. `notify` is called when there is something to [`Self::take`]; it also keeps the process alive
    /// until the engine has stopped, as a server does.
    #[napi(constructor)]
    pub fn new(host: String, port: u16, options: JsOptions, notify: Function<'_, (), ()>) -> Result<Self> {
        Self::start(options, notify, |settings, certificates, make_packer| {
            Engine::start(&host, port, settings, certificates, make_packer)
        })
    }

    /// The same on a socket that another process has bound. Nothing is read from it before [`Self::read`].
    #[napi(factory)]
    pub fn inherit(
        inheritance: &mut NativeInheritance,
        options: JsOptions,
        notify: Function<'_, (), ()>,
    ) -> Result<Self> {
        let inheritance = inheritance.take().map_err(to_js)?;
        Self::start(options, notify, |settings, certificates, make_packer| {
            Engine::inherit(inheritance, settings, certificates, make_packer)
        })
    }

    fn start(
        options: JsOptions,
        notify: Function<'_, (), ()>,
        start: impl FnOnce(Settings, &[CertificateSource], MakePacker<'_>) -> std::result::Result<Engine, Error>,
    ) -> Result<Self> {
        let (certificates, settings) = options.split().map_err(to_js)?;
        let notify = notify
            .build_threadsafe_function::<()>()
            .callee_handled::<false>()
            .max_queue_size::<CALLS>()
            .build()
            .map_err(|error| napi::Error::new("ERR_ADDON", error.reason.clone()))?;
        let mut shared = None;
        let make_packer = |control| {
            let outbox = shared.insert(Outbox::new(control)).clone();
            let tell: Notify = Box::new(move || {
                notify.call((), ThreadsafeFunctionCallMode::NonBlocking);
            });
            Packer::new(outbox, tell)
        };
        let engine = start(settings, &certificates, Box::new(make_packer)).map_err(to_js)?;
        let outbox = shared.ok_or_else(|| napi::Error::new("ERR_ADDON", "the engine has no outbox"))?;
        Ok(Self { engine, outbox, batch: Batch::default() })
    }

    /// The port that was bound.
    #[napi(getter)]
    pub fn port(&self) -> u16 {
        self.engine.local_addr().port()
    }

    /// Fills the arrays with what waits and returns text, bytes, and how much of the arrays is used. If an array is too
    /// small nothing is handed over: text is empty, the sizes say what is needed, and the next call gets it.
    #[napi]
    pub fn take<'env>(
        &mut self,
        env: &'env Env,
        words: Filled<'_, u32>,
        numbers: Filled<'_, f64>,
    ) -> napi::Result<(JsString<'env>, BufferSlice<'env>, u32, u32)> {
        if self.batch.words.is_empty() {
            self.outbox.take(&mut self.batch);
        }
        let (used_words, used_numbers) = (self.batch.words.len(), self.batch.numbers.len());
        let fits = (words.get_mut(..used_words), numbers.get_mut(..used_numbers));
        let (text, bytes) = match fits {
            (Some(words), Some(numbers)) => {
                words.copy_from_slice(&self.batch.words);
                numbers.copy_from_slice(&self.batch.numbers);
                let text = env.create_string_latin1(&self.batch.text)?;
                let bytes = BufferSlice::copy_from(env, &self.batch.bytes)?;
                self.batch.clear();
                (text, bytes)
            }
            _ => (env.create_string_latin1([])?, BufferSlice::copy_from(env, [])?),
        };
        Ok((text, bytes, used_words as u32, used_numbers as u32))
    }

    /// Carries out packed commands; the bytes are copied.
    #[napi]
    pub fn submit(&self, records: &[u8]) {
        self.engine.submit(records);
    }

    /// The same for one record with a large payload.
    #[napi]
    pub fn submit_large(&self, head: &[u8], payload: &[u8]) {
        self.engine.submit_large(head, payload);
    }

    /// `EngineCounters` of contract.ts, in the order of its fields.
    #[napi]
    pub fn counters(&self) -> Vec<f64> {
        self.engine.counters().snapshot().into_iter().map(|count| count as f64).collect()
    }

    /// See contract.ts.
    #[napi]
    pub fn set_certificates(&self, certificates: Vec<JsCertificate>) -> Result<()> {
        let sources: Vec<_> = certificates.into_iter().map(Into::into).collect();
        self.engine.set_certificates(&sources).map_err(to_js)
    }

    /// See contract.ts.
    #[napi]
    pub fn set_address_validation(&self, mode: String) -> Result<()> {
        self.engine.set_address_validation(address_validation(&mode).map_err(to_js)?);
        Ok(())
    }

    /// Attaches the socket, and the channels to older processes, to the next message for `peer`. Returns the generations
    /// of the channels, in their order.
    #[napi]
    pub fn offer(&self, peer: &NativePeer) -> Result<Vec<u32>> {
        let Inheritance { socket, elders } = self.engine.offer().map_err(to_js)?;
        peer.attach_all(socket, elders).map_err(to_js)
    }

    /// A `Yielded` event follows.
    #[napi]
    pub fn yield_socket(&self) -> Result<()> {
        self.engine.yield_socket().map_err(to_js)
    }

    /// See contract.ts.
    #[napi]
    pub fn read(&self, young: String) {
        self.engine.read(young::read(&young));
    }

    /// A `Drained` event follows.
    #[napi]
    pub fn drain(&self) {
        self.engine.drain();
    }

    /// A `Stopped` event follows.
    #[napi]
    pub fn close(&self) {
        self.engine.close();
    }
}
