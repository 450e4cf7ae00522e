//! The words of the bug-fix gate: a project's history, made with git, whatever git's settings are here.

use std::{fs, io, process::Command};

use cucumber::given;

use crate::{steps::unescape, world::World};

/// What git is told wherever it runs: no settings of this machine, and an author.
const SETTINGS: [(&str, &str); 6] = [
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_AUTHOR_NAME", "A. Nobody"),
    ("GIT_AUTHOR_EMAIL", "nobody@example.org"),
    ("GIT_COMMITTER_NAME", "A. Nobody"),
    ("GIT_COMMITTER_EMAIL", "nobody@example.org"),
];

/// What a hook of git sets, which would lead to another repository.
const ELSEWHERE: [&str; 3] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"];

/// Whether there is a git to make a history with.
pub fn probe() -> Result<(), String> {
    let output = Command::new("git").arg("--version").output();
    output.map(drop).map_err(|error| format!("no git: {error}"))
}

/// What git prints, without the line break at its end.
fn git(world: &World, arguments: &[&str]) -> io::Result<String> {
    git_with(world, arguments, [])
}

/// The same with `more` arguments behind the others.
fn git_with(
    world: &World,
    arguments: &[&str],
    more: impl IntoIterator<Item = String>,
) -> io::Result<String> {
    let mut command = Command::new("git");
    for variable in ELSEWHERE {
        command.env_remove(variable);
    }
    command.current_dir(world.path("")).envs(SETTINGS);
    let output = command.args(arguments).args(more).output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!("git {arguments:?}: {said}")))
    }
}

/// Within a message, `HEAD` and `HEAD~2` stand for these commits.
fn message(world: &World, text: String) -> io::Result<String> {
    let mut text = unescape(text);
    for revision in ["HEAD~2", "HEAD"] {
        if text.contains(revision) {
            text = text.replace(revision, &git(world, &["rev-parse", revision])?);
        }
    }
    Ok(text)
}

#[given(expr = "the commit {string}")]
fn commit(world: &mut World, text: String) -> io::Result<()> {
    if !world.path(".git").exists() {
        git(world, &["init", "--quiet", "--initial-branch=main"])?;
    }
    let text = message(world, text)?;
    git(world, &["add", "--all"])?;
    git(
        world,
        &["commit", "--quiet", "--allow-empty", "--message", &text],
    )
    .map(drop)
}

#[given(expr = "the branch {string} from {string}")]
fn branch(world: &mut World, name: String, from: String) -> io::Result<()> {
    git_with(world, &["checkout", "--quiet", "-b"], [name, from]).map(drop)
}

/// Merges by hand: what the files are now is what the merge makes of them.
#[given(expr = "the merge {string} of {string}")]
fn merge(world: &mut World, text: String, other: String) -> io::Result<()> {
    git(world, &["add", "--all"])?;
    let tree = git(world, &["write-tree"])?;
    let arguments = ["commit-tree", &tree, "-p", "HEAD", "-m"];
    let commit = git_with(world, &arguments, [text, "-p".to_owned(), other])?;
    git(world, &["reset", "--quiet", "--hard", &commit]).map(drop)
}

#[given(expr = "the last commit is reverted")]
fn revert(world: &mut World) -> io::Result<()> {
    git(world, &["revert", "--no-edit", "HEAD"]).map(drop)
}

#[given(expr = "the file {string} is now {string}")]
fn moved(world: &mut World, from: String, to: String) -> io::Result<()> {
    let to = world.path(to + ".feature");
    to.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::rename(world.path(from), to)
}

#[given(expr = "no file {string}")]
fn no_file(world: &mut World, name: String) -> io::Result<()> {
    fs::remove_file(world.path(name))
}

#[given(expr = "a clone without the older commits")]
fn shallow(world: &mut World) -> io::Result<()> {
    let head = git(world, &["rev-parse", "HEAD"])?;
    world.write(".git/shallow", (head + "\n").as_bytes())
}

#[given(expr = "no repository")]
fn no_repository(world: &mut World) -> io::Result<()> {
    fs::remove_dir_all(world.path(".git"))
}

#[given(expr = "no program on the path")]
fn no_program(world: &mut World) {
    world.set("PATH", String::new());
}
