//! G.711: one byte a sample at 8 kHz, in two laws (ITU-T G.711, 11/88).
//!
//! Linear samples are 16 bits, left-aligned: mu-law uses the upper 14 of them, A-law the upper 13, as the ITU-T
//! software tool library does. Decoding is a table of 256 values; encoding finds the segment by counting bits.
//!
//! ```text
//! bit   7      6 5 4      3 2 1 0
//!     sign   segment     step          mu-law: all bits inverted; A-law: even bits inverted (xor 0x55)
//! ```

/// The companding law; the RTP names are PCMU and PCMA (RFC 3551 section 4.5.14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Companding {
    /// Mu-law, PCMU, static payload type 0.
    Mu,
    /// A-law, PCMA, static payload type 8.
    A,
}

impl Companding {
    /// Both laws.
    pub const ALL: [Self; 2] = [Self::Mu, Self::A];

    /// The byte of a sample of value zero.
    pub const fn silence(self) -> u8 {
        match self {
            Self::Mu => 0xFF,
            Self::A => 0xD5,
        }
    }

    /// The 16-bit sample of a byte.
    #[expect(clippy::indexing_slicing, reason = "a byte always finds its entry of 256")]
    pub fn decode(self, byte: u8) -> i16 {
        match self {
            Self::Mu => MU_TABLE[usize::from(byte)],
            Self::A => A_TABLE[usize::from(byte)],
        }
    }

    /// The byte whose value is nearest to a 16-bit sample, by the law's decision values.
    pub fn encode(self, sample: i16) -> u8 {
        match self {
            Self::Mu => encode_mu(sample),
            Self::A => encode_a(sample),
        }
    }

    /// Encodes a whole sound.
    pub fn encode_all(self, samples: &[i16]) -> Vec<u8> {
        samples.iter().map(|sample| self.encode(*sample)).collect()
    }
}

static MU_TABLE: [i16; 256] = table(Companding::Mu);
static A_TABLE: [i16; 256] = table(Companding::A);

#[expect(clippy::indexing_slicing, reason = "the index runs over the table's length")]
const fn table(law: Companding) -> [i16; 256] {
    let mut values = [0; 256];
    let mut index = 0;
    while index < values.len() {
        values[index] = match law {
            Companding::Mu => expand_mu(index as u8),
            Companding::A => expand_a(index as u8),
        };
        index += 1;
    }
    values
}

/// The bias that makes every mu-law segment twice as long as the one below, in 14-bit units.
const MU_BIAS: i32 = 33;
/// The largest biased 14-bit magnitude; louder samples are clipped.
const MU_CLIP: i32 = 0x1FFF;

/// Table 2a/2b of G.711, decoder output values, scaled to 16 bits.
const fn expand_mu(byte: u8) -> i16 {
    let bits = !byte as i32;
    let segment = bits >> 4 & 7;
    let step = bits & 15;
    let magnitude = (((step << 1) + MU_BIAS) << segment) - MU_BIAS;
    let sample = magnitude << 2;
    (if bits & 0x80 == 0 { sample } else { -sample }) as i16
}

fn encode_mu(sample: i16) -> u8 {
    let negative = sample < 0;
    // One's complement, so that the two halves of the 16-bit range mirror each other.
    let magnitude = i32::from(if negative { !sample } else { sample }) >> 2;
    let biased = (magnitude + MU_BIAS).min(MU_CLIP);
    // `biased` is at least 33, so that its top bit is bit 5 or above: the segment is the distance from there.
    let segment = 26 - biased.leading_zeros();
    let step = biased >> (segment + 1) & 15;
    let bits = (segment as u8) << 4 | step as u8 | if negative { 0x80 } else { 0 };
    !bits
}

/// Table 1a/1b of G.711, decoder output values, scaled to 16 bits.
const fn expand_a(byte: u8) -> i16 {
    let bits = (byte ^ 0x55) as i32;
    let segment = bits >> 4 & 7;
    let step = bits & 15;
    let magnitude = match segment {
        0 => (step << 1) + 1,
        _ => ((step << 1) + 33) << (segment - 1),
    };
    let sample = magnitude << 3;
    (if bits & 0x80 == 0 { -sample } else { sample }) as i16
}

fn encode_a(sample: i16) -> u8 {
    let negative = sample < 0;
    let magnitude = i32::from(if negative { !sample } else { sample }) >> 4;
    let bits = if magnitude < 32 {
        magnitude
    } else {
        // From bit 5 on each further bit opens a segment of twice the step.
        let segment = 28 - magnitude.leading_zeros() as i32;
        segment << 4 | (magnitude >> (segment - 1) & 15)
    };
    (bits as u8 | if negative { 0 } else { 0x80 }) ^ 0x55
}

#[cfg(test)]
mod tests {
    use super::Companding;

    #[test]
    fn mu_law_gives_the_values_of_the_recommendation() {
        // Byte, and the decoder output value of table 2 (14 bits) times four.
        for (byte, value) in [
            (0x80, 8031),
            (0x8F, 4191),
            (0x90, 3999),
            (0xA0, 1983),
            (0xEF, 33),
            (0xFE, 2),
            (0xFF, 0),
            (0x00, -8031),
            (0x7E, -2),
            (0x7F, 0),
        ] {
            assert_eq!(
                i32::from(Companding::Mu.decode(byte)),
                value * 4,
                "byte {byte:#04x}"
            );
        }
    }

    #[test]
    fn a_law_gives_the_values_of_the_recommendation() {
        // Bits before the even ones are inverted, and the decoder output value of table 1 (13 bits) times eight.
        for (byte, value) in [
            (0xFF, 4032),
            (0xF0, 2112),
            (0xB0, 132),
            (0x80, 1),
            (0x81, 3),
            (0x00, -1),
            (0x7F, -4032),
        ] {
            assert_eq!(
                i32::from(Companding::A.decode(byte ^ 0x55)),
                value * 8,
                "bits {byte:#04x}"
            );
        }
    }

    #[test]
    fn every_byte_survives_decoding_and_encoding() {
        for law in Companding::ALL {
            for byte in 0..=255 {
                let again = law.encode(law.decode(byte));
                // Mu-law has two zeros; the negative one decodes to the same sample.
                let expected = if law == Companding::Mu && byte == 0x7F {
                    0xFF
                } else {
                    byte
                };
                assert_eq!(again, expected, "{law:?} {byte:#04x}");
            }
        }
    }

    #[test]
    fn no_sample_is_further_from_its_code_than_half_a_step() {
        for law in Companding::ALL {
            for sample in i16::MIN..=i16::MAX {
                let error = (i32::from(sample) - i32::from(law.decode(law.encode(sample)))).abs();
                let magnitude = i32::from(sample).abs();
                // The largest step of a segment is a sixteenth of the magnitude at its lower end.
                let allowed = if magnitude > 32_000 {
                    1_024
                } else {
                    magnitude / 32 + 8
                };
                assert!(error <= allowed, "{law:?} {sample}: off by {error}");
            }
        }
    }

    #[test]
    fn louder_samples_never_get_smaller_codes() {
        for law in Companding::ALL {
            let decoded: Vec<i16> = (i16::MIN..=i16::MAX).map(|s| law.decode(law.encode(s))).collect();
            assert!(decoded.is_sorted(), "{law:?} is not monotonic");
        }
    }

    #[test]
    fn silence_is_the_code_of_zero() {
        for law in Companding::ALL {
            assert_eq!(law.encode(0), law.silence());
        }
    }
}
