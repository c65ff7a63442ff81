//! Master keys as SDES carries them. They never show in a log: `Debug` names the suite only.

use std::fmt;

use super::Suite;

/// The longest key and salt.
const MOST_KEY: usize = 32;
const MOST_SALT: usize = 14;

/// A master key and master salt, and the suite that they are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MasterKey {
    suite: Suite,
    key: [u8; MOST_KEY],
    salt: [u8; MOST_SALT],
}

impl MasterKey {
    /// From the octets of an `inline:` parameter, the key followed by the salt; `None` when they are too few or too
    /// many for the suite.
    pub fn from_octets(suite: Suite, octets: &[u8]) -> Option<Self> {
        let (key, salt) = octets.split_at_checked(suite.key_octets())?;
        if salt.len() != suite.salt_octets() {
            return None;
        }
        let mut master = Self {
            suite,
            key: [0; MOST_KEY],
            salt: [0; MOST_SALT],
        };
        master.key.get_mut(..key.len())?.copy_from_slice(key);
        master.salt.get_mut(..salt.len())?.copy_from_slice(salt);
        Some(master)
    }

    /// A new key, drawn from `rng`, which must be fit for keys.
    pub fn draw(suite: Suite, rng: &mut impl rand::CryptoRng) -> Self {
        let mut master = Self {
            suite,
            key: [0; MOST_KEY],
            salt: [0; MOST_SALT],
        };
        for (room, octets) in [
            (master.key.as_mut_slice(), suite.key_octets()),
            (master.salt.as_mut_slice(), suite.salt_octets()),
        ] {
            if let Some(room) = room.get_mut(..octets) {
                rng.fill_bytes(room);
            }
        }
        master
    }

    /// The suite.
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// Key and salt, for an `inline:` parameter.
    pub fn octets(&self) -> Vec<u8> {
        [self.key(), self.salt()].concat()
    }

    pub(super) fn key(&self) -> &[u8] {
        self.key.get(..self.suite.key_octets()).unwrap_or_default()
    }

    fn salt(&self) -> &[u8] {
        self.salt.get(..self.suite.salt_octets()).unwrap_or_default()
    }

    /// The salt as key derivation takes it: the 96 bits of GCM are followed by zeros (RFC 7714 section 11).
    pub(super) const fn padded_salt(&self) -> [u8; MOST_SALT] {
        self.salt
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({}, hidden)", self.suite)
    }
}

/// A master key identifier that stands in each packet of the peer (RFC 3711 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mki {
    value: [u8; 8],
    octets: u8,
}

impl Mki {
    /// The identifier `value`, written in so many octets, 1 to 8; `None` when it does not fit.
    pub fn new(value: u64, octets: u8) -> Option<Self> {
        let fits = match octets {
            0 | 9.. => false,
            8 => true,
            fewer => value >> (8 * u32::from(fewer)) == 0,
        };
        fits.then_some(Self {
            value: value.to_be_bytes(),
            octets,
        })
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.value.get(8 - usize::from(self.octets)..).unwrap_or_default()
    }
}

/// The keys of a call: ours for what we send, the peer's for what it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SrtpKeys {
    /// For what we send.
    pub local: MasterKey,
    /// For what the peer sends.
    pub remote: MasterKey,
    /// The identifier in the peer's packets, where it uses one. Ours carry none.
    pub remote_mki: Option<Mki>,
}
