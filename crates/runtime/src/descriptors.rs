//! The process's limit of open files.
//!
//! A call takes two sockets, and the usual soft limit of 1,024 files is an old habit of shells, not of kernels: a
//! process may raise it to the hard limit by itself.

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};

/// Raises the soft limit of open files to the hard limit and returns it.
///
/// # Errors
/// The system refused to read or to raise it.
pub fn raise_limit() -> Result<rlim_t, Errno> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft < hard {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    }
    Ok(hard)
}

#[cfg(test)]
mod tests {
    use super::raise_limit;

    #[test]
    fn raising_twice_stays_at_the_hard_limit() {
        assert_eq!(raise_limit().unwrap(), raise_limit().unwrap());
    }
}
