//! Whose certificates a client accepts.

use boring::ssl::{SslContextBuilder, SslMethod, SslVerifyMode};
use boring::x509::X509;
use boring::x509::store::X509StoreBuilder;

use crate::error::Error;
use crate::tls::GROUPS;

/// See the module.
#[derive(Clone, Debug)]
pub enum Trust {
    /// The machine's own authorities.
    System,
    /// Only these, in PEM.
    Authorities(String),
    /// Everybody: for looking at a server, not for talking to it.
    Anybody,
}

impl Trust {
    /// A context that verifies this way.
    pub(super) fn context(&self) -> Result<SslContextBuilder, Error> {
        let mut builder = SslContextBuilder::new(SslMethod::tls())?;
        builder.set_curves_list(GROUPS)?;
        match self {
            Self::System => builder.set_default_verify_paths()?,
            Self::Authorities(pem) => {
                let mut store = X509StoreBuilder::new()?;
                let authorities = X509::stack_from_pem(pem.as_bytes())
                    .map_err(|cause| Error::certificate(format!("the CA file does not parse: {cause}")))?;
                for authority in authorities {
                    store.add_cert(&authority)?;
                }
                builder.set_cert_store_builder(store);
            }
            Self::Anybody => {}
        }
        let verify = !matches!(self, Self::Anybody);
        builder.set_verify(if verify { SslVerifyMode::PEER } else { SslVerifyMode::NONE });
        Ok(builder)
    }
}
