//! The unified diff of a change, without secrets.
//!
//! Both documents are redacted before they are compared, so a secret shows neither in a line that
//! changes nor in the lines around it. A comment is redacted where it holds a secret of either document,
//! or one that was commented out; what else somebody may have noted in a comment, nobody can tell.

use std::path::Path;

use similar::TextDiff;

use crate::document::{Document, EditError};
use crate::error::StoreError;
use crate::registry::{Key, Kind};
use crate::value::Value;

use super::output::on_one_line;
use super::setting::is_secret;

/// The unified diff from `before` to `after`, empty where they are equal.
///
/// # Errors
///
/// [`StoreError`] where a secret stands in a way that does not let it be replaced.
pub(super) fn difference(
    path: &Path,
    before: &Document,
    after: &Document,
) -> Result<String, StoreError> {
    let (old, new) = redacted(before, after).map_err(|source| match source {
        EditError::Ambiguous(source) => StoreError::Ambiguous {
            path: path.to_owned(),
            source,
        },
        source => StoreError::Edit {
            path: path.to_owned(),
            source,
        },
    })?;
    let secrets: Vec<String> = [before, after].into_iter().flat_map(secrets).collect();
    let (old, new) = (quiet(&old, &secrets), quiet(&new, &secrets));
    let path = path.to_string_lossy();
    let name = on_one_line(&path);
    let diff = TextDiff::from_lines(&old, &new);
    Ok(diff.unified_diff().header(&name, &name).to_string())
}

fn redacted(before: &Document, after: &Document) -> Result<(Document, Document), EditError> {
    let (mut old, mut new) = (before.clone(), after.clone());
    for key in before.keys().iter().filter(|key| is_private(key, before)) {
        old.set(key, &Value::Text("(redacted)".to_owned()))?;
    }
    for key in after.keys().iter().filter(|key| is_private(key, after)) {
        let same = before.get(key)? == after.get(key)?;
        let word = if same {
            "(redacted)"
        } else {
            "(redacted, new)"
        };
        new.set(key, &Value::Text(word.to_owned()))?;
    }
    Ok((old, new))
}

/// What must not show of a document: the texts of its private settings.
fn secrets(document: &Document) -> Vec<String> {
    let keys = document.keys().into_iter();
    keys.filter(|key| is_private(key, document))
        .filter_map(|key| Some(document.get(&key).ok()??.to_string()))
        .filter(|secret| !secret.is_empty())
        .collect()
}

/// The text of a document, without the comments that hold a secret.
fn quiet(document: &Document, secrets: &[String]) -> String {
    let mut text = document.as_str().to_owned();
    for span in document.comments().into_iter().rev() {
        let comment = &text[span.clone()];
        let holds_one = secrets.iter().any(|secret| comment.contains(secret));
        if holds_one || assigns_secret(comment) {
            text.replace_range(span, "# (redacted)");
        }
    }
    text
}

/// Whether a comment looks like a secret's key with a value.
fn assigns_secret(comment: &str) -> bool {
    let secrets = Key::all().iter().filter(|key| key.secret);
    let names = secrets.filter_map(|key| key.name.rsplit('.').next());
    let is_assigned = |rest: &str| {
        rest.trim_start_matches(['"', '\'', ' ', '\t'])
            .starts_with('=')
    };
    names
        .flat_map(|name| comment.match_indices(name))
        .any(|(at, name)| is_assigned(&comment[at + name.len()..]))
}

/// Whether `key` is a secret, or a URL that is none: credentials hide in it.
fn is_private(key: &str, document: &Document) -> bool {
    let is_wrong = |known: &Key| {
        let value = document.get(key).ok().flatten();
        value.is_some_and(|value| known.check(&value).is_err())
    };
    let url = Key::find(key).filter(|known| known.kind == Kind::Url);
    is_secret(key) || url.is_some_and(is_wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str) -> String {
        let parse = |text| Document::parse(text).expect("TOML");
        difference(Path::new("/c"), &parse(before), &parse(after)).expect("a difference")
    }

    #[test]
    fn equal_documents_do_not_differ() {
        assert_eq!(diff("a = 1\n", "a = 1\n"), "");
    }

    #[test]
    fn a_secret_shows_neither_in_the_lines_nor_around_them() {
        for (before, after, told) in [
            (
                "[server]\nurl = 'a'\ntoken = 's1'\n",
                "[server]\nurl = 'b'\ntoken = 's1'\n",
                " token = \"(redacted)\"",
            ),
            (
                "\"server.token\" = 's1'\n",
                "\"server.token\" = 's2'\n",
                "+\"server.token\" = \"(redacted, new)\"",
            ),
            (
                "server.token = \"\"\"\ns1\"\"\"\n",
                "",
                "-server.token = \"(redacted)\"",
            ),
            (
                "",
                "server = { token = 's2' }\n",
                "+server = { token = \"(redacted, new)\" }",
            ),
            (
                "[server.token]\nvalue = 's1'\n",
                "",
                "-value = \"(redacted)\"",
            ),
        ] {
            let diff = diff(before, after);
            assert!(diff.contains(told), "{diff}");
            assert!(!diff.contains("s1") && !diff.contains("s2"), "{diff}");
        }
    }

    #[test]
    fn where_a_secret_cannot_be_redacted_nothing_is_shown() {
        let refused = |text: &str| {
            let document = Document::parse(text).expect("TOML");
            difference(Path::new("/c"), &document, &document).expect_err("refused")
        };
        let twice = "\"server.token\" = 's1'\nserver.token = 's2'\n";
        assert!(matches!(refused(twice), StoreError::Ambiguous { .. }));
        assert!(matches!(
            refused("[[server.token]]\n"),
            StoreError::Edit { .. }
        ));
    }
}
