//! Writes the man pages of `agents` and of its commands to `target/man`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/man");
    std::fs::create_dir_all(&directory)?;
    clap_mangen::generate_to(agents::cli::command(), directory)
}
