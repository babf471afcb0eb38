//! Why an endpoint or a client could not be made. Errors are data: the binding turns them into JavaScript errors.

use std::io;

/// A failure with a stable code, made for `Error.code` in JavaScript.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// `EADDRINUSE`, `EACCES`, `ERR_CERTIFICATE`, …
    pub code: &'static str,
    /// One plain line.
    pub message: String,
}

impl Error {
    /// An error with a code of ours.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A certificate or key that does not work, `what` says which and why.
    pub fn certificate(what: impl Into<String>) -> Self {
        Self::new("ERR_CERTIFICATE", what)
    }

    /// A failure of the operating system while doing `what`.
    pub fn io(what: &str, cause: &io::Error) -> Self {
        let code = match cause.kind() {
            io::ErrorKind::AddrInUse => "EADDRINUSE",
            io::ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL",
            io::ErrorKind::PermissionDenied => "EACCES",
            io::ErrorKind::NotFound => "ENOENT",
            _ => "EIO",
        };
        Self::new(code, format!("{what}: {cause}"))
    }
}

impl From<quiche::Error> for Error {
    fn from(cause: quiche::Error) -> Self {
        Self::new("ERR_QUIC", format!("the QUIC library refused the settings: {cause}"))
    }
}

impl From<boring::error::ErrorStack> for Error {
    fn from(cause: boring::error::ErrorStack) -> Self {
        Self::new("ERR_TLS", format!("the TLS library failed: {cause}"))
    }
}
