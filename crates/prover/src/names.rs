//! What the files of a run are called in reports: the same in every run, whatever a program makes up.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use crate::fault::Point;
use crate::visible::visible;

/// How the names begin that stand for what a run has made up.
const MADE_UP: &str = "{tmp";

/// Gives each file the name it has in reports.
///
/// A name that every run has stays as it is; one that a run has made up (random letters, its number) is
/// called `{tmp1}`, `{tmp2}` and so on, in the order in which they first appear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The paths that every run has; all of them while that is not known yet.
    known: Option<BTreeSet<PathBuf>>,
    made_up: BTreeMap<PathBuf, String>,
}

impl Names {
    pub(crate) fn knowing(known: BTreeSet<PathBuf>) -> Self {
        Self {
            known: Some(known),
            made_up: BTreeMap::new(),
        }
    }

    /// The name of what stands at `path`, which is relative to the sandbox: the home directory is `.`, and
    /// what stands in it is named from there.
    pub(crate) fn name(&mut self, path: &Path) -> String {
        let mut prefix = PathBuf::new();
        let mut words: Vec<String> = path
            .components()
            .map(|it| self.word(&mut prefix, it))
            .collect();
        match words[0].as_str() {
            "home" if words.len() > 1 => {
                words.remove(0);
            }
            "home" => ".".clone_into(&mut words[0]),
            "tmp" => "$TMPDIR".clone_into(&mut words[0]),
            _ => {}
        }
        words.join("/")
    }

    fn word(&mut self, prefix: &mut PathBuf, component: Component<'_>) -> String {
        prefix.push(component);
        if self
            .known
            .as_ref()
            .is_none_or(|known| known.contains(prefix))
        {
            return visible(component.as_os_str().as_bytes());
        }
        let next = format!("{MADE_UP}{}}}", self.made_up.len() + 1);
        self.made_up.entry(prefix.clone()).or_insert(next).clone()
    }
}

/// Whether a name has one in it that a run has made up.
pub(crate) fn has_made_up(name: &str) -> bool {
    name.contains(MADE_UP)
}

/// Counts the calls of a run, so that each has a name of its own.
#[derive(Debug, Default)]
pub(crate) struct Points(BTreeMap<String, usize>);

impl Points {
    /// The next call of this `family` on these `paths`.
    pub(crate) fn next(&mut self, family: &str, paths: &[PathBuf], names: &mut Names) -> Point {
        let files: Vec<String> = paths.iter().map(|it| names.name(it)).collect();
        let call = format!("{family}({})", files.join(">"));
        let nth = self.0.entry(call.clone()).or_default();
        *nth += 1;
        Point { nth: *nth, call }
    }
}

/// A path, and every directory on the way to it.
pub(crate) fn with_parents(path: &Path) -> impl Iterator<Item = PathBuf> + '_ {
    path.ancestors().map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_names_are_numbered_in_the_order_in_which_they_appear() {
        let known = ["home", "home/dir", "home/dir/config", "tmp"].map(PathBuf::from);
        let mut names = Names::knowing(BTreeSet::from(known));
        assert_eq!(names.name(Path::new("home/dir/config")), "dir/config");
        assert_eq!(names.name(Path::new("home/dir/.x81")), "dir/{tmp1}");
        assert_eq!(names.name(Path::new("tmp/y92")), "$TMPDIR/{tmp2}");
        assert_eq!(names.name(Path::new("home/dir/.x81")), "dir/{tmp1}");
    }

    #[test]
    fn the_home_directory_is_a_dot() {
        assert_eq!(Names::default().name(Path::new("home")), ".");
    }
}
