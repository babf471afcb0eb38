//! A certificate for tests and examples. Nothing that serves people uses it.

use boring::asn1::Asn1Time;
use boring::bn::BigNum;
use boring::ec::{EcGroup, EcKey};
use boring::hash::MessageDigest;
use boring::nid::Nid;
use boring::pkey::PKey;
use boring::x509::extension::SubjectAlternativeName;
use boring::x509::{X509, X509Name};

use crate::error::Error;
use crate::tls::CertificateSource;

/// A self-signed P-256 certificate for `names`, valid for two days.
pub fn certificate(names: &[&str]) -> Result<CertificateSource, Error> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    let key = PKey::from_ec_key(EcKey::generate(&group)?)?;
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COMMONNAME, names.first().unwrap_or(&"test"))?;
    let name = name.build();
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    let serial = BigNum::from_u32(1)?.to_asn1_integer()?;
    builder.set_serial_number(&serial)?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    builder.set_pubkey(&key)?;
    let (from, until) = (Asn1Time::days_from_now(0)?, Asn1Time::days_from_now(2)?);
    builder.set_not_before(&from)?;
    builder.set_not_after(&until)?;
    let mut alternative = SubjectAlternativeName::new();
    for name in names {
        alternative.dns(name);
    }
    let extension = alternative.build(&builder.x509v3_context(None, None))?;
    builder.append_extension(&extension)?;
    builder.sign(&key, MessageDigest::sha256())?;
    let pem = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(CertificateSource {
        cert: pem(builder.build().to_pem()?),
        key: pem(key.private_key_to_pem_pkcs8()?),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    })
}
