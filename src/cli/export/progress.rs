//! How far an export is, on standard error.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use tokio::time::Instant;

use aftercall_report::export::ExportProgress;

/// Work that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two lines on a terminal, where each replaces the one before.
const ON_TERMINAL: Duration = Duration::from_millis(250);
/// Between two lines elsewhere.
const ELSEWHERE: Duration = Duration::from_secs(10);

/// Lines of progress.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
    is_terminal: bool,
    begun: Instant,
    /// When a line was written last.
    last: Option<Instant>,
}

impl Progress {
    /// On a terminal, or wherever it is asked for.
    pub(super) fn new(is_asked_for: bool) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self {
            is_shown: is_terminal || is_asked_for,
            is_terminal,
            begun: Instant::now(),
            last: None,
        }
    }

    /// Shows how far it is, if it is time to.
    pub(super) fn show(&mut self, at: ExportProgress) {
        if !self.is_shown {
            return;
        }
        let now = Instant::now();
        let between = if self.is_terminal { ON_TERMINAL } else { ELSEWHERE };
        let is_due = match self.last {
            None => now - self.begun >= PATIENCE,
            Some(last) => now - last >= between || at.is_read,
        };
        if !is_due {
            return;
        }
        self.last = Some(now);
        let line = line(at, now - self.begun);
        // Where it cannot be shown, the export goes on.
        let _unseen = self.write(&line, at.is_read);
    }

    fn write(&self, line: &str, is_last: bool) -> std::io::Result<()> {
        let mut err = std::io::stderr().lock();
        if self.is_terminal {
            write!(err, "\r\x1b[K{line}")?;
            if is_last {
                writeln!(err)?;
            }
        } else {
            writeln!(err, "{line}")?;
        }
        err.flush()
    }
}

/// Such as `1200000 of 10000000 calls (12 %), 85000 calls/s`.
fn line(at: ExportProgress, elapsed: Duration) -> String {
    let rate = at.calls as f64 / elapsed.as_secs_f64().max(0.001);
    let of = match at.of_calls {
        // Calls come meanwhile, and days may wait to be counted anew.
        Some(all) if all >= at.calls => {
            let percent = 100.0 * at.calls as f64 / all.max(1) as f64;
            format!(" of {all} calls ({percent:.0} %)")
        }
        Some(_) | None => " calls".to_owned(),
    };
    let finishing = if at.is_read { "; finishing the file" } else { "" };
    format!("aftercall: {}{of}, {rate:.0} calls/s{finishing}", at.calls)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::line;
    use aftercall_report::export::ExportProgress;

    #[test]
    fn line_has_share_and_rate_where_they_are_known() {
        let at = ExportProgress {
            calls: 1_200,
            of_calls: Some(10_000),
            rows: 1_200,
            is_read: false,
        };
        let second = Duration::from_secs(1);
        assert_eq!(
            line(at, second),
            "aftercall: 1200 of 10000 calls (12 %), 1200 calls/s"
        );
        let whole = ExportProgress {
            of_calls: None,
            is_read: true,
            ..at
        };
        assert_eq!(
            line(whole, 2 * second),
            "aftercall: 1200 calls, 600 calls/s; finishing the file"
        );
    }
}
