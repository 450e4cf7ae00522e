//! The small writers of `tests/corpus`, each with what is known of it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

/// Where the writers are.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// One writer.
#[derive(Clone, Debug, Deserialize)]
pub struct Writer {
    pub name: String,
    pub language: String,
    pub source: String,
    pub verdicts: Vec<String>,
}

#[derive(Deserialize)]
struct Corpus {
    writer: Vec<Writer>,
}

/// All writers, by their names.
pub fn writers() -> io::Result<BTreeMap<String, Writer>> {
    let text = fs::read_to_string(directory().join("corpus.toml"))?;
    let corpus: Corpus = toml::from_str(&text).map_err(io::Error::other)?;
    Ok(corpus
        .writer
        .into_iter()
        .map(|it| (it.name.clone(), it))
        .collect())
}

impl Writer {
    /// The command that runs it; one that needs a compiler is built in `directory`.
    pub fn command(&self, directory: &Path) -> io::Result<Vec<String>> {
        let source = self::directory().join(&self.source).display().to_string();
        let program = directory.join(&self.name).display().to_string();
        let built = match self.language.as_str() {
            "python" => {
                let isolated = ["-I".to_owned(), "-S".to_owned()]; // it starts twice as fast
                return Ok([vec![interpreter()?], isolated.to_vec(), vec![source]].concat());
            }
            "rust" => Command::new("rustc")
                .args(["--edition", "2024", "-O", &source, "-o", &program])
                .output()?,
            "c-static" => Command::new("gcc")
                .args(["-O2", "-static", &source, "-o", &program])
                .output()?,
            _ => Command::new("gcc")
                .args(["-O2", &source, "-o", &program])
                .output()?,
        };
        if built.status.success() {
            Ok(vec![program])
        } else {
            Err(io::Error::other(
                String::from_utf8_lossy(&built.stderr).into_owned(),
            ))
        }
    }
}

/// Python itself: what is called `python3` may be a script that looks for it.
pub fn interpreter() -> io::Result<String> {
    let asked = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .stderr(Stdio::inherit())
        .output()?;
    Ok(String::from_utf8_lossy(&asked.stdout).trim().to_owned())
}
