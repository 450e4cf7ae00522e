//! The unified diff of a change, without secrets.
//!
//! Both documents are redacted before they are compared, so a secret shows neither in a line that
//! changes nor in the lines around it.

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
    let name = on_one_line(&path.to_string_lossy());
    let diff = TextDiff::from_lines(old.as_str(), new.as_str());
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

/// Whether `key` is a secret, or a URL that is none: credentials hide in it.
fn is_private(key: &str, document: &Document) -> bool {
    let url = Key::find(key).filter(|key| key.kind == Kind::Url);
    let value = document.get(key).ok().flatten();
    let is_wrong = url
        .zip(value)
        .is_some_and(|(key, value)| key.check(&value).is_err());
    is_secret(key) || is_wrong
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
