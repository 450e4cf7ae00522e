//! Applies a change to one file, or shows it, and says what then holds.
//!
//! Whatever else there is to say (another layer wins, others can read the file) is found out after
//! the change is in place, and so it is a warning, never an error.

use crate::changes::Changes;
use crate::document::Document;
use crate::layers::{File, LayerError, Layers, Source};
use crate::transaction::Applied;

use super::difference::difference;
use super::exit::Error;
use super::options::Change;
use super::output::{Report, on_one_line};
use super::privacy;
use super::setting::Shown;
use super::workplace::Workplace;

/// A change that was applied, or would be.
pub(super) struct Written<'a> {
    workplace: &'a Workplace,
    file: File,
    applied: Applied,
    dry_run: bool,
}

/// Applies `changes` to the file that is meant, or finds out what they would do to it.
pub(super) fn write<'a>(
    workplace: &'a Workplace,
    change: &Change,
    changes: &Changes,
) -> Result<Written<'a>, Error> {
    let file = workplace.target(change.scope)?;
    let store = workplace.store(&file.path);
    let applied = if change.dry_run {
        store.preview(changes)
    } else {
        store.apply(changes)
    }?;
    Ok(Written {
        workplace,
        file,
        applied,
        dry_run: change.dry_run,
    })
}

impl Written<'_> {
    /// The file that was meant.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Whether nothing was applied: it was only asked what would be.
    pub(super) fn is_dry(&self) -> bool {
        self.dry_run
    }

    /// Whether the file held `key` before.
    pub(super) fn held(&self, key: &str) -> bool {
        holds(&self.applied.before, key)
    }

    /// Whether the file held `key` before and does so no longer.
    pub(super) fn removed(&self, key: &str) -> bool {
        self.held(key) && !holds(&self.applied.after, key)
    }

    /// Says what the file holds of `keys`, after the `warnings` and those that concern every change.
    ///
    /// # Errors
    ///
    /// Only a change that was not applied can fail here, where its diff cannot be shown.
    pub(super) fn report(self, keys: &[&str], mut warnings: Vec<String>) -> Result<Report, Error> {
        if self.dry_run {
            return Ok(self.preview()?.warnings(warnings));
        }
        let (shown, others) = self.holds_now(keys);
        warnings.extend(others);
        warnings.extend(privacy::of_file(&self.file, &self.applied.after));
        let changed = self.applied.changed();
        let text = if changed {
            self.lines(&shown)
        } else {
            self.unchanged()
        };
        Ok(Report::written(changed, text)
            .with("path", self.file.path.to_string_lossy().into_owned())
            .with("scope", self.file.scope.name())
            .with("settings", shown)
            .warnings(warnings))
    }

    fn preview(&self) -> Result<Report, Error> {
        let Applied { before, after } = &self.applied;
        let changed = self.applied.changed();
        let diff = difference(&self.file.path, before, after)?;
        let text = if changed {
            diff.clone()
        } else {
            self.unchanged()
        };
        Ok(Report::read(text)
            .with("path", self.file.path.to_string_lossy().into_owned())
            .with("scope", self.file.scope.name())
            .with("dry_run", true)
            .with("would_change", changed)
            .with("diff", diff))
    }

    fn lines(&self, shown: &[Shown]) -> String {
        shown
            .iter()
            .map(|shown| shown.line(self.workplace.verbose()))
            .collect()
    }

    fn unchanged(&self) -> String {
        format!(
            "unchanged: {}\n",
            on_one_line(&self.file.path.to_string_lossy())
        )
    }

    /// What the file holds of `keys`, and for which of them another layer has the last word.
    fn holds_now(&self, keys: &[&str]) -> (Vec<Shown>, Vec<String>) {
        match self.workplace.layers_over(&self.file, &self.applied.after) {
            Ok(layers) => {
                let told = keys.iter().map(|key| self.holds_under(&layers, key));
                let (shown, others): (_, Vec<_>) = told.unzip();
                (shown, others.into_iter().flatten().collect())
            }
            Err(error) => {
                let shown = keys.iter().map(|key| self.stored(key)).collect();
                (shown, vec![untold(error)])
            }
        }
    }

    /// What the file holds of `key`, and whether another one of `layers` has the last word.
    fn holds_under(&self, layers: &Layers, key: &str) -> (Shown, Option<String>) {
        let other = match layers.get(key) {
            Ok(None) => None,
            Ok(Some(setting)) => match &setting.source {
                Source::Default => None,
                Source::File(file) if *file == self.file => {
                    return (Shown::effective(key, Some(setting)), None);
                }
                source => Some(format!("{key} still comes from the {source}")),
            },
            Err(error) => Some(untold(error)),
        };
        (self.stored(key), other)
    }

    fn stored(&self, key: &str) -> Shown {
        let value = self.applied.after.get(key).ok().flatten();
        Shown::stored(key, value, &self.file)
    }
}

fn untold(error: LayerError) -> String {
    format!(
        "another layer may have the last word: {}",
        Error::from(error).cause()
    )
}

fn holds(document: &Document, key: &str) -> bool {
    !matches!(document.get(key), Ok(None))
}
