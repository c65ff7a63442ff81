//! The session keys of one direction, whatever the suite.

use aes_gcm::{Aes128Gcm, Aes256Gcm};

use super::counter_mode::CounterMode;
use super::galois::{self, AesGcm};
use super::{Forged, MasterKey, Suite};

/// Boxed, because the expanded keys are as large as they are rarely made.
pub(super) enum Transform {
    CounterMode(Box<CounterMode>),
    Galois128(Box<AesGcm<Aes128Gcm>>),
    Galois256(Box<AesGcm<Aes256Gcm>>),
}

impl Transform {
    pub(super) fn new(master: &MasterKey) -> Self {
        match master.suite() {
            Suite::AesCm128HmacSha1_80 => Self::CounterMode(Box::new(CounterMode::new(master, 10))),
            Suite::AesCm128HmacSha1_32 => Self::CounterMode(Box::new(CounterMode::new(master, 4))),
            Suite::AeadAes128Gcm => Self::Galois128(Box::new(AesGcm::new::<16>(master))),
            Suite::AeadAes256Gcm => Self::Galois256(Box::new(AesGcm::new::<32>(master))),
        }
    }

    /// Seals the packet in the first `length` octets; `None` when the tag does not fit behind it.
    pub(super) fn seal_rtp(
        &self,
        buffer: &mut [u8],
        length: usize,
        header: usize,
        ssrc: u32,
        index: u64,
    ) -> Option<usize> {
        match self {
            Self::CounterMode(keys) => keys.seal_rtp(buffer, length, header, ssrc, index),
            Self::Galois128(keys) => keys.seal_rtp(buffer, length, header, ssrc, index),
            Self::Galois256(keys) => keys.seal_rtp(buffer, length, header, ssrc, index),
        }
    }

    /// Opens a packet whose header has `header` octets, and returns its length; changes it only when it verifies.
    pub(super) fn open_rtp(
        &self,
        packet: &mut [u8],
        header: usize,
        mki: &[u8],
        ssrc: u32,
        index: u64,
    ) -> Result<usize, Forged> {
        match self {
            Self::CounterMode(keys) => keys.open_rtp(packet, header, mki, ssrc, index),
            Self::Galois128(keys) => keys.open_rtp(packet, header, mki, ssrc, index),
            Self::Galois256(keys) => keys.open_rtp(packet, header, mki, ssrc, index),
        }
    }

    pub(super) fn seal_rtcp(&self, buffer: &mut [u8], length: usize, ssrc: u32, index: u32) -> Option<usize> {
        match self {
            Self::CounterMode(keys) => keys.seal_rtcp(buffer, length, ssrc, index),
            Self::Galois128(keys) => keys.seal_rtcp(buffer, length, ssrc, index),
            Self::Galois256(keys) => keys.seal_rtcp(buffer, length, ssrc, index),
        }
    }

    /// The E flag and the index of an SRTCP packet, before anything is verified.
    pub(super) fn rtcp_word(&self, packet: &[u8], mki: &[u8]) -> Option<u32> {
        match self {
            Self::CounterMode(_) => CounterMode::rtcp_word(packet, mki),
            Self::Galois128(_) | Self::Galois256(_) => galois::rtcp_word(packet, mki),
        }
    }

    pub(super) fn open_rtcp(
        &self,
        packet: &mut [u8],
        mki: &[u8],
        ssrc: u32,
        index: u32,
    ) -> Result<usize, Forged> {
        match self {
            Self::CounterMode(keys) => keys.open_rtcp(packet, mki, ssrc, index),
            Self::Galois128(keys) => keys.open_rtcp(packet, mki, ssrc, index),
            Self::Galois256(keys) => keys.open_rtcp(packet, mki, ssrc, index),
        }
    }
}
