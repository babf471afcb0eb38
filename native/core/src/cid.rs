//! Connection IDs: fixed length, the process's generation in the first byte, the rest random.

use boring::rand::rand_bytes;

/// Length of every connection ID that we issue. Long enough not to be guessed, short enough to be cheap in each packet.
pub const CID_LEN: usize = 12;
/// RFC 9000 §17.2: no connection ID of version 1 is longer.
pub const MAX_CID_LEN: usize = quiche::MAX_CONN_ID_LEN;

/// A connection ID of any legal length, without an allocation; the key of the routing table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cid {
    len: u8,
    bytes: [u8; MAX_CID_LEN],
}

impl Cid {
    /// `None` if the bytes are longer than QUIC version 1 allows.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut cid = Self { len: u8::try_from(bytes.len()).ok()?, bytes: [0; MAX_CID_LEN] };
        cid.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(cid)
    }

    /// A fresh ID of a process of this generation.
    pub fn random(generation: u8) -> Self {
        let mut cid = Self { len: CID_LEN as u8, bytes: [0; MAX_CID_LEN] };
        fill_random(&mut cid.bytes[..CID_LEN]);
        cid.bytes[0] = generation;
        cid
    }

    /// The ID itself.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The same as quiche's type.
    pub fn as_quiche(&self) -> quiche::ConnectionId<'_> {
        quiche::ConnectionId::from_ref(self.as_slice())
    }
}

/// Fills `bytes` from the TLS library's generator. Without randomness nothing here is safe, so failing ends the process.
pub fn fill_random(bytes: &mut [u8]) {
    if rand_bytes(bytes).is_err() {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ids_name_their_generation_and_differ() {
        let (a, b) = (Cid::random(7), Cid::random(7));
        assert_eq!(a.as_slice().len(), CID_LEN);
        assert_eq!(a.as_slice()[0], 7);
        assert_ne!(a, b);
    }

    #[test]
    fn over_long_ids_are_refused() {
        assert!(Cid::new(&[0; MAX_CID_LEN]).is_some());
        assert!(Cid::new(&[0; MAX_CID_LEN + 1]).is_none());
    }

    #[test]
    fn length_is_part_of_the_identity() {
        assert_ne!(Cid::new(&[0; 4]), Cid::new(&[0; 5]));
    }
}
