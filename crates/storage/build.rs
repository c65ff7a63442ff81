//! Builds the crate again when a migration is added: `sqlx::migrate!` alone sees only changes of those that it has read.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations/sqlite");
}
