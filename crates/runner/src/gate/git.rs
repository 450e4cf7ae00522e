//! What git knows of a project's history; nothing is ever changed.
//!
//! The program `git` is run, for it is there wherever a history is; a library would be a large dependency
//! for few questions. Only plumbing is used, or `log` with a format, so that the settings of whoever runs it
//! make no difference.

use std::{
    io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::exit::{Exit, Stop};

/// What a hook of git sets: it would lead away from the repository that the project is in.
const ELSEWHERE: [&str; 3] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"];

/// Why the commits cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("cannot run git")]
    NotRun(#[source] io::Error),
    #[error("git {command}: {said}")]
    Failed { command: String, said: String },
    #[error("git knows no commit {0:?}")]
    Unknown(String),
    #[error(
        "HEAD does not descend from {0:?}; give the commit where they part: git merge-base {0} HEAD"
    )]
    NoAncestor(String),
    #[error("this clone is shallow, so commits may be missing; get them: git fetch --unshallow")]
    Shallow,
}

impl From<GitError> for Stop {
    /// A base that leads nowhere is a wrong argument, everything else a set-up that will not do.
    fn from(error: GitError) -> Self {
        let exit = match error {
            GitError::Unknown(_) | GitError::NoAncestor(_) => Exit::Usage,
            _ => Exit::Invalid,
        };
        Self::because(exit, &error)
    }
}

/// The repository that a folder is in.
pub(crate) struct Git {
    folder: PathBuf,
}

/// A commit, and what it says.
#[derive(Debug)]
pub(crate) struct Commit {
    pub(crate) id: String,
    pub(crate) parents: Vec<String>,
    pub(crate) short: String,
    pub(crate) message: String,
}

/// A file as a commit has it; `object` is the same where the contents are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Blob {
    pub(crate) path: String,
    pub(crate) object: String,
}

impl Commit {
    pub(crate) fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

impl Git {
    /// The repository that `folder` is in, if all of its commits are there.
    pub(crate) fn open(folder: &Path) -> Result<Self, GitError> {
        let folder = folder.to_owned();
        let git = Self { folder };
        if git.text(&["rev-parse", "--is-shallow-repository"])?.trim() == "true" {
            return Err(GitError::Shallow);
        }
        Ok(git)
    }

    /// The commits that `HEAD` has and `base` has not, each of them after its parents.
    pub(crate) fn commits(&self, base: &str) -> Result<Vec<Commit>, GitError> {
        let unknown = || GitError::Unknown(base.to_owned());
        let from = self.commit(base)?.ok_or_else(unknown)?;
        let ancestry = self.output(&["merge-base", "--is-ancestor", &from, "HEAD"])?;
        if !ancestry.status.success() {
            return Err(GitError::NoAncestor(base.to_owned()));
        }
        let log = ["log", "-z", "--reverse", "--topo-order", "--encoding=UTF-8"];
        let told = [
            "--no-show-signature",
            "--no-color",
            "--format=%H%x1f%P%x1f%h%x1f%B",
        ];
        let range = format!("{from}..HEAD");
        let commits = self.text(&[&log[..], &told, &[&range]].concat())?;
        Ok(commits.split('\0').filter_map(commit).collect())
    }

    /// The full name of the commit that `revision` means, if there is one.
    pub(crate) fn commit(&self, revision: &str) -> Result<Option<String>, GitError> {
        let revision = format!("{revision}^{{commit}}");
        self.name(&["rev-parse", "--verify", "--quiet", &revision])
    }

    /// The commit where two others part, if they have anything in common.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Result<Option<String>, GitError> {
        self.name(&["merge-base", one, other])
    }

    /// The feature files that `commit` has in `folder`, which is below this one; in the order of their paths.
    pub(crate) fn features(&self, commit: &str, folder: &str) -> Result<Vec<Blob>, GitError> {
        let files = self.text(&["ls-tree", "-r", "-z", commit, "--", folder])?;
        Ok(features(&files))
    }

    /// The feature files that `commit` has anywhere.
    pub(crate) fn all_features(&self, commit: &str) -> Result<Vec<Blob>, GitError> {
        let files = self.text(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        Ok(features(&files))
    }

    /// The paths, from the top of the repository, of all files that `commit` changes.
    pub(crate) fn changed(&self, commit: &str) -> Result<Vec<String>, GitError> {
        let names = ["--root", "--no-commit-id", "--no-renames", "--name-only"];
        let paths = self.text(&[&["diff-tree", "-r", "-z"], &names[..], &[commit]].concat())?;
        let paths = paths.split('\0').filter(|path| !path.is_empty());
        Ok(paths.map(str::to_owned).collect())
    }

    pub(crate) fn contents(&self, blob: &Blob) -> Result<Vec<u8>, GitError> {
        self.bytes(&["cat-file", "blob", &blob.object])
    }

    /// The name of a commit, if git finds one.
    fn name(&self, arguments: &[&str]) -> Result<Option<String>, GitError> {
        let output = self.output(arguments)?;
        let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(output.status.success().then_some(name))
    }

    fn text(&self, arguments: &[&str]) -> Result<String, GitError> {
        let bytes = self.bytes(arguments)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let output = self.output(arguments)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let command = arguments.first().copied().unwrap_or_default().to_owned();
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(GitError::Failed { command, said })
    }

    fn output(&self, arguments: &[&str]) -> Result<Output, GitError> {
        let mut git = Command::new("git");
        for variable in ELSEWHERE {
            git.env_remove(variable);
        }
        git.current_dir(&self.folder)
            .env("LC_ALL", "C")
            .arg("--no-replace-objects")
            .args(arguments)
            .output()
            .map_err(GitError::NotRun)
    }
}

/// A line of our format of `git log`: name, parents, short name, message.
fn commit(line: &str) -> Option<Commit> {
    let mut parts = line.splitn(4, '\x1f').map(str::to_owned);
    let mut next = || parts.next();
    Some(Commit {
        id: next()?,
        parents: next()?.split_whitespace().map(str::to_owned).collect(),
        short: next()?,
        message: next()?,
    })
}

/// Of `ls-tree`, whose lines are `100644 blob OBJECT<tab>PATH`; a link is not followed.
fn features(files: &str) -> Vec<Blob> {
    let files = files.split('\0').filter(|line| line.starts_with("100"));
    let files = files.filter_map(|line| line.split_once('\t'));
    let features = files.filter(|(_, path)| path.ends_with(".feature"));
    let blob = |(about, path): (&str, &str)| Blob {
        path: path.to_owned(),
        object: about.rsplit(' ').next().unwrap_or_default().to_owned(),
    };
    features.map(blob).collect()
}
