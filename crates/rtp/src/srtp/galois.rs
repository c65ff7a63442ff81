//! AES in Galois/counter mode (RFC 7714).

use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadCore, AeadInOut, KeyInit};

use super::derive::{Label, derive};
use super::{Forged, INDEX_OCTETS, MasterKey, RTCP_CLEAR, without_mki};

const TAG: usize = 16;
const ENCRYPTED: u32 = 1 << 31;

/// The session keys of one direction, for AES with keys of `N` octets.
pub(super) struct AesGcm<A> {
    rtp: AesGcmStream<A>,
    rtcp: AesGcmStream<A>,
}

struct AesGcmStream<A> {
    cipher: A,
    salt: [u8; 12],
}

impl<A> AesGcm<A>
where
    A: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>,
{
    /// Derives the session keys, of `N` octets each.
    pub(super) fn new<const N: usize>(master: &MasterKey) -> Self {
        let way = |encryption, salt| AesGcmStream {
            cipher: A::new_from_slice(&derive::<N>(master, encryption))
                .expect("a session key is as long as its suite says"),
            salt: derive(master, salt),
        };
        Self {
            rtp: way(Label::RtpEncryption, Label::RtpSalt),
            rtcp: way(Label::RtcpEncryption, Label::RtcpSalt),
        }
    }

    pub(super) fn seal_rtp(
        &self,
        buffer: &mut [u8],
        length: usize,
        header: usize,
        ssrc: u32,
        index: u64,
    ) -> Option<usize> {
        let sealed = buffer.get_mut(..length + TAG)?;
        let (packet, tag) = sealed.split_at_mut_checked(length)?;
        let (head, payload) = packet.split_at_mut_checked(header)?;
        let written = self.rtp.seal(rtp_nonce(ssrc, index), head, payload)?;
        tag.copy_from_slice(&written);
        Some(length + TAG)
    }

    pub(super) fn open_rtp(
        &self,
        packet: &mut [u8],
        header: usize,
        mki: &[u8],
        ssrc: u32,
        index: u64,
    ) -> Result<usize, Forged> {
        let packet = without_mki(packet, mki)?;
        let length = packet.len().checked_sub(TAG).ok_or(Forged)?;
        let (clear, tag) = packet.split_at_mut_checked(length).ok_or(Forged)?;
        let (head, payload) = clear.split_at_mut_checked(header).ok_or(Forged)?;
        self.rtp.open(rtp_nonce(ssrc, index), head, payload, tag)?;
        Ok(length)
    }

    pub(super) fn seal_rtcp(&self, buffer: &mut [u8], length: usize, ssrc: u32, index: u32) -> Option<usize> {
        let sealed = buffer.get_mut(..length + TAG + INDEX_OCTETS)?;
        let (packet, behind) = sealed.split_at_mut_checked(length)?;
        let (tag, word) = behind.split_at_mut_checked(TAG)?;
        let (head, reports) = packet.split_at_mut_checked(RTCP_CLEAR)?;
        word.copy_from_slice(&(index | ENCRYPTED).to_be_bytes());
        let written = self
            .rtcp
            .seal(rtcp_nonce(ssrc, index), &rtcp_clear(head, word)?, reports)?;
        tag.copy_from_slice(&written);
        Some(length + TAG + INDEX_OCTETS)
    }

    pub(super) fn open_rtcp(
        &self,
        packet: &mut [u8],
        mki: &[u8],
        ssrc: u32,
        index: u32,
    ) -> Result<usize, Forged> {
        let packet = without_mki(packet, mki)?;
        let length = packet.len().checked_sub(TAG + INDEX_OCTETS).ok_or(Forged)?;
        let (clear, behind) = packet.split_at_mut_checked(length).ok_or(Forged)?;
        let (tag, word) = behind.split_at_mut_checked(TAG).ok_or(Forged)?;
        let (head, reports) = clear.split_at_mut_checked(RTCP_CLEAR).ok_or(Forged)?;
        let associated = rtcp_clear(head, word).ok_or(Forged)?;
        self.rtcp
            .open(rtcp_nonce(ssrc, index), &associated, reports, tag)?;
        Ok(length)
    }
}

impl<A> AesGcmStream<A>
where
    A: AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>,
{
    fn seal(&self, nonce: [u8; 12], associated: &[u8], data: &mut [u8]) -> Option<[u8; TAG]> {
        let nonce = self.salted(nonce);
        self.cipher
            .encrypt_inout_detached(&nonce.into(), associated, InOutBuf::from(data))
            .ok()
            .map(Into::into)
    }

    fn open(&self, nonce: [u8; 12], associated: &[u8], data: &mut [u8], tag: &[u8]) -> Result<(), Forged> {
        let tag: [u8; TAG] = tag.try_into().map_err(|_| Forged)?;
        let nonce = self.salted(nonce);
        self.cipher
            .decrypt_inout_detached(&nonce.into(), associated, InOutBuf::from(data), &tag.into())
            .map_err(|_| Forged)
    }

    fn salted(&self, mut nonce: [u8; 12]) -> [u8; 12] {
        for (octet, salt) in nonce.iter_mut().zip(self.salt) {
            *octet ^= salt;
        }
        nonce
    }
}

/// The E flag and the index, before anything is verified.
pub(super) fn rtcp_word(packet: &[u8], mki: &[u8]) -> Option<u32> {
    let rest = packet.get(..packet.len().checked_sub(mki.len())?)?;
    rest.last_chunk().copied().map(u32::from_be_bytes)
}

/// `00 00 | SSRC | ROC | SEQ` (RFC 7714 section 8.1).
fn rtp_nonce(ssrc: u32, index: u64) -> [u8; 12] {
    let [r0, r1, r2, r3] = ssrc.to_be_bytes();
    let [_, _, i0, i1, i2, i3, i4, i5] = index.to_be_bytes();
    [0, 0, r0, r1, r2, r3, i0, i1, i2, i3, i4, i5]
}

/// `00 00 | SSRC | 00 00 | 0 and index` (RFC 7714 section 9.1).
fn rtcp_nonce(ssrc: u32, index: u32) -> [u8; 12] {
    let [r0, r1, r2, r3] = ssrc.to_be_bytes();
    let [i0, i1, i2, i3] = index.to_be_bytes();
    [0, 0, r0, r1, r2, r3, 0, 0, i0, i1, i2, i3]
}

/// What is authenticated of RTCP without being encrypted: the first eight octets, E and index (RFC 7714 section 9.2).
fn rtcp_clear(head: &[u8], word: &[u8]) -> Option<[u8; RTCP_CLEAR + INDEX_OCTETS]> {
    let mut clear = [0; RTCP_CLEAR + INDEX_OCTETS];
    clear.get_mut(..RTCP_CLEAR)?.copy_from_slice(head);
    clear.get_mut(RTCP_CLEAR..)?.copy_from_slice(word);
    Some(clear)
}

#[cfg(test)]
mod tests {
    use aes_gcm::aead::consts::{U12, U16};
    use aes_gcm::aead::{AeadCore, AeadInOut, KeyInit};
    use aes_gcm::{Aes128Gcm, Aes256Gcm};

    use super::{AesGcm, AesGcmStream};
    use crate::srtp::tests::hex;

    const RTP: &str = "8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e697320646976697361 20696e207061727465732074726573";
    const RTP_128: &str = "8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
        899d7f27beb16a9152cf765ee4390cce";
    const RTP_256: &str = "8040f17b8041f8d35501a0b2 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b
        7aa3db36dfffd6b0f9bb7878d7a76c13";
    const RTCP: &str = "81c8000d4d617273 4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    const RTCP_128: &str =
        "81c8000d4d617273 63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded
        0bb9275bc84aa45896cf4d2fc5abf87245d9eade 800005d4";
    const RTCP_256: &str =
        "81c8000d4d617273 d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de047
        6f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be 800005d4";

    fn keyed<A: KeyInit>(octets: u8) -> AesGcm<A> {
        let key: Vec<u8> = (0..octets).collect();
        let way = || AesGcmStream {
            cipher: A::new_from_slice(&key).unwrap(),
            salt: *b"Quid pro quo",
        };
        AesGcm {
            rtp: way(),
            rtcp: way(),
        }
    }

    fn matches<A>(galois: &AesGcm<A>, rtp: &str, rtcp: &str)
    where
        A: KeyInit + AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>,
    {
        let clear = hex(RTP);
        let mut packet = [clear.as_slice(), &[0; 16]].concat();
        let length = galois.seal_rtp(&mut packet, clear.len(), 12, 0x5501_A0B2, 0xF17B);
        assert_eq!((length, &packet), (Some(packet.len()), &hex(rtp)));
        assert_eq!(
            galois.open_rtp(&mut packet, 12, &[], 0x5501_A0B2, 0xF17B),
            Ok(clear.len())
        );
        assert_eq!(packet[..clear.len()], clear);
        let clear = hex(RTCP);
        let mut packet = [clear.as_slice(), &[0; 20]].concat();
        let length = galois.seal_rtcp(&mut packet, clear.len(), 0x4D61_7273, 0x5D4);
        assert_eq!((length, &packet), (Some(packet.len()), &hex(rtcp)));
        assert_eq!(
            galois.open_rtcp(&mut packet, &[], 0x4D61_7273, 0x5D4),
            Ok(clear.len())
        );
        assert_eq!(packet[..clear.len()], clear);
    }

    /// RFC 7714 sections 16.1, 16.2, 17.1 and 17.3: these give session keys, not master keys.
    #[test]
    fn packets_are_those_of_rfc_7714() {
        matches(&keyed::<Aes128Gcm>(16), RTP_128, RTCP_128);
        matches(&keyed::<Aes256Gcm>(32), RTP_256, RTCP_256);
    }
}
