//! The caller's number, made into what may be stored.
//!
//! The same caller must be recognised later (cool-down, opt-out), but nobody should read numbers out of the
//! database. So a number is stored as HMAC-SHA-256 under a key that stays on the node.
//!
//! What is hashed is the one notation that [`context::number`](aftercall_survey::context::number) gives a number. Before there was a number plan
//! the notation in which it came was hashed, so rows of then are looked up by the hashes of those notations as well.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use aftercall_survey::context::number::PhoneNumber;

const KEY_BYTES: usize = 32;
const NOT_A_KEY: &str = "is not a key of 32 bytes; restore it, or remove it to have a new one made, which recognises no earlier caller";

/// Hashes caller numbers under the deployment's key.
#[derive(Clone)]
pub struct CallerHasher {
    keyed: Hmac<Sha256>,
}

impl CallerHasher {
    /// A hasher with this key.
    pub fn new(key: &[u8; KEY_BYTES]) -> Self {
        Self {
            keyed: Hmac::new_from_slice(key).expect("HMAC takes a key of any length"),
        }
    }

    /// Reads the key from its file, or makes the file with a key from `fresh`.
    ///
    /// # Errors
    /// The file can be neither read nor made, or does not hold a key of 32 bytes.
    pub fn from_file(path: &Path, fresh: [u8; KEY_BYTES]) -> io::Result<Self> {
        match Self::read_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                write_key(path, &fresh)?;
                Ok(Self::new(&fresh))
            }
            read => read,
        }
    }

    /// Reads the key from its file.
    ///
    /// # Errors
    /// As the system says; [`io::ErrorKind::InvalidData`] when the file does not hold a key of 32 bytes.
    pub fn read_file(path: &Path) -> io::Result<Self> {
        let mut bytes = Vec::with_capacity(KEY_BYTES);
        // One more than a key, so that a file with something else in it is not taken for one.
        std::fs::File::open(path)?
            .take(KEY_BYTES as u64 + 1)
            .read_to_end(&mut bytes)?;
        <&[u8; KEY_BYTES]>::try_from(bytes.as_slice())
            .map(Self::new)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, NOT_A_KEY))
    }

    /// The hash of one notation as 64 hexadecimal digits.
    pub fn hash(&self, notation: &str) -> String {
        let mut mac = self.keyed.clone();
        mac.update(notation.as_bytes());
        let bytes = mac.finalize().into_bytes();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// By what a caller is recognised.
    pub fn keys(&self, number: &PhoneNumber) -> CallerKeys {
        CallerKeys {
            hash: self.hash(number.as_str()),
            former_hashes: number
                .earlier_notations()
                .iter()
                .map(|former| self.hash(former))
                .collect(),
        }
    }
}

/// By what a caller is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerKeys {
    /// The hash that is stored.
    pub hash: String,
    /// Hashes by which the same caller may have been stored before the number plan was set.
    pub former_hashes: Vec<String>,
}

impl CallerKeys {
    /// All of them, the one that is stored first.
    pub fn all(&self) -> Vec<String> {
        [&self.hash]
            .into_iter()
            .chain(&self.former_hashes)
            .cloned()
            .collect()
    }
}

impl fmt::Debug for CallerHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallerHasher")
    }
}

/// Writes the key beside its place and moves it there, so that a crash leaves a whole key or none.
fn write_key(path: &Path, key: &[u8; KEY_BYTES]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    aftercall_runtime::private::create_parent(path)?;
    let beside = path.with_extension("new");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(key)?;
    file.sync_all()?;
    std::fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::CallerHasher;
    use aftercall_survey::context::number::{Country, NumberOrigin, NumberingPlan};

    #[test]
    fn hash_is_that_of_the_notation_under_the_key_and_stays_what_it_was() {
        let hasher = CallerHasher::new(&[1; 32]);
        let hash = hasher.hash("+358401234567");
        assert_eq!(
            hash, "c863f891c25ba9555cc981062b62cec97620a7f87bfbafc3fc4bf0d4bf9a8a94",
            "callers of earlier versions are recognised by it"
        );
        assert_ne!(hasher.hash("+358401234568"), hash);
        assert_ne!(CallerHasher::new(&[2; 32]).hash("+358401234567"), hash);
    }

    #[test]
    fn caller_of_any_notation_is_found_under_the_hash_of_every_other() {
        let hasher = CallerHasher::new(&[1; 32]);
        let plan = NumberingPlan::of(Country::new("358", None, None, None).unwrap());
        for old in ["0401234567", "00358401234567", "358401234567", "+358401234567"] {
            let before = hasher.hash(old);
            for new in ["+358 40 123 4567", "0401234567", "tel:+358-40-1234567"] {
                let keys = hasher.keys(&plan.number(new, NumberOrigin::Configured).unwrap());
                assert!(keys.all().contains(&before), "{old} {new}");
            }
        }
    }

    #[test]
    fn key_file_is_made_once_and_only_its_owner_reads_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/caller.key");
        let first = CallerHasher::from_file(&path, [7; 32]).unwrap().hash("100");
        let second = CallerHasher::from_file(&path, [8; 32]).unwrap().hash("100");
        assert_eq!(first, second, "the key of the first start stays");
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn key_file_of_another_length_is_refused_and_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("caller.key");
        for length in [0, 5, 33] {
            std::fs::write(&path, vec![1; length]).unwrap();
            assert!(CallerHasher::from_file(&path, [7; 32]).is_err(), "{length} bytes");
            assert_eq!(std::fs::metadata(&path).unwrap().len(), length as u64);
        }
    }
}
