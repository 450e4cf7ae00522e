//! The settings we know: what each is called, what it may hold, and where else it may come from.
//!
//! A value is checked here once, before a lock is taken or a byte is written. It is checked, never
//! improved: what passes is stored as it was typed. No message repeats a value that may carry a
//! secret, and the value of a URL is never repeated at all, for credentials hide in it.

use url::{Host, Url};

use crate::value::Value;

/// A setting we know.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The dotted name, as in `server.tls-verify`.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// The environment variable that overrides the files.
    pub variable: &'static str,
    /// Whether its value must never be shown unasked.
    pub secret: bool,
    /// One sentence for a person.
    pub description: &'static str,
    default: Option<&'static str>,
}

/// What a setting may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An http or https URL with a host and without credentials.
    Url,
    /// A string that is not blank and has no control characters.
    Text,
    /// A boolean.
    Switch,
    /// A whole number of seconds.
    Seconds {
        /// The least that is allowed.
        min: i64,
    },
}

/// A value that its setting cannot hold.
///
/// The message never repeats a secret, a URL, or anything else that may carry credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} {reason}")]
pub struct InvalidValue {
    /// The setting's name.
    pub key: &'static str,
    /// What is wrong, as the rest of a sentence that begins with the name.
    pub reason: String,
}

static KEYS: [Key; 6] = [
    Key {
        name: "server.url",
        kind: Kind::Url,
        variable: "CLEVERAGENTS_SERVER_URL",
        secret: false,
        description: "The address of the server.",
        default: None,
    },
    Key {
        name: "server.namespace",
        kind: Kind::Text,
        variable: "CLEVERAGENTS_SERVER_NAMESPACE",
        secret: false,
        description: "The namespace on the server.",
        default: Some("default"),
    },
    Key {
        name: "server.tls-verify",
        kind: Kind::Switch,
        variable: "CLEVERAGENTS_SERVER_TLS_VERIFY",
        secret: false,
        description: "Whether the server's certificate is verified.",
        default: Some("true"),
    },
    Key {
        name: "server.token",
        kind: Kind::Text,
        variable: "CLEVERAGENTS_SERVER_TOKEN",
        secret: true,
        description: "The token that the server knows us by.",
        default: None,
    },
    Key {
        name: "server.sync.auto",
        kind: Kind::Switch,
        variable: "CLEVERAGENTS_SERVER_SYNC_AUTO",
        secret: false,
        description: "Whether to synchronize with the server unasked.",
        default: Some("true"),
    },
    Key {
        name: "server.sync.interval",
        kind: Kind::Seconds { min: 1 },
        variable: "CLEVERAGENTS_SERVER_SYNC_INTERVAL",
        secret: false,
        description: "Seconds from one synchronization to the next.",
        default: Some("300"),
    },
];

impl Key {
    /// All settings we know, in the order in which people want to read them.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &KEYS
    }

    /// The setting of exactly this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// The setting that someone who typed `name` may have meant.
    ///
    /// Upper case, underscores, small slips and a left-out beginning are forgiven.
    ///
    /// ```
    /// use agents::Key;
    ///
    /// assert_eq!(Key::nearest("tls_verfy").unwrap().name, "server.tls-verify");
    /// assert_eq!(Key::nearest("colour"), None);
    /// ```
    #[must_use]
    pub fn nearest(name: &str) -> Option<&'static Self> {
        let typed = name.to_lowercase().replace('_', "-");
        KEYS.iter()
            .map(|key| (key, key.likeness(&typed)))
            .filter(|(_, likeness)| *likeness >= 0.6)
            .max_by(|(_, one), (_, other)| one.total_cmp(other))
            .map(|(key, _)| key)
    }

    /// From 0 to 1: how much `typed` is like this name, or like its end after any of its dots.
    fn likeness(&self, typed: &str) -> f64 {
        let typed = typed.strip_prefix("server.").unwrap_or(typed);
        let ends = self.name.match_indices('.').map(|(dot, _)| dot + 1);
        ends.chain([0])
            .map(|start| strsim::normalized_damerau_levenshtein(&self.name[start..], typed))
            .fold(0.0, f64::max)
    }

    /// The value that holds where no other is set.
    #[must_use]
    pub fn default(&self) -> Option<Value> {
        self.default.and_then(|text| self.parse(text).ok())
    }

    /// Reads a value from the command line or the environment.
    ///
    /// Nothing is trimmed or rewritten. A switch is `true` or `false`, `yes` or `no`, `on` or `off`,
    /// `1` or `0`, in upper or lower case; seconds are decimal digits.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`]: the setting cannot hold this.
    pub fn parse(&self, text: &str) -> Result<Value, InvalidValue> {
        let value = match self.kind {
            Kind::Url | Kind::Text => Some(Value::Text(text.to_owned())),
            Kind::Switch => switch(text).map(Value::Switch),
            Kind::Seconds { .. } => text.parse().ok().map(Value::Number),
        };
        let value = value.ok_or_else(|| self.invalid(self.kind.wanted()))?;
        self.check(&value).map(|()| value)
    }

    /// Checks a value that was read from a file.
    ///
    /// The TOML type has to be right: the string `"true"` is no switch.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`]: the setting cannot hold this.
    pub fn check(&self, value: &Value) -> Result<(), InvalidValue> {
        match (self.kind, value) {
            (Kind::Url, Value::Text(text)) => check_url(text),
            (Kind::Text, Value::Text(text)) => check_text(text),
            (Kind::Switch, Value::Switch(_)) => Ok(()),
            (Kind::Seconds { min }, Value::Number(seconds)) if *seconds >= min => Ok(()),
            _ => Err(self.kind.wanted()),
        }
        .map_err(|reason| self.invalid(reason))
    }

    fn invalid(&self, reason: String) -> InvalidValue {
        let key = self.name;
        InvalidValue { key, reason }
    }
}

impl Kind {
    fn wanted(self) -> String {
        match self {
            Self::Url => "must be a string, an http or https URL".to_owned(),
            Self::Text => "must be a string".to_owned(),
            Self::Switch => "must be true or false".to_owned(),
            Self::Seconds { min } => {
                let max = i64::MAX;
                format!("must be a whole number of seconds, from {min} to {max}")
            }
        }
    }
}

/// Whether the setting `key` is `other`, or stands below it.
pub(crate) fn is_within(key: &str, other: &str) -> bool {
    key.strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether one of two settings is the other, or stands below it: at most one of them can have a value.
pub(crate) fn are_on_one_path(one: &str, other: &str) -> bool {
    is_within(one, other) || is_within(other, one)
}

fn switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn check_text(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("must not be empty".to_owned());
    }
    if text.chars().any(controls) {
        return Err("must not contain control characters".to_owned());
    }
    Ok(())
}

/// Whether a character changes how those around it are shown, rather than being shown itself: control
/// characters, the separators of lines and paragraphs, and those that turn the direction of writing
/// (Unicode Standard Annex 9, table 4).
fn controls(letter: char) -> bool {
    let turns_or_separates = matches!(
        letter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    letter.is_control() || turns_or_separates
}

/// Stricter than [`Url::parse`], which mends white space, control characters and missing slashes.
fn check_url(text: &str) -> Result<(), String> {
    check_text(text)?;
    if text.contains(char::is_whitespace) {
        return Err("must not contain white space".to_owned());
    }
    let authority = authority(text).ok_or("must begin with http:// or https:// and a host")?;
    if authority.contains('@') {
        return Err("must not contain credentials".to_owned());
    }
    match Url::parse(text) {
        Ok(url) => check_host(&url),
        Err(error) => Err(format!("is not a URL: {error}")),
    }
}

/// Stricter than [`Url::parse`], which takes `.` and `*.example` for names.
fn check_host(url: &Url) -> Result<(), String> {
    let Some(Host::Domain(name)) = url.host() else {
        return Ok(());
    };
    let is_name = |part: &str| {
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        !part.is_empty() && part.chars().all(is_allowed)
    };
    if without_root(name).split('.').all(is_name) {
        Ok(())
    } else {
        Err("must have a host of letters, digits, hyphens and single dots".to_owned())
    }
}

/// A name without the dot that makes it a full one.
fn without_root(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// What stands between `http://` or `https://` and the path; `None` where that is not there.
fn authority(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let http = ["http", "https"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme));
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    (http && !authority.is_empty()).then_some(authority)
}

/// Whether what is sent to `url` is encrypted or stays on this machine.
///
/// This machine is `localhost` and what ends in `.localhost`, 127.0.0.0/8 and `::1`. A name that
/// merely resolves to one of these is not recognized, and what is not a URL is neither.
///
/// ```
/// use agents::is_loopback_or_https;
///
/// assert!(is_loopback_or_https("http://127.0.0.1:8080"));
/// assert!(!is_loopback_or_https("http://server.example"));
/// ```
#[must_use]
pub fn is_loopback_or_https(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() == "https" || is_loopback(&url))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_within_domain(without_root(name), "localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

fn is_within_domain(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> &'static Key {
        Key::find(name).expect("the key is registered")
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn every_key_is_found_by_its_name_and_has_a_matching_variable() {
        for known in Key::all() {
            assert_eq!(Key::find(known.name), Some(known));
            let variable = known.name.to_uppercase().replace(['.', '-'], "_");
            assert_eq!(known.variable, format!("CLEVERAGENTS_{variable}"));
            assert!(known.description.ends_with('.'));
            assert_eq!(known.secret, known.name == "server.token");
        }
        assert_eq!(Key::find("server"), None);
    }

    #[test]
    fn defaults_are_values_that_their_keys_can_hold() {
        let defaults: Vec<_> = Key::all().iter().map(Key::default).collect();
        let expected = [
            None,
            Some(text("default")),
            Some(Value::Switch(true)),
            None,
            Some(Value::Switch(true)),
            Some(Value::Number(300)),
        ];
        assert_eq!(defaults, expected);
    }

    #[test]
    fn the_nearest_key_is_what_was_meant_or_nothing() {
        for (typed, meant) in [
            ("server.ulr", Some("server.url")),
            ("servr.url", Some("server.url")),
            ("URL", Some("server.url")),
            ("server.tls_verify", Some("server.tls-verify")),
            ("namspace", Some("server.namespace")),
            ("interval", Some("server.sync.interval")),
            ("server.auto", Some("server.sync.auto")),
            ("server.sync.intervall", Some("server.sync.interval")),
            ("server.xyz", None),
            ("server.sync.xyz", None),
            ("", None),
        ] {
            assert_eq!(Key::nearest(typed).map(|key| key.name), meant, "{typed}");
        }
    }

    #[test]
    fn urls_are_kept_as_typed_or_refused() {
        let url = key("server.url");
        for good in [
            "https://a.example",
            "HTTP://A.example:8080/Path?q=1@2#x",
            "http://[::1]:1/",
            "https://größe.example/é",
        ] {
            assert_eq!(url.parse(good), Ok(text(good)));
        }
        let begin = "must begin with http:// or https:// and a host";
        for (bad, reason) in [
            ("", "must not be empty"),
            ("https://a.example\n", "must not contain control characters"),
            (" https://a.example", "must not contain white space"),
            ("a.example", begin),
            ("ftp://a.example", begin),
            ("https:a.example", begin),
            ("https:///a.example", begin),
            ("http://", begin),
            ("https://u:p@a.example", "must not contain credentials"),
            ("https://@a.example", "must not contain credentials"),
            (
                "https://a.example:99999",
                "is not a URL: invalid port number",
            ),
            ("https://[::1", "is not a URL: invalid IPv6 address"),
        ] {
            let error = url.parse(bad).expect_err(bad);
            assert_eq!(error.to_string(), format!("server.url {reason}"), "{bad}");
        }
    }

    #[test]
    fn no_message_repeats_what_was_typed() {
        for known in Key::all() {
            for bad in [
                "hunter2\u{7}",
                "hunter2://hunter2",
                "https://hunter2@hunter2:hunter2/",
            ] {
                if let Err(error) = known.parse(bad) {
                    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
                }
            }
        }
    }

    #[test]
    fn switches_are_forgiving_on_the_command_line_only() {
        let switch = key("server.tls-verify");
        for (typed, on) in [("true", true), ("Yes", true), ("ON", true), ("1", true)] {
            assert_eq!(switch.parse(typed), Ok(Value::Switch(on)));
        }
        for typed in ["false", "No", "off", "0"] {
            assert_eq!(switch.parse(typed), Ok(Value::Switch(false)));
        }
        let error = switch
            .parse(" true")
            .expect_err("white space is not trimmed");
        assert_eq!(error.to_string(), "server.tls-verify must be true or false");
        assert!(switch.check(&text("true")).is_err());
        assert!(switch.check(&Value::Number(1)).is_err());
    }

    #[test]
    fn seconds_are_whole_and_at_least_the_minimum() {
        let seconds = key("server.sync.interval");
        assert_eq!(seconds.parse("1"), Ok(Value::Number(1)));
        for bad in ["0", "-1", "1.5", "5s", "", "9223372036854775808"] {
            let error = seconds.parse(bad).expect_err(bad).to_string();
            let reason = "must be a whole number of seconds, from 1 to 9223372036854775807";
            assert_eq!(error, format!("server.sync.interval {reason}"));
        }
    }

    #[test]
    fn text_is_a_string_and_not_blank() {
        for name in ["server.namespace", "server.token"] {
            assert_eq!(key(name).parse(" ü "), Ok(text(" ü ")));
            for bad in ["", "  ", "a\tb", "a\u{85}b"] {
                assert!(key(name).parse(bad).is_err(), "{bad:?}");
            }
            let error = key(name)
                .check(&Value::Number(1))
                .expect_err("a number is no text");
            assert_eq!(error.to_string(), format!("{name} must be a string"));
        }
        let error = key("server.url")
            .check(&Value::Switch(true))
            .expect_err("no URL");
        assert_eq!(error.reason, "must be a string, an http or https URL");
    }

    #[test]
    fn only_https_and_this_machine_need_no_warning() {
        for quiet in [
            "https://a.example",
            "http://localhost:1",
            "http://LOCALHOST",
            "http://a.localhost/",
            "http://127.9.9.9",
            "http://[::1]",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(is_loopback_or_https(quiet), "{quiet}");
        }
        for loud in [
            "http://a.example",
            "http://10.0.0.1",
            "http://[::2]",
            "localhost",
            "data:x",
        ] {
            assert!(!is_loopback_or_https(loud), "{loud}");
        }
    }
}
