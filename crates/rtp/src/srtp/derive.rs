//! Session keys from master keys (RFC 3711 section 4.3, RFC 7714 section 11).
//!
//! The key derivation rate is zero: one session key for each use, for as long as the master key lasts.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128Enc, Aes256Enc, Block};

use super::{MasterKey, Suite};

/// What a session key is for; the numbers are the labels of RFC 3711 section 4.3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Label {
    RtpEncryption = 0,
    RtpAuthentication = 1,
    RtpSalt = 2,
    RtcpEncryption = 3,
    RtcpAuthentication = 4,
    RtcpSalt = 5,
}

/// Derives `N` octets, at most 32.
pub(super) fn derive<const N: usize>(master: &MasterKey, label: Label) -> [u8; N] {
    match master.suite() {
        Suite::AesCm128HmacSha1_80 | Suite::AesCm128HmacSha1_32 | Suite::AeadAes128Gcm => {
            stream(&keyed::<Aes128Enc>(master), master, label)
        }
        Suite::AeadAes256Gcm => stream(&keyed::<Aes256Enc>(master), master, label),
    }
}

fn keyed<C: KeyInit>(master: &MasterKey) -> C {
    C::new_from_slice(master.key()).expect("a master key is as long as its suite says")
}

/// AES in counter mode from `(label * 2^48 XOR salt) * 2^16` on.
fn stream<C, const N: usize>(cipher: &C, master: &MasterKey, label: Label) -> [u8; N]
where
    C: BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>,
{
    let [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13] = master.padded_salt();
    let x7 = s7 ^ label as u8;
    let mut derived = [0; N];
    for (counter, chunk) in (0u8..).zip(derived.chunks_mut(16)) {
        let mut block = Block::from([
            s0, s1, s2, s3, s4, s5, s6, x7, s8, s9, s10, s11, s12, s13, 0, counter,
        ]);
        cipher.encrypt_block(&mut block);
        for (octet, key) in chunk.iter_mut().zip(block) {
            *octet = key;
        }
    }
    derived
}

#[cfg(test)]
mod tests {
    use super::{Label, derive};
    use crate::srtp::{MasterKey, Suite};

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        crate::srtp::tests::hex(text).try_into().unwrap()
    }

    /// RFC 3711 appendix B.3.
    #[test]
    fn session_keys_are_those_of_rfc_3711() {
        let octets: [u8; 30] = hex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");
        let master = MasterKey::from_octets(Suite::AesCm128HmacSha1_80, &octets).unwrap();
        assert_eq!(
            derive(&master, Label::RtpEncryption),
            hex::<16>("C61E7A93744F39EE10734AFE3FF7A087")
        );
        assert_eq!(
            derive(&master, Label::RtpSalt),
            hex::<14>("30CBBC08863D8C85D49DB34A9AE1")
        );
        assert_eq!(
            derive::<20>(&master, Label::RtpAuthentication),
            hex::<20>("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")
        );
    }
}
