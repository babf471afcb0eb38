//! Address validation tokens for Retry (RFC 9000 §8.1): encrypted, bound to the client's address and to the connection
//! ID it must use next, short-lived. Nothing about a client is remembered between the Retry and its answer.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use boring::symm::{Cipher, decrypt_aead, encrypt_aead};

use crate::cid::{Cid, fill_random};
use crate::secret::Keys;

/// A client answers a Retry within a round trip; ten seconds forgive several lost packets.
pub const LIFETIME: Duration = Duration::from_secs(10);
/// How long one token key is used, in seconds.
const PERIOD: u64 = 3600;
/// First byte of our tokens, to tell them from the NEW_TOKEN tokens of whatever server was here before.
const MARK: u8 = 0x52;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
const TIME_LEN: usize = 8;

/// What the token is bound to but does not carry: who asks, and the ID our Retry told it to use.
fn binding(client: SocketAddr, retry_cid: &[u8]) -> Vec<u8> {
    let mut aad = Vec::with_capacity(18 + retry_cid.len());
    match client.ip() {
        IpAddr::V4(ip) => aad.extend_from_slice(&ip.octets()),
        IpAddr::V6(ip) => aad.extend_from_slice(&ip.octets()),
    }
    aad.extend_from_slice(&client.port().to_be_bytes());
    aad.extend_from_slice(retry_cid);
    aad
}

fn millis(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_millis() as u64)
}

fn period(now_ms: u64) -> u64 {
    now_ms / 1000 / PERIOD
}

/// The token claims to be one of ours. A foreign one is treated as none (RFC 9000 §8.1.3).
pub fn is_ours(token: &[u8]) -> bool {
    token.first() == Some(&MARK)
}

/// Makes the token of one Retry: mark, key period (low byte), nonce, ciphertext of time and original ID, tag.
pub fn seal(
    keys: &Keys,
    client: SocketAddr,
    retry_cid: &Cid,
    original: &Cid,
    now: SystemTime,
) -> Option<Vec<u8>> {
    let now_ms = millis(now);
    let mut plain = Vec::with_capacity(TIME_LEN + original.as_slice().len());
    plain.extend_from_slice(&now_ms.to_be_bytes());
    plain.extend_from_slice(original.as_slice());
    let mut token = vec![MARK; 2 + NONCE_LEN];
    token[1] = period(now_ms) as u8;
    fill_random(&mut token[2..]);
    let mut tag = [0; TAG_LEN];
    let aad = binding(client, retry_cid.as_slice());
    let key = keys.token(period(now_ms));
    let sealed = encrypt_aead(Cipher::aes_256_gcm(), &key, Some(&token[2..]), &aad, &plain, &mut tag).ok()?;
    token.extend_from_slice(&sealed);
    token.extend_from_slice(&tag);
    Some(token)
}

/// The original destination connection ID, if the token is ours, fresh, and presented by the client it was made for.
pub fn open(keys: &Keys, client: SocketAddr, retry_cid: &[u8], token: &[u8], now: SystemTime) -> Option<Cid> {
    let now_ms = millis(now);
    let (low_byte, rest) = token.strip_prefix(&[MARK])?.split_first()?;
    let (nonce, rest) = rest.split_at_checked(NONCE_LEN)?;
    let (sealed, tag) = rest.split_at_checked(rest.len().checked_sub(TAG_LEN)?)?;
    // Made in this period or, across the change, in the one before.
    let current = period(now_ms);
    let made_in = [current, current.wrapping_sub(1)].into_iter().find(|period| *period as u8 == *low_byte)?;
    let aad = binding(client, retry_cid);
    let plain =
        decrypt_aead(Cipher::aes_256_gcm(), &keys.token(made_in), Some(nonce), &aad, sealed, tag).ok()?;
    let (time, original) = plain.split_at_checked(TIME_LEN)?;
    let age = now_ms.checked_sub(u64::from_be_bytes(time.try_into().ok()?))?;
    if age > LIFETIME.as_millis() as u64 {
        return None;
    }
    Cid::new(original)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture() -> (Keys, SocketAddr, Cid, Cid, SystemTime) {
        let client = SocketAddr::from(([192, 0, 2, 1], 4433));
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000 * PERIOD + 5);
        (Keys::new(&[3; 32]), client, Cid::random(0), Cid::new(b"original").unwrap_or(Cid::random(0)), now)
    }

    #[test]
    fn a_token_opens_for_the_client_it_was_made_for() {
        let (keys, client, retry, original, now) = fixture();
        let token = seal(&keys, client, &retry, &original, now).unwrap_or_default();
        assert_eq!(open(&keys, client, retry.as_slice(), &token, now), Some(original));
        assert_eq!(open(&keys, client, retry.as_slice(), &token, now + LIFETIME), Some(original));
    }

    #[test]
    fn another_address_port_or_connection_id_is_refused() {
        let (keys, client, retry, original, now) = fixture();
        let token = seal(&keys, client, &retry, &original, now).unwrap_or_default();
        let port = SocketAddr::new(client.ip(), 1);
        let host = SocketAddr::from(([192, 0, 2, 2], 4433));
        assert_eq!(open(&keys, port, retry.as_slice(), &token, now), None);
        assert_eq!(open(&keys, host, retry.as_slice(), &token, now), None);
        assert_eq!(open(&keys, client, Cid::random(0).as_slice(), &token, now), None);
    }

    #[test]
    fn old_future_forged_and_cut_tokens_are_refused() {
        let (keys, client, retry, original, now) = fixture();
        let token = seal(&keys, client, &retry, &original, now).unwrap_or_default();
        let late = now + LIFETIME + Duration::from_millis(1);
        assert_eq!(open(&keys, client, retry.as_slice(), &token, late), None);
        assert_eq!(open(&keys, client, retry.as_slice(), &token, now - Duration::from_secs(1)), None);
        assert_eq!(open(&Keys::new(&[4; 32]), client, retry.as_slice(), &token, now), None);
        for cut in 0..token.len() {
            assert_eq!(open(&keys, client, retry.as_slice(), &token[..cut], now), None);
        }
        for at in 0..token.len() {
            let mut forged = token.clone();
            forged[at] ^= 1;
            assert_eq!(open(&keys, client, retry.as_slice(), &forged, now), None);
        }
    }

    #[test]
    fn the_change_of_keys_does_not_refuse_a_client_in_the_middle_of_a_retry() {
        let (keys, client, retry, original, now) = fixture();
        let before = now - Duration::from_secs(6);
        let token = seal(&keys, client, &retry, &original, before).unwrap_or_default();
        assert_eq!(open(&keys, client, retry.as_slice(), &token, now), Some(original));
    }
}
