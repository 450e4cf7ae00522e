//! The small writers of `tests/corpus`, each with what is known of it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

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
    /// The command that runs it; one that needs a compiler is built.
    pub fn command(&self) -> io::Result<Vec<String>> {
        let source = directory().join(&self.source);
        let compiler: &[&str] = match self.language.as_str() {
            "python" => {
                let isolated = ["-I", "-S"].map(str::to_owned); // it starts twice as fast
                let command = [interpreter()?].into_iter().chain(isolated);
                return Ok(command.chain([source.display().to_string()]).collect());
            }
            "rust" => &["rustc", "--edition", "2024", "-O"],
            "c-static" => &["gcc", "-O2", "-static"],
            _ => &["gcc", "-O2"],
        };
        let program = built(compiler, &source, &self.name)?;
        Ok(vec![program.display().to_string()])
    }
}

/// The program of that name, which is built unless it has been since its source was written.
pub fn built(compiler: &[&str], source: &Path, name: &str) -> io::Result<PathBuf> {
    let programs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let program = programs.join(name);
    if !is_newer(&program, source)? {
        fs::create_dir_all(&programs)?;
        build(compiler, source, &program)?;
    }
    Ok(program)
}

fn is_newer(program: &Path, source: &Path) -> io::Result<bool> {
    let written = fs::metadata(source)?.modified()?;
    match fs::metadata(program) {
        Ok(metadata) => Ok(metadata.modified()? > written),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Builds a program whole or not at all: another run may be about to start it.
fn build(compiler: &[&str], source: &Path, program: &Path) -> io::Result<()> {
    let unfinished = tempfile::tempdir_in(program.parent().unwrap_or(program))?;
    let output = unfinished.path().join("program");
    let built = Command::new(compiler[0])
        .args(&compiler[1..])
        .arg(source)
        .arg("-o")
        .arg(&output)
        .output()?;
    if !built.status.success() {
        let why = String::from_utf8_lossy(&built.stderr).into_owned();
        return Err(io::Error::other(why));
    }
    fs::rename(output, program)
}

/// Python itself: what is called `python3` may be a script that looks for it, and takes its time.
pub fn interpreter() -> io::Result<String> {
    static FOUND: LazyLock<Result<String, String>> =
        LazyLock::new(|| ask_for_python().map_err(|error| error.to_string()));
    FOUND.clone().map_err(io::Error::other)
}

fn ask_for_python() -> io::Result<String> {
    let asked = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .stderr(Stdio::inherit())
        .output()?;
    Ok(String::from_utf8_lossy(&asked.stdout).trim().to_owned())
}
