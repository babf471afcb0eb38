//! The Node-API surface of `roam-quic`: converts values, holds no logic. `src/listener/quic/engine-addon.ts` is its
//! description for TypeScript.

pub mod client;
pub mod engine;
pub mod options;
pub mod takeover;

/// Errors carry a code such as `EADDRINUSE` into JavaScript's `Error.code`.
pub type Result<T> = napi::Result<T, &'static str>;

fn to_js(error: roam_quic::error::Error) -> napi::Error<&'static str> {
    napi::Error::new(error.code, error.message)
}
