//! `agents diagnostics`: everything that needs attention, not only the first thing.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::changes::ChangeError;
use crate::document::{Ambiguous, Document};
use crate::layers::{File, LayerError, Layers};
use crate::registry::Key;
use crate::store::Store;
use crate::value::Value;

use super::exit::{Error, Exit};
use super::output::{Report, on_one_line};
use super::privacy;
use super::workplace::Workplace;

/// Looks at the files and the environment; the exit code is 1 where something needs attention.
pub(super) fn run(workplace: &Workplace) -> Result<Report, Error> {
    let mut findings = Vec::new();
    for file in workplace.files()?.readable() {
        findings.extend(of_file(&file, &workplace.store(&file.path)));
    }
    findings.extend(of_environment());
    let exit = if findings.is_empty() {
        Exit::Success
    } else {
        Exit::Failure
    };
    let text = match findings[..] {
        [] => "nothing needs attention\n".to_owned(),
        _ => findings.iter().map(Finding::line).collect(),
    };
    let findings: Vec<Json> = findings.iter().map(Finding::json).collect();
    Ok(Report::read(text).with("findings", findings).exit(exit))
}

fn of_file(file: &File, store: &Store) -> Vec<Finding> {
    let (document, unread) = match store.read() {
        Ok(document) => (document, None),
        Err(error) => (Document::default(), Some(Finding::of(&Error::Store(error)))),
    };
    let mut findings: Vec<_> = unread.into_iter().collect();
    findings.extend(of_document(file, &document));
    findings.extend(of_modes(file, &document));
    findings.extend(of_leftovers(file, store));
    findings
}

fn of_document(file: &File, document: &Document) -> Vec<Finding> {
    let ambiguities = document.ambiguities().into_iter();
    let mut findings: Vec<_> = ambiguities
        .map(|source| of_ambiguity(source, file))
        .collect();
    findings.extend(
        document
            .all()
            .filter_map(|(name, line, value)| of_setting(name, line, value.ok(), file)),
    );
    findings
}

fn of_ambiguity(source: Ambiguous, file: &File) -> Finding {
    Finding::of(&LayerError::ambiguous(file, source).into())
}

fn of_setting(name: &str, line: usize, value: Option<Value>, file: &File) -> Option<Finding> {
    let line = Some(line);
    let Some(key) = Key::find(name) else {
        let unknown = Error::Change(ChangeError::unknown(name)).cause();
        let message = format!("the {file} holds an {unknown}");
        return Some(Finding {
            line,
            ..Finding::told("unknown-key", file, message)
        });
    };
    let source = key.check(&value?).err()?;
    let file = file.clone();
    Some(Finding::of(
        &LayerError::Value { file, line, source }.into(),
    ))
}

fn of_modes(file: &File, document: &Document) -> Vec<Finding> {
    let told = |message| Finding::told("open-mode", file, message);
    let of_file = privacy::of_file(file, document).map(told);
    let of_directory = privacy::of_directory(file).map(|message| Finding {
        path: file.path.parent().map(Path::to_path_buf),
        ..told(message)
    });
    of_file.into_iter().chain(of_directory).collect()
}

fn of_leftovers(file: &File, store: &Store) -> Vec<Finding> {
    let left = |path: PathBuf| {
        let message = format!(
            "{} was left behind; the next change removes it",
            path.display()
        );
        Finding {
            path: Some(path),
            ..Finding::told("leftover", file, message)
        }
    };
    match store.leftovers() {
        Ok(paths) => paths.into_iter().map(left).collect(),
        Err(error) => {
            let path = file.path.display();
            let message = format!("cannot tell what was left behind beside {path}: {error}");
            vec![Finding::told("io", file, message)]
        }
    }
}

fn of_environment() -> Vec<Finding> {
    let layers = Layers::new(|name| std::env::var_os(name), Vec::new());
    let wrong = Key::all()
        .iter()
        .filter_map(|key| layers.variable(key).err());
    wrong.map(|error| Finding::of(&error.into())).collect()
}

/// Something that needs attention.
struct Finding {
    code: &'static str,
    message: String,
    path: Option<PathBuf>,
    line: Option<usize>,
    column: Option<usize>,
}

impl Finding {
    fn of(error: &Error) -> Finding {
        let verdict = error.verdict();
        Finding {
            code: verdict.code,
            message: error.cause(),
            path: verdict.path,
            line: verdict.line,
            column: verdict.column,
        }
    }

    fn told(code: &'static str, file: &File, message: String) -> Finding {
        Finding {
            code,
            message,
            path: Some(file.path.clone()),
            line: None,
            column: None,
        }
    }

    fn line(&self) -> String {
        format!("{}\n", on_one_line(&self.message))
    }

    fn json(&self) -> Json {
        json!({
            "code": self.code,
            "message": self.message,
            "path": self.path.as_ref().map(|path| path.to_string_lossy()),
            "line": self.line,
            "column": self.column,
        })
    }
}
