//! A setting's value, and how it is spelled in TOML.
//!
//! Three types are ours to write: text, switches and whole numbers. Any other TOML (an array, a date,
//! a float) is carried along as its source text, so that what we do not understand is shown as it
//! stands and never rewritten.

use std::fmt;

use serde::Serialize;
use toml::de::{DeInteger, DeValue};
use toml_writer::{TomlStringBuilder, TomlWrite};

/// A setting's value.
///
/// ```
/// use agents::Value;
///
/// let namespace = Value::Text("caf\u{e9} \"1\"".to_owned());
/// assert_eq!(namespace.to_string(), "café \"1\"");
/// assert_eq!(namespace.source(), r#""café \"1\"""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A string, decoded.
    Text(String),
    /// A boolean.
    Switch(bool),
    /// An integer.
    Number(i64),
    /// Any other TOML, as its source text: an array, a date, a float, an integer beyond 64 bits.
    Other(String),
}

impl Value {
    /// The TOML source of this value.
    ///
    /// Text becomes a basic string on one line; control characters, quotes and backslashes are
    /// escaped, every other character stays readable as it is.
    #[must_use]
    pub fn source(&self) -> String {
        let mut source = String::new();
        // Writing into a `String` cannot fail.
        let _ = match self {
            Self::Text(text) => source.value(TomlStringBuilder::new(text).as_basic()),
            Self::Switch(on) => source.value(*on),
            Self::Number(number) => source.value(*number),
            Self::Other(other) => fmt::Write::write_str(&mut source, other),
        };
        source
    }

    /// Reads a value from its TOML source; what is not text, a switch or a number stays source.
    pub(crate) fn from_source(source: &str) -> Self {
        Self::understood(source).unwrap_or_else(|| Self::Other(source.to_owned()))
    }

    fn understood(source: &str) -> Option<Self> {
        match DeValue::parse(source).ok()?.into_inner() {
            DeValue::String(text) => Some(Self::Text(text.into_owned())),
            DeValue::Boolean(on) => Some(Self::Switch(on)),
            DeValue::Integer(integer) => whole(&integer).map(Self::Number),
            _ => None,
        }
    }
}

fn whole(integer: &DeInteger) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// Text is shown as it is, without quotes; everything else as its TOML source.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Other(text) => f.write_str(text),
            Self::Switch(on) => on.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(on: bool) -> Self {
        Self::Switch(on)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn reads_what_it_understands_and_keeps_the_rest_as_source() {
        let other = |source: &str| Value::Other(source.to_owned());
        for (source, value) in [
            ("'x'", text("x")),
            ("\"\"\"\nx\"\"\"", text("x")),
            (r#""\u00e9""#, text("é")),
            ("false", Value::Switch(false)),
            ("1_000", Value::Number(1000)),
            ("0x10", Value::Number(16)),
            ("-9223372036854775808", Value::Number(i64::MIN)),
            ("9223372036854775808", other("9223372036854775808")),
            ("1.50", other("1.50")),
            ("[1, 2 ]", other("[1, 2 ]")),
            ("2026-01-01", other("2026-01-01")),
            ("1 2", other("1 2")),
        ] {
            assert_eq!(Value::from_source(source), value, "{source}");
        }
    }

    #[test]
    fn writes_source_that_reads_as_the_same_value() {
        for (value, source) in [
            (text(""), r#""""#),
            (text("a\"b\\c"), r#""a\"b\\c""#),
            (text("a\nb\tc\u{7f}\u{0}"), r#""a\nb\tc\u007F\u0000""#),
            (text("größe 日本 \u{1f980}"), "\"größe 日本 \u{1f980}\""),
            (Value::Switch(true), "true"),
            (Value::Number(-3), "-3"),
            (Value::Other("[1,2]".to_owned()), "[1,2]"),
        ] {
            assert_eq!(value.source(), source);
            assert_eq!(Value::from_source(source), value);
        }
    }

    #[test]
    fn displays_text_plainly() {
        for (value, shown) in [
            (text("a \"b\""), "a \"b\""),
            (Value::Switch(false), "false"),
            (Value::Number(7), "7"),
            (Value::Other("1.0".to_owned()), "1.0"),
        ] {
            assert_eq!(value.to_string(), shown);
        }
    }

    #[test]
    fn serializes_as_the_plain_type() {
        let values = [
            text("x"),
            Value::Switch(true),
            Value::Number(5),
            Value::Other("1.0".to_owned()),
        ];
        let json = serde_json::to_string(&values).expect("values are JSON");
        assert_eq!(json, r#"["x",true,5,"1.0"]"#);
    }
}
