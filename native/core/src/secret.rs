//! Keys derived from the deployment's one secret, so that restarts and successors agree without talking to each other.

use boring::hash::hmac_sha256;

/// HMAC-SHA256 as a key derivation: one label, one key. Fails only if the TLS library is out of memory.
fn derive(secret: &[u8], label: &[u8]) -> [u8; 32] {
    hmac_sha256(secret, label).unwrap_or_else(|_| std::process::abort())
}

/// The deployment's keys.
#[derive(Clone)]
pub struct Keys {
    token: [u8; 32],
    reset: [u8; 32],
    ticket: [u8; 32],
}

impl Keys {
    /// Derives every key from the 32 bytes of the configuration.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            token: derive(secret, b"roam quic token"),
            reset: derive(secret, b"roam quic stateless reset"),
            ticket: derive(secret, b"roam tls ticket"),
        }
    }

    /// Key of the address validation tokens of one period. A key of its own for each period keeps AES-GCM's random
    /// nonces far from their limit of 2³² messages, however many Retry packets a flood draws.
    pub fn token(&self, period: u64) -> [u8; 32] {
        derive(&self.token, &period.to_be_bytes())
    }

    /// The stateless reset token of a connection ID (RFC 9000 §10.3.2).
    pub fn reset_token(&self, cid: &[u8]) -> [u8; 16] {
        let mac = derive(&self.reset, cid);
        let mut token = [0; 16];
        token.copy_from_slice(&mac[..16]);
        token
    }

    /// BoringSSL's ticket keys: name, HMAC key and AES key, 16 bytes each.
    pub fn ticket(&self) -> [u8; 48] {
        let mut keys = [0; 48];
        keys[..32].copy_from_slice(&derive(&self.ticket, b"name and mac"));
        keys[32..].copy_from_slice(&derive(&self.ticket, b"cipher")[..16]);
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_depend_on_the_secret_and_on_nothing_else() {
        let (one, again, other) = (Keys::new(&[1; 32]), Keys::new(&[1; 32]), Keys::new(&[2; 32]));
        assert_eq!(one.reset_token(b"cid"), again.reset_token(b"cid"));
        assert_eq!(one.ticket(), again.ticket());
        assert_ne!(one.reset_token(b"cid"), other.reset_token(b"cid"));
        assert_ne!(one.token(1), one.token(2));
    }
}
