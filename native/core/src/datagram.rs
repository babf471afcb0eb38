//! The version-independent look at a datagram (RFC 8999): enough to route it, nothing that needs a key.

use crate::cid::{CID_LEN, MAX_CID_LEN};

/// RFC 9000 §14.1: a smaller datagram cannot start a connection.
pub const MIN_INITIAL: usize = 1200;
/// Bits of the first byte: long header, and the packet type of version 1.
const LONG: u8 = 0x80;
const TYPE: u8 = 0x30;

/// What a datagram is, from its first packet.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// 1-RTT: belongs to a connection or to nobody.
    Short {
        /// Destination connection ID.
        dcid: &'a [u8],
    },
    /// Any long header.
    Long {
        /// Version of the packet; 0 is Version Negotiation.
        version: u32,
        /// An Initial packet, if the version is 1.
        initial: bool,
        /// Destination connection ID.
        dcid: &'a [u8],
        /// Source connection ID.
        scid: &'a [u8],
        /// The token of an Initial packet of version 1, empty elsewhere.
        token: &'a [u8],
    },
}

/// Reads the invariant header. `None`: not QUIC as we could speak it.
pub fn classify(datagram: &[u8]) -> Option<Kind<'_>> {
    let (first, rest) = datagram.split_first()?;
    if first & LONG == 0 {
        return Some(Kind::Short { dcid: rest.get(..CID_LEN)? });
    }
    let (version, rest) = rest.split_first_chunk::<4>()?;
    let version = u32::from_be_bytes(*version);
    let (dcid, rest) = length_prefixed(rest)?;
    let (scid, rest) = length_prefixed(rest)?;
    let known = quiche::version_is_supported(version);
    // Only version 1 limits the length; a longer ID of another version still deserves Version Negotiation.
    if known && (dcid.len() > MAX_CID_LEN || scid.len() > MAX_CID_LEN) {
        return None;
    }
    let initial = known && first & TYPE == 0;
    let token = if initial { token(rest)? } else { &[] };
    Some(Kind::Long { version, initial, dcid, scid, token })
}

fn length_prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*len))
}

/// A token is prefixed with its length as a variable-length integer (RFC 9000 §16).
fn token(bytes: &[u8]) -> Option<&[u8]> {
    let first = *bytes.first()?;
    let width = 1_usize << (first >> 6);
    let (prefix, rest) = bytes.split_at_checked(width)?;
    let len = prefix.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    // Drops the two bits that say how wide the integer is.
    let len = len & (u64::MAX >> 2 >> (64 - 8 * width as u32));
    rest.get(..usize::try_from(len).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn initial(token_prefix: &[u8], token: &[u8]) -> Vec<u8> {
        let mut packet = vec![0xc3, 0, 0, 0, 1, 8];
        packet.extend_from_slice(b"12345678");
        packet.extend_from_slice(&[2, b'a', b'b']);
        packet.extend_from_slice(token_prefix);
        packet.extend_from_slice(token);
        packet.resize(MIN_INITIAL, 0);
        packet
    }

    #[test]
    fn reads_an_initial_packet() {
        let packet = initial(&[3], b"tok");
        let expected =
            Kind::Long { version: 1, initial: true, dcid: b"12345678", scid: b"ab", token: b"tok" };
        assert_eq!(classify(&packet), Some(expected));
    }

    #[test]
    fn reads_a_token_length_of_two_bytes() {
        let packet = initial(&[0x40, 3], b"tok");
        assert!(matches!(classify(&packet), Some(Kind::Long { token: b"tok", .. })));
    }

    #[test]
    fn a_token_longer_than_the_datagram_is_nothing() {
        assert_eq!(classify(&initial(&[0x7f, 0xff], b"tok")), None);
        assert_eq!(classify(&initial(&[0xff; 8], b"")), None);
    }

    #[test]
    fn reads_a_short_header() {
        let mut packet = vec![0x40];
        packet.extend_from_slice(&[9; CID_LEN]);
        assert_eq!(classify(&packet), Some(Kind::Short { dcid: &[9; CID_LEN] }));
        assert_eq!(classify(&packet[..CID_LEN]), None);
    }

    #[test]
    fn an_unknown_version_keeps_its_ids_whatever_their_length() {
        let mut packet = vec![0x80, 1, 2, 3, 4, 30];
        packet.extend_from_slice(&[5; 30]);
        packet.push(0);
        assert!(
            matches!(classify(&packet), Some(Kind::Long { version: 0x0102_0304, dcid, .. }) if dcid.len() == 30)
        );
        packet[1..5].copy_from_slice(&[0, 0, 0, 1]);
        assert_eq!(classify(&packet), None);
    }

    #[test]
    fn cut_headers_are_nothing() {
        let packet = initial(&[3], b"tok");
        for cut in 0..20 {
            assert_eq!(classify(&packet[..cut]), None, "cut at {cut}");
        }
    }
}
