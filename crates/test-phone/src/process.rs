//! What a process costs, from `/proc`: CPU time and resident memory.

use std::time::Duration;
use std::{fs, io};

/// The clock ticks of `/proc/PID/stat` (USER_HZ): 100 a second in Linux's interface, whatever the kernel's own.
const TICK: Duration = Duration::from_millis(10);

/// A process that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process(u32);

/// What a process has used up to a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// CPU time of all its threads, user and system.
    pub cpu: Duration,
    /// Memory in RAM, in bytes.
    pub resident_bytes: u64,
}

impl Process {
    /// The process of that number.
    pub const fn new(pid: u32) -> Self {
        Self(pid)
    }

    /// The process that runs this.
    pub fn own() -> Self {
        Self(std::process::id())
    }

    /// What it has used so far.
    ///
    /// # Errors
    /// When there is no such process, or no `/proc`.
    pub fn usage(self) -> io::Result<Usage> {
        let read = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", self.0));
        let unreadable = || io::Error::new(io::ErrorKind::InvalidData, "/proc is not as expected");
        let cpu = cpu(&read("stat")?).ok_or_else(unreadable)?;
        let resident_bytes = resident(&read("status")?).ok_or_else(unreadable)?;
        Ok(Usage { cpu, resident_bytes })
    }
}

/// Fields 14 and 15 of `stat`, utime and stime; the name in field 2 may hold spaces and brackets.
fn cpu(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * user.checked_add(system)?)
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Process, cpu, resident};

    #[test]
    fn cpu_time_is_user_and_system_ticks_after_a_name_with_brackets() {
        let stat = "4242 (a) b (c) S 1 4242 4242 0 -1 4194560 900 0 0 0 150 50 7 7 20 0 9 0 100 1 2 3";
        assert_eq!(cpu(stat), Some(Duration::from_secs(2)));
        assert_eq!(cpu("4242 (short) S 1"), None);
    }

    #[test]
    fn memory_is_the_resident_set() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t    2048 kB\n"), Some(2 << 20));
        assert_eq!(resident("Name:\tx\n"), None, "a kernel thread has none");
    }

    #[test]
    fn own_process_is_found_and_a_missing_one_is_an_error() {
        assert!(Process::own().usage().unwrap().resident_bytes > 0);
        assert!(Process::new(u32::MAX).usage().is_err());
    }
}
