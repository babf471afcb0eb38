//! Packets that are answered without keeping anything: Version Negotiation, Retry, refusals and stateless resets.

use boring::hash::hmac_sha256;
use boring::symm::{Cipher, encrypt, encrypt_aead};

use crate::cid::{Cid, fill_random};
use crate::secret::Keys;

/// CONNECTION_REFUSED (RFC 9000 §20.1): the server does not take new connections.
pub const CONNECTION_REFUSED: u8 = 0x02;
/// INVALID_TOKEN (RFC 9000 §20.1): the Retry token was forged, old or somebody else's.
pub const INVALID_TOKEN: u8 = 0x0b;

/// RFC 9001 §5.2.
const INITIAL_SALT: [u8; 20] = [
    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc,
    0xbb, 0x7f, 0x0a,
];
const VERSION_1: u32 = 1;
const TAG_LEN: usize = 16;
/// RFC 9000 §10.3: five unpredictable bytes and the token, at the least.
const MIN_RESET: usize = 21;
/// Longest reset that we send: looks like a short data packet.
const MAX_RESET: usize = 42;

/// Version Negotiation, echoing the IDs of whatever arrived; built here because an unknown version may use longer IDs
/// than version 1 allows (RFC 9000 §17.2.1).
pub fn version_negotiation(dcid: &[u8], scid: &[u8]) -> Vec<u8> {
    let mut packet = vec![0; 5];
    fill_random(&mut packet[..1]);
    packet[0] |= 0xc0;
    put_id(&mut packet, scid);
    put_id(&mut packet, dcid);
    // A reserved version first, so that clients keep coping with unknown ones (RFC 9000 §6.3).
    packet.extend_from_slice(&0x1a2a_3a4a_u32.to_be_bytes());
    packet.extend_from_slice(&VERSION_1.to_be_bytes());
    packet
}

/// A Retry packet that sends the client on with `retry_cid` and `token`.
pub fn retry(dcid: &[u8], scid: &[u8], retry_cid: &Cid, token: &[u8]) -> Option<Vec<u8>> {
    let mut packet = vec![0; 256];
    let (dcid, scid) = (quiche::ConnectionId::from_ref(dcid), quiche::ConnectionId::from_ref(scid));
    let len = quiche::retry(&scid, &dcid, &retry_cid.as_quiche(), token, VERSION_1, &mut packet).ok()?;
    packet.truncate(len);
    Some(packet)
}

/// A stateless reset for a packet of `trigger_len` bytes, `None` if it is too short to be answered with less
/// (RFC 9000 §10.3.3: a reset that is shorter than its trigger cannot loop).
pub fn reset(keys: &Keys, dcid: &[u8], trigger_len: usize) -> Option<Vec<u8>> {
    let len = (trigger_len.checked_sub(1)?).min(MAX_RESET);
    if len < MIN_RESET {
        return None;
    }
    let mut packet = vec![0; len - TAG_LEN];
    fill_random(&mut packet);
    // Header form 0, fixed bit 1.
    packet[0] = packet[0] & 0x3f | 0x40;
    packet.extend_from_slice(&keys.reset_token(dcid));
    Some(packet)
}

/// An Initial packet with CONNECTION_CLOSE: tells a client at once that it is not served, without running TLS for it.
pub fn refusal(dcid: &[u8], scid: &[u8], code: u8) -> Option<Vec<u8>> {
    // CONNECTION_CLOSE: type, error code, no frame type, no reason.
    let frames = [0x1c, code, 0, 0];
    let keys = InitialKeys::of_server(dcid)?;
    let mut packet = vec![0xc0];
    packet.extend_from_slice(&VERSION_1.to_be_bytes());
    put_id(&mut packet, scid);
    put_id(&mut packet, dcid);
    // No token; the length covers packet number, frames and tag.
    packet.extend_from_slice(&[0, (1 + frames.len() + TAG_LEN) as u8]);
    let number_at = packet.len();
    packet.push(0);
    let mut tag = [0; TAG_LEN];
    let sealed =
        encrypt_aead(Cipher::aes_128_gcm(), &keys.key, Some(&keys.iv), &packet, &frames, &mut tag).ok()?;
    packet.extend_from_slice(&sealed);
    packet.extend_from_slice(&tag);
    // Header protection (RFC 9001 §5.4): the sample starts four bytes after the packet number does.
    let sample = packet.get(number_at + 4..number_at + 20)?;
    let mask = encrypt(Cipher::aes_128_ecb(), &keys.protection, None, sample).ok()?;
    packet[0] ^= mask[0] & 0x0f;
    packet[number_at] ^= mask[1];
    Some(packet)
}

fn put_id(packet: &mut Vec<u8>, id: &[u8]) {
    packet.push(id.len() as u8);
    packet.extend_from_slice(id);
}

/// The keys that everybody on the path can compute (RFC 9001 §5.2).
struct InitialKeys {
    key: Vec<u8>,
    iv: Vec<u8>,
    protection: Vec<u8>,
}

impl InitialKeys {
    fn of_server(dcid: &[u8]) -> Option<Self> {
        let initial = hmac_sha256(&INITIAL_SALT, dcid).ok()?;
        let server = expand(&initial, b"server in", 32)?;
        Some(Self {
            key: expand(&server, b"quic key", 16)?,
            iv: expand(&server, b"quic iv", 12)?,
            protection: expand(&server, b"quic hp", 16)?,
        })
    }
}

/// HKDF-Expand-Label of RFC 8446 §7.1 for outputs of one block.
fn expand(secret: &[u8], label: &[u8], len: u8) -> Option<Vec<u8>> {
    let mut info = vec![0, len, 6 + label.len() as u8];
    info.extend_from_slice(b"tls13 ");
    info.extend_from_slice(label);
    info.extend_from_slice(&[0, 1]);
    let block = hmac_sha256(secret, &info).ok()?;
    Some(block.get(..usize::from(len))?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_keys_of_the_specification() {
        // RFC 9001 appendix A.1.
        let keys = InitialKeys::of_server(&[0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08]);
        let iv = keys.map(|keys| keys.iv);
        let expected = [0x0a, 0xc1, 0x49, 0x3c, 0xa1, 0x90, 0x58, 0x53, 0xb0, 0xbb, 0xa0, 0x3e];
        assert_eq!(iv.as_deref(), Some(&expected[..]));
    }

    #[test]
    fn a_reset_is_shorter_than_its_trigger_and_ends_with_the_token() {
        let keys = Keys::new(&[1; 32]);
        for trigger in 0..100 {
            let Some(packet) = reset(&keys, b"some id", trigger) else {
                assert!(trigger <= MIN_RESET, "no reset for {trigger}");
                continue;
            };
            assert!(packet.len() < trigger && packet.len() >= MIN_RESET);
            assert_eq!(packet[0] & 0xc0, 0x40);
            assert!(packet.ends_with(&keys.reset_token(b"some id")));
        }
    }

    #[test]
    fn version_negotiation_swaps_the_ids() {
        let packet = version_negotiation(&[1; 30], &[2; 3]);
        assert_eq!(&packet[1..5], &[0; 4]);
        assert_eq!(&packet[5..9], &[3, 2, 2, 2]);
        assert_eq!(&packet[9..11], &[30, 1]);
    }
}
