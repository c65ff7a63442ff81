//! AES in counter mode with HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1).

use aes::Aes128Enc;
use ctr::CtrCore;
use ctr::cipher::{InnerIvInit, KeyInit, StreamCipher, StreamCipherCoreWrapper};
use hmac::{Hmac, Mac};
use sha1::Sha1;

use super::derive::{Label, derive};
use super::{Forged, INDEX_OCTETS, MasterKey, RTCP_CLEAR, without_mki};

/// Octets of the tag on RTCP, whatever it is on RTP (RFC 4568 section 6.2.2).
const RTCP_TAG: usize = 10;
const ENCRYPTED: u32 = 1 << 31;

/// The session keys of one direction.
pub(super) struct CounterMode {
    rtp: AesCmStream,
    rtcp: AesCmStream,
    rtp_tag: usize,
}

struct AesCmStream {
    cipher: Aes128Enc,
    salt: [u8; 14],
    /// The key is in it already: it is copied for each packet, which is cheaper than to set it anew.
    mac: Hmac<Sha1>,
}

impl CounterMode {
    /// Derives the session keys; tags on RTP have `rtp_tag` octets.
    pub(super) fn new(master: &MasterKey, rtp_tag: usize) -> Self {
        let [encryption, salt, authentication] =
            [Label::RtpEncryption, Label::RtpSalt, Label::RtpAuthentication];
        let rtp = AesCmStream::new(master, encryption, salt, authentication);
        let [encryption, salt, authentication] =
            [Label::RtcpEncryption, Label::RtcpSalt, Label::RtcpAuthentication];
        let rtcp = AesCmStream::new(master, encryption, salt, authentication);
        Self { rtp, rtcp, rtp_tag }
    }

    pub(super) fn seal_rtp(
        &self,
        buffer: &mut [u8],
        length: usize,
        header: usize,
        ssrc: u32,
        index: u64,
    ) -> Option<usize> {
        let sealed = buffer.get_mut(..length + self.rtp_tag)?;
        let (packet, tag) = sealed.split_at_mut_checked(length)?;
        self.rtp.encrypt(packet.get_mut(header..)?, ssrc, index);
        let code = self.rtp.code(packet, &roc(index)).finalize().into_bytes();
        tag.copy_from_slice(code.get(..self.rtp_tag)?);
        Some(length + self.rtp_tag)
    }

    pub(super) fn open_rtp(
        &self,
        packet: &mut [u8],
        header: usize,
        mki: &[u8],
        ssrc: u32,
        index: u64,
    ) -> Result<usize, Forged> {
        let length = packet.len().checked_sub(self.rtp_tag).ok_or(Forged)?;
        let (rest, tag) = packet.split_at_mut_checked(length).ok_or(Forged)?;
        let packet = without_mki(rest, mki)?;
        self.rtp
            .code(packet, &roc(index))
            .verify_truncated_left(tag)
            .map_err(|_| Forged)?;
        let payload = packet.get_mut(header..).ok_or(Forged)?;
        self.rtp.encrypt(payload, ssrc, index);
        Ok(packet.len())
    }

    pub(super) fn seal_rtcp(&self, buffer: &mut [u8], length: usize, ssrc: u32, index: u32) -> Option<usize> {
        let authenticated = length + INDEX_OCTETS;
        let sealed = buffer.get_mut(..authenticated + RTCP_TAG)?;
        let (packet, tag) = sealed.split_at_mut_checked(authenticated)?;
        self.rtcp
            .encrypt(packet.get_mut(RTCP_CLEAR..length)?, ssrc, index.into());
        packet
            .get_mut(length..)?
            .copy_from_slice(&(index | ENCRYPTED).to_be_bytes());
        let code = self.rtcp.code(packet, &[]).finalize().into_bytes();
        tag.copy_from_slice(code.get(..RTCP_TAG)?);
        Some(authenticated + RTCP_TAG)
    }

    /// The E flag and the index, before anything is verified.
    pub(super) fn rtcp_word(packet: &[u8], mki: &[u8]) -> Option<u32> {
        let behind = RTCP_TAG + mki.len();
        let rest = packet.get(..packet.len().checked_sub(behind)?)?;
        rest.last_chunk().copied().map(u32::from_be_bytes)
    }

    pub(super) fn open_rtcp(
        &self,
        packet: &mut [u8],
        mki: &[u8],
        ssrc: u32,
        index: u32,
    ) -> Result<usize, Forged> {
        let length = packet.len().checked_sub(RTCP_TAG).ok_or(Forged)?;
        let (rest, tag) = packet.split_at_mut_checked(length).ok_or(Forged)?;
        let authenticated = without_mki(rest, mki)?;
        self.rtcp
            .code(authenticated, &[])
            .verify_truncated_left(tag)
            .map_err(|_| Forged)?;
        let length = authenticated.len().checked_sub(INDEX_OCTETS).ok_or(Forged)?;
        let reports = authenticated.get_mut(RTCP_CLEAR..length).ok_or(Forged)?;
        self.rtcp.encrypt(reports, ssrc, index.into());
        Ok(length)
    }
}

impl AesCmStream {
    fn new(master: &MasterKey, encryption: Label, salt: Label, authentication: Label) -> Self {
        let key: [u8; 16] = derive(master, encryption);
        let mac: [u8; 20] = derive(master, authentication);
        Self {
            cipher: Aes128Enc::new(&key.into()),
            salt: derive(master, salt),
            mac: Hmac::new_from_slice(&mac).expect("HMAC takes keys of any length"),
        }
    }

    /// Encrypts, and decrypts: `IV = salt * 2^16 XOR SSRC * 2^64 XOR index * 2^16`.
    fn encrypt(&self, data: &mut [u8], ssrc: u32, index: u64) {
        let [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13] = self.salt;
        let [r0, r1, r2, r3] = ssrc.to_be_bytes();
        let [_, _, i0, i1, i2, i3, i4, i5] = index.to_be_bytes();
        let iv = [
            s0,
            s1,
            s2,
            s3,
            s4 ^ r0,
            s5 ^ r1,
            s6 ^ r2,
            s7 ^ r3,
            s8 ^ i0,
            s9 ^ i1,
            s10 ^ i2,
            s11 ^ i3,
            s12 ^ i4,
            s13 ^ i5,
            0,
            0,
        ];
        let core: CtrCore<&Aes128Enc, ctr::flavors::Ctr128BE> =
            CtrCore::inner_iv_init(&self.cipher, &iv.into());
        StreamCipherCoreWrapper::from_core(core).apply_keystream(data);
    }

    fn code(&self, packet: &[u8], roc: &[u8]) -> Hmac<Sha1> {
        let mut mac = self.mac.clone();
        mac.update(packet);
        mac.update(roc);
        mac
    }
}

/// The roll-over counter, which is authenticated but not sent.
fn roc(index: u64) -> [u8; 4] {
    let [_, _, r0, r1, r2, r3, _, _] = index.to_be_bytes();
    [r0, r1, r2, r3]
}

#[cfg(test)]
mod tests {
    use aes::Aes128Enc;
    use aes::cipher::KeyInit;
    use hmac::Hmac;

    use super::AesCmStream;
    use crate::srtp::tests::hex;

    /// RFC 3711 appendix B.2: the keystream, which encrypting zeros shows.
    #[test]
    fn keystream_is_that_of_rfc_3711() {
        let key: [u8; 16] = hex("2B7E151628AED2A6ABF7158809CF4F3C").try_into().unwrap();
        let way = AesCmStream {
            cipher: Aes128Enc::new(&key.into()),
            salt: hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD").try_into().unwrap(),
            mac: Hmac::new_from_slice(&[]).unwrap(),
        };
        let mut data = vec![0; 0xFF02 * 16];
        way.encrypt(&mut data, 0, 0);
        let first = "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0";
        assert_eq!(data[..48], hex(first));
        let last = "EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE 6A2CC3787889374FBEB4C81B17BA6C44";
        assert_eq!(data[0xFEFF * 16..][..48], hex(last));
    }
}
