//! How a setting is shown: as a line, and as JSON, a secret never unless it is asked for.

use serde_json::{Value as Json, json};

use crate::layers::{File, Setting, Source};
use crate::registry::{Key, are_on_one_path};
use crate::value::Value;

use super::output::on_one_line;

/// A key and its value, as they may be shown.
pub(super) struct Shown {
    key: String,
    value: Option<Value>,
    redacted: bool,
    source: Option<Source>,
}

impl Shown {
    /// What holds for `key`, without its secret.
    pub(super) fn effective(key: &str, setting: Option<Setting>) -> Shown {
        let (value, source) = setting
            .map(|setting| (setting.value, setting.source))
            .unzip();
        let redacted = value.is_some() && is_secret(key);
        Shown {
            key: key.to_owned(),
            value,
            redacted,
            source,
        }
    }

    /// What a file holds for `key`, without its secret.
    pub(super) fn stored(key: &str, value: Option<Value>, file: &File) -> Shown {
        let source = Source::File(file.clone());
        let setting = value.map(|value| Setting {
            key: key.to_owned(),
            value,
            source,
        });
        Shown::effective(key, setting)
    }

    /// The same with its secret, for whoever asked for it.
    pub(super) fn revealed(self) -> Shown {
        Shown {
            redacted: false,
            ..self
        }
    }

    /// The bare value, as `config get` prints it.
    pub(super) fn bare(&self) -> String {
        match &self.value {
            Some(value) if !self.redacted => value.to_string(),
            _ => self.told(),
        }
    }

    /// A line that ends, with its source if wanted.
    pub(super) fn line(&self, with_source: bool) -> String {
        let source = if with_source {
            self.source()
        } else {
            String::new()
        };
        format!("{} = {}{source}\n", on_one_line(&self.key), self.told())
    }

    /// Where the value comes from, in parentheses after a space.
    pub(super) fn source(&self) -> String {
        let told = |source: &Source| format!(" ({})", on_one_line(&source.to_string()));
        self.source.as_ref().map(told).unwrap_or_default()
    }

    /// The value in TOML, on one line.
    fn told(&self) -> String {
        match &self.value {
            None => "(not set)".to_owned(),
            Some(_) if self.redacted => "(set)".to_owned(),
            Some(value) => on_one_line(&value.source()).into_owned(),
        }
    }
}

impl From<Shown> for Json {
    fn from(shown: Shown) -> Json {
        json!({
            "key": shown.key,
            "value": shown.value.as_ref().filter(|_| !shown.redacted),
            "set": shown.value.is_some(),
            "redacted": shown.redacted,
            "source": shown.source.as_ref().map(source),
        })
    }
}

fn source(source: &Source) -> Json {
    let (path, variable) = match source {
        Source::File(file) => (Some(file.path.to_string_lossy()), None),
        Source::Variable(name) => (None, Some(name)),
        Source::Flag | Source::Default => (None, None),
    };
    json!({ "layer": source.layer(), "path": path, "variable": variable })
}

/// Whether `key` is a secret's, stands below one, or has a value where one would stand in it.
pub(super) fn is_secret(key: &str) -> bool {
    let mut secrets = Key::all().iter().filter(|key| key.secret);
    secrets.any(|secret| are_on_one_path(key, secret.name))
}
