//! Passwords: what they must be like, how they are hashed and compared.
//!
//! argon2id with 19 MiB, two passes, one lane (OWASP's recommendation for machines that have other work to do). Hashing is work on purpose, so it runs on two
//! threads of its own, each with memory of its own, and few may wait: a flood of attempts costs 38 MiB and two threads, and no call its time. (On the
//! threads for blocking work, which are many, the allocator would keep the memory for each that ever hashed: 1.3 GB after 180 attempts.)

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use rand::RngExt;
use rand::rngs::StdRng;
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;

use aftercall_runtime::lifecycle::spawn_thread;

/// Passwords that are hashed at once.
const AT_ONCE: usize = 2;
/// Those that wait beside them: the places of the queue, and nothing else decides who is refused.
const MOST_WAITING: usize = 32;

/// KiB of memory, as of RFC 9106 `m`.
const MEMORY_KIB: u32 = 19_456;
/// Passes, `t`.
const PASSES: u32 = 2;
/// Lanes, `p`.
const LANES: u32 = 1;
/// Bytes of salt, as RFC 9106 section 3.1 recommends.
const SALT: usize = 16;

/// Fewest characters of a password that a person chooses.
const SHORTEST: usize = 12;
/// Most bytes of one; what is longer is not even hashed.
pub(super) const LONGEST: usize = 256;

/// A password that may be chosen.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

/// Why a password may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// It has fewer than 12 characters.
    #[error("a password has at least {SHORTEST} characters")]
    TooShort,
    /// It has more than 256 bytes.
    #[error("a password has at most {LONGEST} bytes")]
    TooLong,
    /// It is the name of the user, or the same sign over and over.
    #[error("a password must not be easy to guess")]
    Guessable,
}

impl NewPassword {
    /// Reads a password that the user `name` wants.
    ///
    /// # Errors
    /// It is too short, too long, or easily guessed.
    pub fn read(text: &str, name: &str) -> Result<Self, PasswordFault> {
        if text.len() > LONGEST {
            return Err(PasswordFault::TooLong);
        }
        if text.chars().count() < SHORTEST {
            return Err(PasswordFault::TooShort);
        }
        let mut signs = text.chars();
        let first = signs.next();
        let is_one_sign = signs.all(|sign| Some(sign) == first);
        if is_one_sign || text.to_lowercase().contains(&name.to_lowercase()) && name.chars().count() > 3 {
            return Err(PasswordFault::Guessable);
        }
        Ok(Self(text.to_owned()))
    }

    /// A random one to be given to somebody: 80 bits, in groups that can be read aloud.
    pub fn one_time(rng: &mut StdRng) -> Self {
        // Crockford's digits: none of them is taken for another.
        const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let groups: [String; 4] = std::array::from_fn(|_| {
            let digit = |_| {
                DIGITS
                    .get(rng.random_range(0..DIGITS.len()))
                    .copied()
                    .unwrap_or(b'0')
            };
            (0..4).map(digit).map(char::from).collect()
        });
        Self(groups.join("-"))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The PHC string, with a salt of its own. Takes tens of milliseconds of a core: not for the threads of the runtime.
    pub fn hash(&self, rng: &mut StdRng) -> Option<String> {
        let salt: [u8; SALT] = rng.random();
        hashed(&mut Workspace::default(), self.0.as_bytes(), &salt)
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword")
    }
}

/// Too many passwords wait to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many sign-ins at once")]
pub struct PasswordsBusy;

/// Something to be hashed.
type Work = Box<dyn FnOnce(&mut Workspace) + Send>;

/// Compares and hashes passwords, few at once.
#[derive(Debug)]
pub(super) struct Passwords {
    /// For the threads, which end when this is dropped.
    work: SyncSender<Work>,
    /// What the password of an unknown name is compared with, so that it takes as long as for a known one.
    of_nobody: Arc<str>,
}

impl Passwords {
    pub(super) fn new(rng: &mut StdRng) -> Self {
        let salt: [u8; SALT] = rng.random();
        let password: [u8; 32] = rng.random();
        let (work, queue) = sync_channel(MOST_WAITING);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..AT_ONCE {
            let queue = Arc::clone(&queue);
            if let Err(error) = spawn_thread("password", move || async move { work_off(&queue) }) {
                tracing::error!(%error, "cannot start a thread for passwords");
            }
        }
        Self {
            work,
            of_nobody: hashed(&mut Workspace::default(), &password, &salt)
                .unwrap_or_default()
                .into(),
        }
    }

    /// Whether a password is the one of a hash. Without a hash it is not, and that takes as long.
    pub(super) async fn verify(&self, password: String, hash: Option<&str>) -> Result<bool, PasswordsBusy> {
        let is_known = hash.is_some();
        let hash = hash.map_or_else(|| Arc::clone(&self.of_nobody), Arc::from);
        let fits = self
            .work(move |workspace| is_of(workspace, password.as_bytes(), &hash))
            .await?;
        Ok(is_known && fits)
    }

    /// The PHC string of a password.
    pub(super) async fn hash(
        &self,
        password: NewPassword,
        mut rng: StdRng,
    ) -> Result<Option<String>, PasswordsBusy> {
        let salt: [u8; SALT] = rng.random();
        self.work(move |workspace| hashed(workspace, password.expose().as_bytes(), &salt))
            .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Workspace) -> T + Send + 'static,
    ) -> Result<T, PasswordsBusy> {
        let (sender, done) = oneshot::channel();
        let work = Box::new(move |workspace: &mut Workspace| {
            // Whoever has closed the connection waits no more: others are to have the time.
            if !sender.is_closed() {
                let _ = sender.send(work(workspace));
            }
        });
        self.work.try_send(work).map_err(|_| PasswordsBusy)?;
        done.await.map_err(|_| PasswordsBusy)
    }
}

/// What a thread does until nobody can send work any more.
fn work_off(queue: &Mutex<Receiver<Work>>) {
    let mut workspace = Workspace::default();
    loop {
        let work = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match work {
            Ok(work) => work(&mut workspace),
            Err(_) => return,
        }
    }
}

/// The memory in which one thread hashes. It is kept from one password to the next: asked for anew each time, aligned as it has to be, the allocator
/// (glibc) finds no room for it in what was given back, and the process grows by as much for each of the first passwords.
#[derive(Default)]
struct Workspace(Vec<Block>);

impl Workspace {
    /// The hash of a password with these parameters, as many bytes as `out` has.
    fn hash(&mut self, parameters: Params, password: &[u8], salt: &[u8], out: &mut [u8]) -> Option<()> {
        let blocks = self.0.len().max(parameters.block_count());
        self.0.resize(blocks, Block::new());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
        argon2
            .hash_password_into_with_memory(password, salt, out, self.0.as_mut_slice())
            .ok()
    }
}

/// The PHC string of a password with our parameters.
fn hashed(workspace: &mut Workspace, password: &[u8], salt: &[u8]) -> Option<String> {
    let parameters = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
    workspace.hash(parameters, password, salt, &mut hash)?;
    let text = |bytes: &[u8]| BASE64_STANDARD_NO_PAD.encode(bytes);
    let version = u32::from(Version::V0x13);
    let (salt, hash) = (text(salt), text(&hash));
    Some(format!(
        "$argon2id$v={version}$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}"
    ))
}

/// Compares with the parameters of the hash. One of another kind, or that wants more memory or time than ours, was not made by us, and is nobody's.
fn is_of(workspace: &mut Workspace, password: &[u8], hash: &str) -> bool {
    let Ok(known) = PasswordHash::new(hash) else {
        return false;
    };
    let is_ours = known.algorithm.as_str() == Algorithm::Argon2id.as_str()
        && known.version == Some(u32::from(Version::V0x13));
    let (Ok(parameters), Some(salt), Some(expected)) = (Params::try_from(&known), &known.salt, &known.hash)
    else {
        return false;
    };
    let is_cheap =
        parameters.m_cost() <= MEMORY_KIB && parameters.t_cost() <= PASSES && parameters.p_cost() <= LANES;
    let mut found = vec![0; expected.as_bytes().len()];
    is_ours
        && is_cheap
        && workspace
            .hash(parameters, password, salt.as_ref(), &mut found)
            .is_some()
        && bool::from(found.ct_eq(expected.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex, mpsc};

    use futures_util::FutureExt;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::{
        AT_ONCE, MOST_WAITING, NewPassword, PasswordFault, Passwords, PasswordsBusy, Workspace, is_of,
    };

    fn rng() -> StdRng {
        StdRng::seed_from_u64(7)
    }

    #[test]
    fn password_is_long_and_not_the_name() {
        for (text, expected) in [
            ("correct horse", Ok(())),
            ("äöüäöüäöüäöü", Ok(())),
            ("elevenchars", Err(PasswordFault::TooShort)),
            ("xxxxxxxxxxxx", Err(PasswordFault::Guessable)),
            ("Susanna-Susanna", Err(PasswordFault::Guessable)),
        ] {
            assert_eq!(NewPassword::read(text, "susanna").map(drop), expected, "{text}");
        }
        let long = "ab".repeat(129);
        assert_eq!(NewPassword::read(&long, "x"), Err(PasswordFault::TooLong));
        assert!(
            NewPassword::read("a password with it", "it").is_ok(),
            "short names are in many words"
        );
    }

    #[test]
    fn one_time_password_may_be_chosen_and_is_another_each_time() {
        let mut rng = rng();
        let (one, other) = (NewPassword::one_time(&mut rng), NewPassword::one_time(&mut rng));
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.expose().len(), 19);
        assert!(NewPassword::read(one.expose(), "admin").is_ok());
        assert_eq!(format!("{one:?}"), "NewPassword");
    }

    #[test]
    fn hash_is_of_its_password_only_and_foreign_parameters_are_refused() {
        let password = NewPassword::read("correct horse", "anna").unwrap();
        let hash = password.hash(&mut rng()).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        // One workspace for all, as a thread has it.
        let mut workspace = Workspace::default();
        let mut is_of = |password: &[u8], hash: &str| is_of(&mut workspace, password, hash);
        assert!(is_of(b"correct horse", &hash));
        for wrong in ["correct horsf", "", "Correct horse"] {
            assert!(!is_of(wrong.as_bytes(), &hash), "{wrong}");
        }
        let greedy = hash.replace("m=19456", "m=4194304");
        assert!(!is_of(b"correct horse", &greedy));
        // A test vector of the reference implementation (phc-winner-argon2, src/test.c): 256 KiB, two passes.
        let other = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(is_of(b"password", other) && !is_of(b"Password", other));
        assert!(is_of(b"correct horse", &hash), "after one that needs less memory");
        for foreign in [hash.replace("argon2id", "argon2i"), hash.replace("v=19", "v=16")] {
            assert!(!is_of(b"correct horse", &foreign), "{foreign}");
        }
        for broken in ["", "$argon2id$", "plain", &hash[..40]] {
            assert!(!is_of(b"correct horse", broken), "{broken}");
        }
    }

    #[tokio::test]
    async fn unknown_name_is_compared_with_nothing_that_fits() {
        let passwords = Passwords::new(&mut rng());
        assert_eq!(
            passwords.verify("correct horse".to_owned(), None).await,
            Ok(false)
        );
        let hash = passwords
            .hash(NewPassword::read("correct horse", "x").unwrap(), rng())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            passwords.verify("correct horse".to_owned(), Some(&hash)).await,
            Ok(true)
        );
    }

    #[tokio::test]
    async fn flood_is_refused_beyond_those_that_wait_and_whoever_has_left_costs_nothing() {
        let passwords = Passwords::new(&mut rng());
        let (hold, held) = mpsc::sync_channel::<()>(1);
        let held = Arc::new(Mutex::new(held));
        let (started, mut starts) = tokio::sync::mpsc::channel(AT_ONCE);
        let mut blocked: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let (held, started) = (Arc::clone(&held), started.clone());
                Box::pin(passwords.work(move |_| {
                    started.try_send(()).unwrap();
                    held.lock().unwrap().recv().unwrap_err();
                }))
            })
            .collect();
        for work in &mut blocked {
            assert!(work.as_mut().now_or_never().is_none());
            starts.recv().await.unwrap();
            // The other thread waits for the lock, or for the channel: both are at work.
        }
        let compared = Arc::new(AtomicUsize::new(0));
        let leave = || {
            let compared = Arc::clone(&compared);
            let work = passwords.work(move |_| compared.fetch_add(1, Ordering::SeqCst));
            work.now_or_never()
        };
        for number in 0..MOST_WAITING {
            assert_eq!(leave(), None, "place {number}");
        }
        assert_eq!(leave(), Some(Err(PasswordsBusy)));
        drop(hold);
        for work in blocked {
            work.await.unwrap();
        }
        // Places become free one after the other.
        let mut last = passwords.verify(String::new(), None).await;
        while last == Err(PasswordsBusy) {
            tokio::task::yield_now().await;
            last = passwords.verify(String::new(), None).await;
        }
        assert_eq!(last, Ok(false));
        assert_eq!(compared.load(Ordering::SeqCst), 0, "nobody waits for these");
    }
}
