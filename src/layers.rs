//! Where a setting's value comes from.
//!
//! A command-line flag beats an environment variable, which beats the project file, which beats the
//! global file, which beats the default; and every value knows its [`Source`]. Values are looked up
//! one by one, so a wrong value in one layer stands in nobody's way where a higher layer hides it.
//!
//! A variable that is set but empty counts as not set: it is what is left where a script clears one.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::document::{Ambiguous, Document};
use crate::error::StoreError;
use crate::registry::{InvalidValue, Key};
use crate::value::Value;

const FILE: &str = ".cleveragents/config.toml";

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The project's.
    Project,
    /// The user's.
    Global,
    /// The one file that was chosen in place of the project's and the user's.
    Chosen,
}

impl Scope {
    /// The layer in a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Project => "project",
            Scope::Global => "global",
            Scope::Chosen => "config",
        }
    }
}

/// A file that holds settings, whether it exists or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Whose file it is.
    pub scope: Scope,
    /// Where it is.
    pub path: PathBuf,
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            Scope::Project => write!(f, "project file ")?,
            Scope::Global => write!(f, "global file ")?,
            Scope::Chosen => write!(f, "file ")?,
        }
        self.path.display().fmt(f)
    }
}

/// The layer a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A flag of this one command.
    Flag,
    /// The environment variable of this name.
    Variable(&'static str),
    /// A file.
    File(File),
    /// What holds where nothing is set.
    Default,
}

impl Source {
    /// The layer in a word.
    #[must_use]
    pub fn layer(&self) -> &'static str {
        match self {
            Source::Flag => "flag",
            Source::Variable(_) => "environment",
            Source::File(file) => file.scope.name(),
            Source::Default => "default",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag => write!(f, "command line"),
            Source::Variable(name) => write!(f, "environment variable {name}"),
            Source::File(file) => file.fmt(f),
            Source::Default => write!(f, "default"),
        }
    }
}

/// The files that hold settings, whether they exist or not.
#[derive(Clone, Debug)]
pub struct Files {
    base: File,
    project: Option<PathBuf>,
    search: Option<Search>,
}

/// What the files were found from.
#[derive(Clone, Debug)]
struct Search {
    home: PathBuf,
    directory: PathBuf,
}

impl Files {
    /// One file in place of the global and the project file.
    #[must_use]
    pub fn one(path: PathBuf) -> Files {
        Files {
            base: File {
                scope: Scope::Chosen,
                path,
            },
            project: None,
            search: None,
        }
    }

    /// The global file under `home`, and the project file that is nearest to `directory` upwards.
    ///
    /// The global file is never taken for a project's, not even by another name.
    ///
    /// # Errors
    ///
    /// [`LayerError::NoHome`] unless `home` is an absolute path, and [`LayerError::Search`] where one
    /// cannot tell whether a project file exists.
    pub fn find(home: Option<OsString>, directory: &Path) -> Result<Files, LayerError> {
        let base = Files::global(home.clone())?;
        let project = find_project(directory, &base.path)?;
        let search = Search {
            home: home.unwrap_or_default().into(),
            directory: directory.to_owned(),
        };
        Ok(Files {
            base,
            project,
            search: Some(search),
        })
    }

    /// The global file under `home`; nothing is looked at.
    ///
    /// # Errors
    ///
    /// [`LayerError::NoHome`] unless `home` is an absolute path.
    pub fn global(home: Option<OsString>) -> Result<File, LayerError> {
        let home = PathBuf::from(home.unwrap_or_default());
        if !home.is_absolute() {
            return Err(LayerError::NoHome);
        }
        Ok(File {
            scope: Scope::Global,
            path: home.join(FILE),
        })
    }

    /// The global file, or the one in its place.
    #[must_use]
    pub fn base(&self) -> &File {
        &self.base
    }

    /// The project's file, or where it is to be created, which is found out at each call.
    ///
    /// # Errors
    ///
    /// [`LayerError::NoProject`] where one file was chosen, and where the file would be the global one.
    pub fn project(&self) -> Result<File, LayerError> {
        let path = self.project.clone().or_else(|| self.new_project());
        let path = path.ok_or_else(|| LayerError::NoProject {
            base: self.base.clone(),
        })?;
        Ok(File {
            scope: Scope::Project,
            path,
        })
    }

    /// Where a project's file is to be created, unless that is the global one's place.
    fn new_project(&self) -> Option<PathBuf> {
        let Search { home, directory } = self.search.as_ref()?;
        let path = directory.join(FILE);
        (!same(directory, home) && !same(&path, &self.base.path)).then_some(path)
    }

    /// The files to be read, those that beat others first.
    pub fn readable(&self) -> impl Iterator<Item = File> {
        let project = self.project.clone().map(|path| File {
            scope: Scope::Project,
            path,
        });
        project.into_iter().chain([self.base.clone()])
    }
}

fn find_project(directory: &Path, global: &Path) -> Result<Option<PathBuf>, LayerError> {
    for ancestor in directory.ancestors() {
        let path = ancestor.join(FILE);
        match fs::symlink_metadata(&path) {
            Ok(_) if !same(&path, global) => return Ok(Some(path)),
            Ok(_) => {}
            Err(error) if is_absence(&error) => {}
            // It may be there, and whoever reads it is told.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(Some(path)),
            Err(source) => return Err(LayerError::Search { path, source }),
        }
    }
    Ok(None)
}

fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn same(one: &Path, other: &Path) -> bool {
    let identity = |path| {
        fs::metadata(path)
            .map(|metadata| (metadata.dev(), metadata.ino()))
            .ok()
    };
    one == other || identity(one).is_some_and(|one| Some(one) == identity(other))
}

/// One key, its value, and where that comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The name of the key.
    pub key: String,
    /// What holds.
    pub value: Value,
    /// The layer that says so.
    pub source: Source,
}

/// All layers at one moment.
pub struct Layers {
    flags: BTreeMap<&'static str, Value>,
    variables: BTreeMap<&'static str, OsString>,
    files: Vec<(File, Document)>,
}

impl Layers {
    /// The layers below the flags: variables looked up by `variable`, and `files`, those that beat
    /// others first.
    #[must_use]
    pub fn new(
        variable: impl Fn(&str) -> Option<OsString>,
        files: Vec<(File, Document)>,
    ) -> Layers {
        let set = |key: &Key| variable(key.variable).filter(|text| !text.is_empty());
        let variables = Key::all()
            .iter()
            .filter_map(|key| Some((key.variable, set(key)?)));
        Layers {
            flags: BTreeMap::new(),
            variables: variables.collect(),
            files,
        }
    }

    /// The same layers under a flag that gives `key` a value.
    #[must_use]
    pub fn with_flag(mut self, key: &'static Key, value: Value) -> Layers {
        self.flags.insert(key.name, value);
        self
    }

    /// What holds for `key`, or `None` where it is not set and has no default.
    ///
    /// For a key that is not in the registry, this is what the files say.
    ///
    /// # Errors
    ///
    /// [`LayerError`] where the highest layer that has a value has a wrong one, or has two.
    pub fn get(&self, key: &str) -> Result<Option<Setting>, LayerError> {
        let found = match Key::find(key) {
            Some(known) => self.known(known)?,
            None => self.first(|file, document| stored(key, file, document))?,
        };
        Ok(found.map(|(value, source)| Setting {
            key: key.to_owned(),
            value,
            source,
        }))
    }

    /// What one file says for `key`, whichever layer has the last word.
    ///
    /// # Errors
    ///
    /// [`LayerError`] where the file says it twice.
    pub fn in_file(&self, file: &File, key: &str) -> Result<Option<Value>, LayerError> {
        let found = self.files.iter().find(|(other, _)| other == file);
        found.map_or(Ok(None), |(_, document)| stored(key, file, document))
    }

    /// Every key that has a value: first those of the registry, then what else the files hold.
    ///
    /// # Errors
    ///
    /// As [`Layers::get`].
    pub fn list(&self) -> Result<Vec<Setting>, LayerError> {
        let known = Key::all().iter().map(|key| self.get(key.name).transpose());
        let settings = known.flatten().chain(self.unknown());
        settings.collect()
    }

    /// What the files hold that is not in the registry, by name, as [`Layers::get`] says it.
    fn unknown(&self) -> impl Iterator<Item = Result<Setting, LayerError>> {
        let mut found = BTreeMap::new();
        for (file, document) in &self.files {
            for (key, _, value) in document.all().filter(|it| Key::find(it.0).is_none()) {
                found.entry(key).or_insert((file, value));
            }
        }
        found.into_iter().map(|(key, (file, value))| {
            let value = value.map_err(|source| LayerError::ambiguous(file, source))?;
            Ok(Setting {
                key: key.to_owned(),
                value,
                source: Source::File(file.clone()),
            })
        })
    }

    fn known(&self, key: &'static Key) -> Result<Option<(Value, Source)>, LayerError> {
        if let Some(value) = self.flags.get(key.name) {
            return Ok(Some((value.clone(), Source::Flag)));
        }
        if let Some(value) = self.variable(key)? {
            return Ok(Some((value, Source::Variable(key.variable))));
        }
        let stored = self.first(|file, document| checked(key, file, document))?;
        Ok(stored.or_else(|| Some((key.default()?, Source::Default))))
    }

    /// What the highest file says for which `look` finds something.
    fn first(
        &self,
        look: impl Fn(&File, &Document) -> Result<Option<Value>, LayerError>,
    ) -> Result<Option<(Value, Source)>, LayerError> {
        for (file, document) in &self.files {
            if let Some(value) = look(file, document)? {
                return Ok(Some((value, Source::File(file.clone()))));
            }
        }
        Ok(None)
    }

    /// The value of the key's environment variable, where that is set.
    ///
    /// # Errors
    ///
    /// [`LayerError::Variable`] where its value is wrong.
    pub fn variable(&self, key: &'static Key) -> Result<Option<Value>, LayerError> {
        let Some(text) = self.variables.get(key.variable) else {
            return Ok(None);
        };
        let name = key.variable;
        let text = text.to_str().ok_or(LayerError::NotUtf8 { name })?;
        key.parse(text)
            .map(Some)
            .map_err(|source| LayerError::Variable { name, source })
    }
}

/// What `document` says for `key`, of the right type.
fn checked(
    key: &'static Key,
    file: &File,
    document: &Document,
) -> Result<Option<Value>, LayerError> {
    let Some(value) = stored(key.name, file, document)? else {
        return Ok(None);
    };
    key.check(&value)
        .map(|()| Some(value))
        .map_err(|error| LayerError::Value {
            file: file.clone(),
            line: document.line_of(key.name),
            source: error,
        })
}

fn stored(key: &str, file: &File, document: &Document) -> Result<Option<Value>, LayerError> {
    let value = document.get(key);
    value.map_err(|source| LayerError::ambiguous(file, source))
}

/// Why a value cannot be told. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// There is no home, so there is no global file.
    #[error(
        "HOME is not set to an absolute path, so there is no global file; --config names a file"
    )]
    NoHome,
    /// One cannot tell where one is, so neither which project this is.
    #[error(
        "cannot find out the working directory, nor the project file there; --config names a file"
    )]
    NoDirectory(#[source] io::Error),
    /// One cannot tell whether a project file exists.
    #[error("cannot tell whether {} exists", path.display())]
    Search {
        /// Where the file would be.
        path: PathBuf,
        /// Why one cannot tell.
        source: io::Error,
    },
    /// There is a project's file neither here nor may it be created here.
    #[error("there is no project file besides the {base}")]
    NoProject {
        /// The file that would be taken for it.
        base: File,
    },
    /// A file cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file says a key twice.
    #[error("in the {file}")]
    Ambiguous {
        /// The file.
        file: File,
        /// The key, and where it stands.
        source: Ambiguous,
    },
    /// A file gives a key a wrong value.
    #[error("the {file} holds a wrong value{}", on(*line))]
    Value {
        /// The file.
        file: File,
        /// The line of the value, from 1.
        line: Option<usize>,
        /// The key, and what is wrong.
        source: InvalidValue,
    },
    /// An environment variable holds a wrong value.
    #[error("the environment variable {name} holds a wrong value")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What is wrong.
        source: InvalidValue,
    },
    /// An environment variable holds something that is not text.
    #[error("the environment variable {name} is not UTF-8")]
    NotUtf8 {
        /// The variable.
        name: &'static str,
    },
}

impl LayerError {
    /// That `file` sets a key in several places.
    pub(crate) fn ambiguous(file: &File, source: Ambiguous) -> LayerError {
        let file = file.clone();
        LayerError::Ambiguous { file, source }
    }

    /// The file that the error is about.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            LayerError::Search { path, .. } => Some(path),
            LayerError::NoProject { base: file }
            | LayerError::Ambiguous { file, .. }
            | LayerError::Value { file, .. } => Some(&file.path),
            LayerError::Store(error) => error.path(),
            _ => None,
        }
    }
}

fn on(line: Option<usize>) -> String {
    line.map(|line| format!(" on line {line}"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: &str = "server.sync.interval";

    fn file(scope: Scope, text: &str) -> (File, Document) {
        let path = PathBuf::from(format!("/{}", scope.name()));
        (File { scope, path }, Document::parse(text).expect("TOML"))
    }

    fn files() -> Vec<(File, Document)> {
        vec![
            file(
                Scope::Project,
                "server.sync.interval = 2\n\"a.b\" = 'project'\n",
            ),
            file(
                Scope::Global,
                "server.sync.interval = 1\na.b = 'global'\nz = 1\n",
            ),
        ]
    }

    fn interval(layers: &Layers) -> (i64, String) {
        match layers.get(INTERVAL).expect("a value").expect("a default") {
            Setting {
                value: Value::Number(number),
                source,
                ..
            } => (number, format!("{}: {source}", source.layer())),
            setting => panic!("{setting:?} is no number"),
        }
    }

    #[test]
    fn a_higher_layer_beats_a_lower_one_and_each_value_knows_its_source() {
        let four = |name: &str| (name == "CLEVERAGENTS_SERVER_SYNC_INTERVAL").then(|| "3".into());
        let flag = (Key::find(INTERVAL).expect("a key"), Value::Number(4));
        let chosen = vec![file(Scope::Chosen, "server.sync.interval = 5\n")];
        let one = files().split_off(1);
        for (layers, number, source) in [
            (Layers::new(|_| None, vec![]), 300, "default: default"),
            (Layers::new(|_| None, one), 1, "global: global file /global"),
            (
                Layers::new(|_| None, files()),
                2,
                "project: project file /project",
            ),
            (Layers::new(|_| None, chosen), 5, "config: file /config"),
            (
                Layers::new(four, files()),
                3,
                "environment: environment variable CLEVERAGENTS_SERVER_SYNC_INTERVAL",
            ),
            (
                Layers::new(four, files()).with_flag(flag.0, flag.1),
                4,
                "flag: command line",
            ),
        ] {
            assert_eq!(interval(&layers), (number, source.to_owned()));
        }
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        assert_eq!(interval(&Layers::new(|_| Some("".into()), files())).0, 2);
    }

    #[test]
    fn every_key_is_listed_once_known_ones_first() {
        let layers = Layers::new(|_| None, files());
        let keys: Vec<_> = layers
            .list()
            .expect("values")
            .into_iter()
            .map(|one| one.key)
            .collect();
        let known = [
            "server.namespace",
            "server.tls-verify",
            "server.sync.auto",
            INTERVAL,
        ];
        assert_eq!(keys, [&known[..], &["a.b", "z"]].concat());
        let unknown = layers.get("a.b").expect("a value").expect("a value");
        assert_eq!(unknown.value, Value::Text("project".to_owned()));
    }

    #[test]
    fn a_wrong_value_matters_only_where_nothing_hides_it() {
        let wrong = || vec![file(Scope::Global, "\nserver.sync.interval = 0\n")];
        let error = Layers::new(|_| None, wrong())
            .get(INTERVAL)
            .expect_err("a wrong value");
        assert_eq!(
            error.to_string(),
            "the global file /global holds a wrong value on line 2"
        );
        assert_eq!(error.path(), Some(Path::new("/global")));
        let hidden = [vec![files().remove(0)], wrong()].concat();
        assert_eq!(interval(&Layers::new(|_| None, hidden)).0, 2);
    }
}
