//! aftercall on the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    aftercall::cli::main()
}
