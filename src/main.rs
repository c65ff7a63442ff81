//! aftercall on the command line.

fn main() {}
