//! The scenarios of a suite as a commit has them.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use gherkin::LineCol;

use crate::{
    case::{Case, CaseStep, cases},
    document::Document,
    finding::Finding,
    gate::git::{Blob, Git, GitError},
    tdd,
};

/// A scenario, or a row of an outline, and what the gate compares of it.
pub(crate) struct Entry {
    pub(crate) case: Case,
    /// All that its steps say, with those of its backgrounds.
    pub(crate) words: String,
    pub(crate) issues: BTreeSet<u64>,
    pub(crate) is_captured: bool,
}

impl Entry {
    fn new(case: Case) -> Self {
        Self {
            words: case.steps.iter().map(words).collect(),
            issues: tdd::issues(&case.tags),
            is_captured: case.is_tagged(tdd::EXPECTED_FAIL),
            case,
        }
    }

    fn minded_tags(&self) -> BTreeSet<&str> {
        let tags = self.case.tags.iter().map(String::as_str);
        tags.filter(|tag| tag.starts_with(tdd::PREFIX) || tag.starts_with(tdd::REQUIREMENT))
            .collect()
    }

    /// Whether it is a captured bug of `issue`.
    pub(crate) fn captures(&self, issue: u64) -> bool {
        self.is_captured && self.issues.contains(&issue)
    }
}

fn words(it: &CaseStep) -> String {
    let (step, table) = (&it.step, it.step.table.as_ref().map(|table| &table.rows));
    let kind = (it.is_set_up, step.ty);
    format!("{kind:?} {:?} {:?} {table:?}\n", step.value, step.docstring)
}

/// A feature file with its scenarios, or why it has none.
type File = Result<Vec<Entry>, Finding>;

/// All feature files of a suite, in the order of their paths.
#[derive(Clone, Default)]
pub(crate) struct Snapshot(Vec<Rc<File>>);

impl Snapshot {
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().flat_map(|file| file.iter().flatten())
    }

    /// Why some of the files cannot be read.
    pub(crate) fn findings(&self) -> Vec<&Finding> {
        let files = self.0.iter();
        files
            .filter_map(|file| file.as_ref().as_ref().err())
            .collect()
    }

    /// Of each scenario with these words, the tags that the gate minds.
    pub(crate) fn tags_of(&self, words: &str) -> Vec<BTreeSet<&str>> {
        let same = self.entries().filter(|entry| entry.words == words);
        let mut tags: Vec<_> = same.map(Entry::minded_tags).collect();
        tags.sort_unstable();
        tags
    }
}

/// Reads snapshots, and each file only once for as long as it does not change.
pub(crate) struct Reader<'a> {
    git: &'a Git,
    folder: &'a str,
    files: HashMap<Blob, Rc<File>>,
}

impl<'a> Reader<'a> {
    /// Reads what is in `folder`.
    pub(crate) fn new(git: &'a Git, folder: &'a str) -> Self {
        let files = HashMap::new();
        Self { git, folder, files }
    }

    pub(crate) fn snapshot(&mut self, commit: &str) -> Result<Snapshot, GitError> {
        let blobs = self.git.features(commit, self.folder)?;
        let files: Result<_, _> = blobs.into_iter().map(|blob| self.file(blob)).collect();
        files.map(Snapshot)
    }

    /// Whether any feature of the repository, of whatever suite, has a captured bug of `issue`.
    pub(crate) fn is_captured_anywhere(
        &mut self,
        commit: &str,
        issue: u64,
    ) -> Result<bool, GitError> {
        for blob in self.git.all_features(commit)? {
            let file = self.file(blob)?;
            if file.iter().flatten().any(|entry| entry.captures(issue)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn file(&mut self, blob: Blob) -> Result<Rc<File>, GitError> {
        if let Some(file) = self.files.get(&blob) {
            return Ok(Rc::clone(file));
        }
        let file = Rc::new(read(&blob.path, self.git.contents(&blob)?, self.folder));
        self.files.insert(blob, Rc::clone(&file));
        Ok(file)
    }
}

fn read(path: &str, contents: Vec<u8>, folder: &str) -> File {
    let start = LineCol { line: 1, col: 1 };
    let text = String::from_utf8(contents)
        .map_err(|error| Finding::new(path, start, error.utf8_error().to_string()))?;
    let mut document = Document::parse(path, &text)?;
    let (cases, _) = cases(&mut document, folder, &[]);
    Ok(cases.into_iter().map(Entry::new).collect())
}
