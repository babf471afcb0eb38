//! TLS for the server: certificates chosen by SNI and replaceable while connections run, tickets under our own keys.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use boring::pkey::{PKey, Private};
use boring::ssl::{ClientHello, NameType, SelectCertError, SslContextBuilder, SslMethod, SslRef, SslVersion};
use boring::x509::X509;

use crate::error::Error;

/// Post-quantum hybrid first, then what every client has.
pub(crate) const GROUPS: &str = "X25519MLKEM768:X25519:P-256:P-384";

/// One certificate as the configuration names it.
#[derive(Clone, Debug)]
pub struct CertificateSource {
    /// PEM chain, leaf first.
    pub cert: String,
    /// PEM private key.
    pub key: String,
    /// DNS names in lower case, `*.example.org` allowed.
    pub names: Vec<String>,
}

struct Pair {
    leaf: X509,
    chain: Vec<X509>,
    key: PKey<Private>,
}

impl Pair {
    fn parse(source: &CertificateSource) -> Result<Self, Error> {
        let name = source.names.first().map_or("the certificate", String::as_str);
        let bad =
            |what: &str, cause| Error::certificate(format!("{name}: the {what} does not parse: {cause}"));
        let mut chain =
            X509::stack_from_pem(source.cert.as_bytes()).map_err(|cause| bad("certificate", cause))?;
        let key = PKey::private_key_from_pem(source.key.as_bytes()).map_err(|cause| bad("key", cause))?;
        if chain.is_empty() {
            return Err(Error::certificate(format!("{name}: there is no certificate in the file")));
        }
        let leaf = chain.remove(0);
        let fits = leaf.public_key().is_ok_and(|public| public.public_eq(&key));
        if !fits {
            return Err(Error::certificate(format!("{name}: the key does not belong to the certificate")));
        }
        Ok(Self { leaf, chain, key })
    }

    fn install(&self, ssl: &mut SslRef) -> Result<(), boring::error::ErrorStack> {
        ssl.set_certificate(&self.leaf)?;
        for certificate in &self.chain {
            ssl.add_chain_cert(certificate)?;
        }
        ssl.set_private_key(&self.key)
    }
}

/// A checked set of certificates; the first also serves clients that ask for a name nobody has.
pub struct Certificates {
    pairs: Vec<Pair>,
    by_name: HashMap<String, usize>,
}

impl Certificates {
    /// Parses and checks every pair.
    pub fn new(sources: &[CertificateSource]) -> Result<Self, Error> {
        if sources.is_empty() {
            return Err(Error::certificate("at least one certificate is needed"));
        }
        let pairs = sources.iter().map(Pair::parse).collect::<Result<Vec<_>, _>>()?;
        let mut by_name = HashMap::new();
        for (index, source) in sources.iter().enumerate() {
            for name in &source.names {
                by_name.entry(name.to_ascii_lowercase()).or_insert(index);
            }
        }
        Ok(Self { pairs, by_name })
    }

    fn index_of(&self, server_name: &str) -> usize {
        let name = server_name.trim_end_matches('.').to_ascii_lowercase();
        let exact = self.by_name.get(&name);
        // A wildcard stands for exactly one label (RFC 9525 §6.3).
        let wildcard =
            || name.split_once('.').and_then(|(_, parent)| self.by_name.get(&format!("*.{parent}")));
        exact.or_else(wildcard).copied().unwrap_or(0)
    }

    fn select(&self, server_name: Option<&str>) -> Option<&Pair> {
        self.pairs.get(server_name.map_or(0, |name| self.index_of(name)))
    }
}

/// The certificates in force. Handshakes read it, a configuration reload replaces it.
#[derive(Clone)]
pub struct CertificateStore(Arc<RwLock<Arc<Certificates>>>);

impl CertificateStore {
    /// A store that starts with `certificates`.
    pub fn new(certificates: Certificates) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(certificates))))
    }

    /// New handshakes get these from now on.
    pub fn replace(&self, certificates: Certificates) {
        // The lock guards one pointer: a panic elsewhere cannot have left it half written.
        *self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::new(certificates);
    }

    fn current(&self) -> Arc<Certificates> {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    fn serve(&self, mut hello: ClientHello<'_>) -> Result<(), SelectCertError> {
        let certificates = self.current();
        let pair = certificates.select(hello.servername(NameType::HOST_NAME));
        let pair = pair.ok_or(SelectCertError::ERROR)?;
        pair.install(hello.ssl_mut()).map_err(|_| SelectCertError::ERROR)
    }
}

/// The context builder that quiche makes its server handshakes from.
pub(crate) fn server_context(store: CertificateStore) -> Result<SslContextBuilder, Error> {
    let mut builder = SslContextBuilder::new(SslMethod::tls())?;
    builder.set_min_proto_version(Some(SslVersion::TLS1_3))?;
    builder.set_curves_list(GROUPS)?;
    builder.set_select_certificate_callback(move |hello| store.serve(hello));
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::self_signed::certificate;

    #[test]
    fn names_choose_the_certificate() -> Result<(), Error> {
        let sources =
            [certificate(&["a.example"])?, certificate(&["*.b.example"])?, certificate(&["x.b.example"])?];
        let set = Certificates::new(&sources)?;
        assert_eq!(set.index_of("a.example"), 0);
        assert_eq!(set.index_of("A.Example."), 0);
        assert_eq!(set.index_of("www.b.example"), 1);
        assert_eq!(set.index_of("x.b.example"), 2);
        // One label only, and unknown names get the first.
        assert_eq!(set.index_of("a.b.b.example"), 0);
        assert_eq!(set.index_of("b.example"), 0);
        Ok(())
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() -> Result<(), Error> {
        let (one, two) = (certificate(&["one.example"])?, certificate(&["two.example"])?);
        let mixed = CertificateSource { key: two.key, ..one };
        let refused = Certificates::new(&[mixed]).err();
        assert_eq!(refused.as_ref().map(|error| error.code), Some("ERR_CERTIFICATE"));
        assert!(refused.is_some_and(|error| error.message.contains("one.example")));
        Ok(())
    }

    #[test]
    fn rubbish_and_nothing_are_refused() {
        let rubbish = CertificateSource { cert: "x".into(), key: "y".into(), names: vec![] };
        assert!(Certificates::new(&[rubbish]).is_err());
        assert!(Certificates::new(&[]).is_err());
    }
}
