//! What other programs do while ours waits at a failpoint.

use std::fs::{self, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use untorn_runner::faults::Hit;

/// How long the program may take to reach the failpoint.
const REACH_MAX: Duration = Duration::from_secs(10);

/// Something that happens each of the first few times that the program reaches a failpoint.
#[derive(Debug)]
pub struct Meanwhile {
    /// The failpoint.
    pub point: &'static str,
    /// At which of the times that it is reached.
    pub hit: Hit,
    /// How often it happens.
    pub times: usize,
    /// What happens.
    pub action: Action,
}

/// What can happen.
#[derive(Debug)]
pub enum Action {
    /// An editor saves a file by replacing it; each time with one more line `# saved`.
    Replace(PathBuf, String),
    /// An editor saves a file by writing into it; each time with one more line `# saved`.
    Overwrite(PathBuf, String),
    /// Somebody changes the mode of a file.
    ChangeMode(PathBuf, Permissions),
    /// Somebody moves a directory of files away, and puts a copy in its place.
    ReplaceDirectory(PathBuf),
    /// The directory that was moved away comes back.
    RestoreDirectory(PathBuf),
    /// Somebody moves a directory away, and makes a FIFO in its place.
    ReplaceDirectoryByFifo(PathBuf),
    /// Somebody removes a directory with all that is in it.
    RemoveDirectory(PathBuf),
    /// A reader reads a file, and keeps what it saw.
    Read(PathBuf, Vec<String>),
}

impl Meanwhile {
    /// What a reader has seen.
    pub fn seen(&self) -> &[String] {
        match &self.action {
            Action::Read(_, seen) => seen,
            _ => &[],
        }
    }

    /// Lets it happen whenever the program waits; `gate` is what the program waits for.
    pub fn happen(&mut self, struck: &Path, gate: &Path) -> Result<(), String> {
        for time in 1..=self.times {
            self.wait(struck, time)?;
            self.act(time).map_err(|error| error.to_string())?;
            fs::write(gate, "").map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn wait(&self, struck: &Path, time: usize) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < REACH_MAX {
            let log = fs::read_to_string(struck).unwrap_or_default();
            if log.lines().filter(|line| *line == self.point).count() >= time {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err(format!(
            "the program did not reach {} {time} times",
            self.point
        ))
    }

    fn act(&mut self, time: usize) -> io::Result<()> {
        let saved = "# saved\n".repeat(time);
        match &mut self.action {
            Action::Replace(path, text) => {
                let new = path.with_extension("new");
                fs::write(&new, format!("{text}{saved}"))?;
                fs::rename(new, path)
            }
            Action::Overwrite(path, text) => fs::write(path, format!("{text}{saved}")),
            Action::ChangeMode(path, mode) => fs::set_permissions(path, mode.clone()),
            Action::ReplaceDirectory(path) => replace_directory(path),
            Action::RestoreDirectory(path) => {
                fs::remove_dir_all(&*path)?;
                fs::rename(moved(path), path)
            }
            Action::ReplaceDirectoryByFifo(path) => {
                fs::rename(&*path, moved(path))?;
                make_fifo(path.components().as_path())
            }
            Action::RemoveDirectory(path) => fs::remove_dir_all(path),
            Action::Read(path, seen) => {
                seen.push(fs::read_to_string(path)?);
                Ok(())
            }
        }
    }
}

/// Makes a FIFO that its owner can read and write.
pub fn make_fifo(path: &Path) -> io::Result<()> {
    let mode = Mode::RUSR | Mode::WUSR;
    Ok(mknodat(CWD, path, FileType::Fifo, mode, 0)?)
}

/// Where a directory is that was moved away.
pub fn moved(directory: &Path) -> PathBuf {
    directory.with_extension("moved")
}

fn replace_directory(path: &Path) -> io::Result<()> {
    let moved = moved(path);
    fs::rename(path, &moved)?;
    fs::create_dir(path)?;
    for entry in fs::read_dir(moved)? {
        let entry = entry?;
        fs::copy(entry.path(), path.join(entry.file_name()))?;
    }
    Ok(())
}
