//! The home directory of a sandbox: what stands in it, and how it becomes again what it was.
//!
//! Reading and writing all of a large fixture would cost more than the run itself. So the calls of a run say
//! what it may have changed, and only that is read, and put back before the next run. Now and then all is
//! read, and has to be the same. (An overlay would spare as much where there are name spaces, but inode
//! numbers and renames of directories are not the same in one.)

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::origin::Origin;
use crate::tree::{Tree, clear, remove};

/// Each so manieth look is at everything.
const WHOLE_EACH: usize = 64;

/// What a run may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    /// These paths, relative to the sandbox, and all below them.
    Only(BTreeSet<PathBuf>),
    /// Nobody knows.
    Anything,
}

impl Default for Touched {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl Touched {
    /// Takes notice of what another run may have changed.
    pub(crate) fn add(&mut self, more: Self) {
        match (self, more) {
            (Self::Only(paths), Self::Only(more)) => paths.extend(more),
            (them, _) => *them = Self::Anything,
        }
    }
}

/// The home directory of a sandbox.
#[derive(Debug)]
pub(crate) struct Home {
    path: PathBuf,
    /// What stood in it when it was last looked at.
    now: Rc<Tree>,
    /// The paths at and below which it may differ from the fixture; `None` where it may everywhere.
    changed: Option<BTreeSet<PathBuf>>,
    looks: usize,
}

impl Home {
    /// A directory that is there, with nothing in it yet.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            now: Rc::default(),
            changed: None,
            looks: 0,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What stands in it, after runs that have `touched` something since the last look.
    ///
    /// # Errors
    ///
    /// It cannot be read, or what they touched does not tell all that they changed.
    pub(crate) fn look(&mut self, touched: Touched) -> io::Result<Rc<Tree>> {
        self.looks += 1;
        match touched {
            Touched::Anything => {
                self.now = Rc::new(Tree::read(&self.path)?);
                self.changed = None;
            }
            Touched::Only(paths) => {
                if paths.contains(Path::new("home")) {
                    return self.look(Touched::Anything); // its own mode, say
                }
                let inside = paths.iter().filter_map(|it| it.strip_prefix("home").ok());
                let now = Rc::make_mut(&mut self.now);
                for path in inside {
                    now.read_again(&self.path, path)?;
                    if let Some(changed) = &mut self.changed {
                        changed.insert(path.to_path_buf());
                    }
                }
                if self.looks.is_multiple_of(WHOLE_EACH) && *now != Tree::read(&self.path)? {
                    return Err(io::Error::other(
                        "the files are not what the calls of the command say",
                    ));
                }
            }
        }
        Ok(Rc::clone(&self.now))
    }

    /// Makes it what it was before the first run.
    pub(crate) fn reset(&mut self, fixture: &Tree, origin: &Origin) -> io::Result<()> {
        let is_reset = match self.changed.take() {
            Some(changed) => self.put_back(&changed, fixture, origin).is_ok(),
            None => false,
        };
        if !is_reset {
            self.restore(fixture)?; // also where a directory lets nothing be put into it
            origin.date(&self.path, [Path::new("")])?;
        }
        self.changed = Some(BTreeSet::new());
        Ok(())
    }

    fn put_back(
        &mut self,
        changed: &BTreeSet<PathBuf>,
        fixture: &Tree,
        origin: &Origin,
    ) -> io::Result<()> {
        for path in changed {
            if !self.now.is_same_at(path, fixture) || is_shared(&self.path.join(path)) {
                remove(&self.path.join(path))?;
                fixture.write_at(&self.path, path)?;
                Rc::make_mut(&mut self.now).read_again(&self.path, path)?; // a file system may keep less
            }
        }
        origin.date(&self.path, changed.iter().map(PathBuf::as_path))
    }

    /// Makes it as it was at another time.
    pub(crate) fn restore(&mut self, tree: &Tree) -> io::Result<()> {
        clear(&self.path)?;
        tree.write(&self.path)?;
        self.now = Rc::new(Tree::read(&self.path)?);
        self.changed = None;
        Ok(())
    }
}

/// Whether more than one name may lead to what stands at `path`: what is written there is not that alone.
fn is_shared(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|it| it.is_dir() || it.nlink() > 1)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    /// What a run may do, and the paths that its calls name.
    type Change = (fn(&Path) -> io::Result<()>, &'static [&'static str]);

    const CHANGES: [Change; 8] = [
        (|home| fs::write(home.join("a"), "new"), &["home/a"]),
        (|home| fs::remove_file(home.join("a")), &["home/a"]),
        (|home| fs::create_dir(home.join("new")), &["home/new"]),
        (
            |home| fs::write(home.join("new/file"), "1"),
            &["home/new/file"],
        ),
        (
            |home| fs::rename(home.join("all"), home.join("new/all")),
            &["home/all", "home/new/all"],
        ),
        (
            |home| {
                let mode = fs::Permissions::from_mode(0o500);
                fs::set_permissions(home.join("new/all"), mode)
            },
            &["home/new/all"],
        ),
        (
            |home| fs::hard_link(home.join("new/all/b"), home.join("c")),
            &["home/new/all/b", "home/c"],
        ),
        (|home| symlink("c", home.join("link")), &["home/link"]),
    ];

    fn made() -> (tempfile::TempDir, Home, Tree) {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("all")).unwrap();
        fs::write(directory.path().join("a"), "old").unwrap();
        fs::write(directory.path().join("all/b"), "old").unwrap();
        let fixture = Tree::read(directory.path()).unwrap();
        let mut home = Home::new(directory.path().to_path_buf());
        home.reset(&fixture, &Origin::default()).unwrap();
        (directory, home, fixture)
    }

    #[test]
    fn after_each_change_all_is_known_and_can_be_put_back() {
        let (directory, mut home, fixture) = made();
        for count in 1..=CHANGES.len() {
            for (change, paths) in &CHANGES[..count] {
                change(directory.path()).unwrap();
                let paths = paths.iter().map(PathBuf::from).collect();
                let seen = home.look(Touched::Only(paths)).unwrap();
                assert_eq!(*seen, Tree::read(directory.path()).unwrap());
            }
            home.reset(&fixture, &Origin::default()).unwrap();
            assert_eq!(Tree::read(directory.path()).unwrap(), fixture, "{count}");
        }
    }

    #[test]
    fn two_names_of_one_file_are_two_files_again() {
        let (directory, mut home, fixture) = made();
        let [a, b] = ["a", "all/b"].map(|it| directory.path().join(it));
        fs::hard_link(&a, directory.path().join("c")).unwrap();
        fs::rename(directory.path().join("c"), &b).unwrap();
        let paths = ["home/a", "home/c", "home/all/b"].map(PathBuf::from);
        home.look(Touched::Only(BTreeSet::from(paths))).unwrap();
        home.reset(&fixture, &Origin::default()).unwrap();
        fs::write(&a, "new").unwrap();
        assert_eq!(fs::read(&b).unwrap(), b"old");
    }

    #[test]
    fn a_change_that_no_call_names_is_noticed() {
        let (directory, mut home, _) = made();
        fs::write(directory.path().join("b"), "unseen").unwrap();
        let mut looks = (0..WHOLE_EACH).map(|_| home.look(Touched::Only(BTreeSet::new())));
        assert!(looks.any(|it| it.is_err()));
    }

    #[test]
    fn a_run_that_may_have_changed_anything_is_put_back_as_well() {
        let (directory, mut home, fixture) = made();
        fs::write(directory.path().join("b"), "unseen").unwrap();
        let seen = home.look(Touched::Anything).unwrap();
        assert_eq!(*seen, Tree::read(directory.path()).unwrap());
        home.reset(&fixture, &Origin::default()).unwrap();
        assert_eq!(Tree::read(directory.path()).unwrap(), fixture);
    }
}
