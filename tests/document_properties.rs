//! What holds for every TOML file and every edit.
//!
//! The files come in all styles at once: tables, dotted, quoted and inline keys, arrays of tables,
//! comments wherever one may stand, CRLF, a BOM, no final newline. Each is judged by reading it with
//! the `toml` crate, not with our own eyes.

use std::collections::BTreeMap;
use std::ops::Range;

use agents::Value;
use agents::{Document, EditError, SyntaxError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use toml::de::{DeTable, DeValue};

/// Every setting's values with their spans, by dotted name; more than one where it is ambiguous.
type Settings = BTreeMap<String, Vec<(String, Range<usize>)>>;

fn settings(text: &str) -> Settings {
    let mut settings = Settings::new();
    gather(
        "",
        DeTable::parse(text).expect("the text is TOML").get_ref(),
        &mut settings,
    );
    settings
}

fn gather(prefix: &str, table: &DeTable, settings: &mut Settings) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(table) => gather(&format!("{name}."), table, settings),
            other => settings
                .entry(name)
                .or_default()
                .push((shown(other), value.span())),
        }
    }
}

fn shown(value: &DeValue) -> String {
    match value {
        DeValue::Array(values) => {
            let values: Vec<_> = values.iter().map(|value| shown(value.get_ref())).collect();
            format!("array {values:?}")
        }
        DeValue::Table(table) => {
            let mut settings = Settings::new();
            gather("", table, &mut settings);
            format!("table {:?}", meanings(&settings))
        }
        DeValue::String(text) => format!("string {text:?}"),
        DeValue::Integer(number) => format!("integer {number}"),
        DeValue::Float(number) => format!("float {number}"),
        DeValue::Boolean(on) => format!("boolean {on}"),
        DeValue::Datetime(datetime) => format!("datetime {datetime}"),
    }
}

/// The settings without their spans.
fn meanings(settings: &Settings) -> BTreeMap<String, Vec<String>> {
    let shown = |values: &Vec<(String, _)>| values.iter().map(|(shown, _)| shown.clone()).collect();
    settings
        .iter()
        .map(|(name, values)| (name.clone(), shown(values)))
        .collect()
}

fn all_but(settings: &Settings, key: &str) -> BTreeMap<String, Vec<String>> {
    let mut meanings = meanings(settings);
    meanings.remove(key);
    meanings
}

fn shown_value(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("string {text:?}"),
        Value::Switch(on) => format!("boolean {on}"),
        Value::Number(number) => format!("integer {number}"),
        Value::Other(_) => unreachable!("we never write other TOML"),
    }
}

fn segment() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "b", "c", "tls-verify", "größe", "7"])
}

fn name() -> impl Strategy<Value = Vec<&'static str>> {
    vec(segment(), 1..4)
}

/// A name with its dots in or between quotes, and white space where it may be.
fn key() -> impl Strategy<Value = String> {
    (
        name(),
        vec(any::<bool>(), 3),
        select(vec!["\"", "'"]),
        select(vec![".", " . "]),
    )
        .prop_map(|(name, quoted, quote, dot)| {
            let mut key = String::new();
            let mut run: Vec<&str> = Vec::new();
            for (index, segment) in name.iter().enumerate() {
                run.push(segment);
                if quoted[index] && index + 1 < name.len() {
                    continue;
                }
                let joined = run.join(".");
                let is_bare = run.len() == 1 && joined.is_ascii() && !quoted[index];
                key += if key.is_empty() { "" } else { dot };
                let quote = if is_bare { "" } else { quote };
                key.extend([quote, &joined, quote]);
                run.clear();
            }
            key
        })
}

fn scalar() -> impl Strategy<Value = String> {
    select(vec![
        "1",
        "-0x",
        "0xff",
        "1_000",
        "9223372036854775808",
        "true",
        "false",
        "1.50",
        "nan",
        "-inf",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "07:32:00",
        "\"\"",
        "'it # is'",
        "\"a\\tü\\u00e9\"",
        "\"\"\"\n[a]\nb = 1 # no\n\n\"\"\"",
        "'''x\n'''",
        "[]",
        "[1, 2 ,]",
        "[ # in\n  'x', # in\n\n]",
        "[{a = 1}, {b = [2]}]",
        "[[], [[\"]\"]]]",
    ])
    .prop_map(str::to_owned)
}

/// A scalar, an array or an inline table, on one line or on several.
fn value() -> impl Strategy<Value = String> {
    let separator = select(vec![
        ",",
        ", ",
        " , ",
        ",\n  ",
        ", # in\n  ",
        " # in\n  , ",
        "\n  ,",
    ]);
    let ends = select(vec![
        ("{", "}"),
        ("{ ", " }"),
        ("{ ", ", }"),
        ("{\n  ", "\n}"),
        ("{\r\n\t", ", # in\n}"),
        ("{ # in\n  ", " # in\n # in\n}"),
        ("{\n  ", " }"),
    ]);
    scalar().prop_recursive(2, 8, 3, move |value| {
        let entry = (key(), select(vec!["=", " = "]), value)
            .prop_map(|(key, equals, value)| key + equals + &value);
        (vec(entry, 0..4), separator.clone(), ends.clone()).prop_map(
            |(entries, separator, (open, close))| {
                let close = if entries.is_empty() {
                    close.replace(',', "")
                } else {
                    close.to_owned()
                };
                format!("{open}{}{close}", entries.join(separator))
            },
        )
    })
}

/// A line, or the lines of a value, of a file.
fn piece() -> impl Strategy<Value = String> {
    let comment = select(vec!["", "", " # end", "\t#end \"'[=", "  "]);
    let indent = select(vec!["", "", "  ", "\t"]);
    let setting = (key(), select(vec!["=", " = ", "\t="]), value())
        .prop_map(|(key, equals, value)| key + equals + &value);
    let header = (key(), prop::bool::weighted(0.2)).prop_map(|(key, is_array)| {
        if is_array {
            format!("[[{key}]]")
        } else {
            format!("[{key}]")
        }
    });
    let line = prop_oneof![5 => setting, 3 => header, 1 => Just(String::new())];
    let line = (indent, line, comment)
        .prop_map(|(indent, line, comment)| format!("{indent}{line}{comment}"));
    prop_oneof![8 => line, 1 => Just("# own".to_owned()), 1 => Just(" # own ü".to_owned())]
}

/// Whether a dotted key reaches into an array of tables, which the `toml` crate lets through: the one thing that we
/// refuse and it does not.
fn is_stray(text: &str) -> bool {
    let refused = Document::parse(text).err();
    let is_other = |error: &SyntaxError| !error.message.contains("an array of tables");
    assert_eq!(refused.as_ref().filter(|error| is_other(error)), None);
    refused.is_some()
}

/// A valid file: of the lines that were drawn, those that fit to the ones before.
fn file() -> impl Strategy<Value = String> {
    (vec(piece(), 0..12), any::<[bool; 3]>()).prop_map(|(pieces, [crlf, bom, is_open])| {
        let mut text = String::new();
        for piece in pieces {
            let longer = format!("{text}{}\n", piece.replace('\r', ""));
            if DeTable::parse(&longer).is_ok() && !is_stray(&longer) {
                text = longer;
            }
        }
        if is_open {
            text.pop();
        }
        let text = if crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        };
        if bom { format!("\u{feff}{text}") } else { text }
    })
}

/// A key of the file, a key beside one of its keys, or any key.
fn target(file: &str) -> impl Strategy<Value = String> + use<> {
    let names: Vec<String> = settings(file).into_keys().collect();
    (any::<Index>(), 0..4, name()).prop_map(move |(index, kind, other)| {
        let other = other.join(".");
        if names.is_empty() || kind == 0 {
            return other;
        }
        let name = index.get(&names);
        match (kind, name.rsplit_once('.')) {
            (1, Some((parent, _))) => format!("{parent}.{other}"),
            (1, None) => "new".to_owned(),
            _ => name.clone(),
        }
    })
}

fn new_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::Text),
        "[a-z\"'\\\\#\n\r\tü\u{7f}]{0,8}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Switch),
        any::<i64>().prop_map(Value::Number),
    ]
}

fn edited_file() -> impl Strategy<Value = (String, String, Value)> {
    file().prop_flat_map(|file| {
        let target = target(&file);
        (Just(file), target, new_value())
    })
}

/// An edit: a value to set, or none to unset.
fn edits() -> impl Strategy<Value = (String, Vec<(String, Option<Value>)>)> {
    file().prop_flat_map(|file| {
        let edit = (target(&file), prop::option::weighted(0.6, new_value()));
        (Just(file), vec(edit, 0..8))
    })
}

fn document(text: &str) -> Document {
    Document::parse(text).expect("the text is TOML")
}

/// What of `old` and of `new` is left between their common beginning and their common end.
fn between<'t>(old: &'t str, new: &'t str) -> (Range<usize>, &'t str) {
    let pairs = old.chars().zip(new.chars());
    let start: usize = pairs
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one.len_utf8())
        .sum();
    let pairs = old[start..].chars().rev().zip(new[start..].chars().rev());
    let end: usize = pairs
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one.len_utf8())
        .sum();
    (start..old.len() - end, &new[start..new.len() - end])
}

/// Whether another plain setting stands directly beside `key`.
fn has_sibling(settings: &Settings, key: &str) -> bool {
    let parent = |name: &str| name.rsplit_once('.').map(|(parent, _)| parent.to_owned());
    settings.iter().any(|(name, values)| {
        parent(name) == parent(key) && values.iter().all(|(shown, _)| !shown.starts_with("array"))
    })
}

fn own_comments(text: &str) -> usize {
    text.matches("# own").count()
}

/// The number signs that setting `key` to `value` brings along.
fn comments_in(key: &str, value: &Value) -> usize {
    comments(key) + comments(&value.source())
}

fn comments(text: &str) -> usize {
    text.matches('#').count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn set_changes_one_setting_and_no_other((file, key, value) in edited_file()) {
        let mut document = document(&file);
        let before = settings(&file);
        match document.set(&key, &value) {
            Ok(()) => {
                let after = settings(document.as_str());
                prop_assert_eq!(document.get(&key), Ok(Some(value.clone())));
                prop_assert_eq!(&meanings(&after)[&key], &[shown_value(&value)]);
                prop_assert_eq!(all_but(&after, &key), all_but(&before, &key));
            }
            Err(error) => {
                prop_assert_eq!(document.as_str(), &file);
                prop_assert!(!matches!(error, EditError::Refused { .. }), "{}", error);
            }
        }
    }

    #[test]
    fn set_leaves_the_bytes_around_the_value_alone((file, key, value) in edited_file()) {
        let mut document = document(&file);
        let before = settings(&file);
        if document.set(&key, &value).is_ok() {
            let (old, new) = between(&file, document.as_str());
            if let Some([(_, span)]) = before.get(&key).map(Vec::as_slice) {
                let is_empty = old.is_empty() && new.is_empty();
                prop_assert!(is_empty || span.start <= old.start && old.end <= span.end);
            } else {
                let old = file[old].trim();
                prop_assert!(old.is_empty() || old.starts_with('#') && !old.contains('\n'));
                prop_assert_eq!(comments(document.as_str()), comments(&file) + comments_in(&key, &value));
            }
        }
    }

    #[test]
    fn set_a_second_time_changes_no_byte((file, key, value) in edited_file()) {
        let mut document = document(&file);
        if document.set(&key, &value).is_ok() {
            let once = document.as_str().to_owned();
            prop_assert_eq!(document.set(&key, &value), Ok(()));
            prop_assert_eq!(document.as_str(), once);
        }
    }

    #[test]
    fn set_follows_the_line_ends_of_the_file((file, key, on) in edited_file()) {
        let mut document = document(&file);
        if document.set(&key, &Value::Switch(on == Value::Switch(true))).is_ok() {
            let text = document.as_str();
            prop_assert_eq!(text.starts_with('\u{feff}'), file.starts_with('\u{feff}'));
            let is_empty = file.trim_start_matches('\u{feff}').is_empty();
            prop_assert_eq!(text.ends_with('\n'), is_empty || file.ends_with('\n'));
            let lone = |text: &str| text.replace("\r\n", "").contains('\n');
            prop_assert!(lone(&file) || !file.contains('\n') || !lone(text));
        }
    }

    #[test]
    fn unset_brings_back_the_bytes_where_there_are_siblings((file, key, value) in edited_file()) {
        let mut document = document(&file);
        let before = settings(&file);
        if !before.contains_key(&key) && has_sibling(&before, &key) && document.set(&key, &value).is_ok() {
            prop_assert_eq!(document.unset(&key), Ok(true));
            prop_assert_eq!(document.as_str(), file);
        }
    }

    #[test]
    fn unset_takes_one_setting_and_its_own_comment((file, key, _) in edited_file()) {
        let mut document = document(&file);
        let before = settings(&file);
        let was_there = before.contains_key(&key);
        match document.unset(&key) {
            Ok(unset) => {
                prop_assert_eq!(unset, was_there);
                prop_assert_eq!(document.get(&key), Ok(None));
                prop_assert_eq!(meanings(&settings(document.as_str())), all_but(&before, &key));
                let inside = before.get(&key).map_or(0, |values| comments(&file[values[0].1.clone()]));
                prop_assert!(own_comments(document.as_str()) == own_comments(&file));
                prop_assert!(comments(document.as_str()) + inside + 1 >= comments(&file));
            }
            Err(error) => {
                prop_assert_eq!(document.as_str(), &file);
                prop_assert!(!matches!(error, EditError::Refused { .. }), "{}", error);
            }
        }
    }

    #[test]
    fn any_edits_equal_a_map((file, edits) in edits()) {
        let mut document = document(&file);
        let before = settings(&file);
        let mut model = meanings(&before);
        for (key, edit) in edits {
            let old = document.as_str().to_owned();
            let result = match &edit {
                Some(value) => document.set(&key, value).map(|()| true),
                None => document.unset(&key),
            };
            match (result, edit) {
                (Ok(is_made), Some(value)) => {
                    prop_assert!(is_made);
                    model.insert(key, vec![shown_value(&value)]);
                }
                (Ok(was_there), None) => prop_assert_eq!(was_there, model.remove(&key).is_some()),
                (Err(error), _) => {
                    prop_assert!(!matches!(error, EditError::Refused { .. }), "{}", error);
                    prop_assert_eq!(document.as_str(), old);
                }
            }
        }
        let after = meanings(&settings(document.as_str()));
        prop_assert_eq!(after, model);
    }

    #[test]
    fn keys_and_ambiguities_are_what_the_toml_crate_reads(file in file()) {
        let document = document(&file);
        let settings = settings(&file);
        let mut keys = document.keys();
        keys.sort();
        prop_assert_eq!(keys, settings.keys().cloned().collect::<Vec<_>>());
        let ambiguous: Vec<_> = settings.iter().filter(|(_, values)| values.len() > 1).map(|(name, _)| name.clone()).collect();
        prop_assert_eq!(document.ambiguities().into_iter().map(|ambiguity| ambiguity.key).collect::<Vec<_>>(), ambiguous.clone());
        for name in settings.keys() {
            prop_assert_eq!(document.get(name).is_err(), ambiguous.contains(name));
            prop_assert!(document.line_of(name).is_some());
        }
        let all: Vec<_> = document.all().map(|(name, line, value)| (name.to_owned(), Some(line), value.map(Some))).collect();
        let each = document.keys().into_iter().map(|name| (name.clone(), document.line_of(&name), document.get(&name)));
        prop_assert_eq!(all, each.collect::<Vec<_>>());
    }

    #[test]
    fn no_text_makes_it_panic(file in file(), noise in any::<String>(), at in any::<Index>(), cut in any::<bool>(), key in ".{0,6}") {
        let at = file.floor_char_boundary(at.index(file.len() + 1));
        let rest = if cut { "" } else { &file[at..] };
        for text in [noise.clone(), format!("{}{noise}{rest}", &file[..at]), format!("{}{rest}", &file[..at])] {
            if let Ok(mut document) = Document::parse(text) {
                for known in document.keys().into_iter().chain([key.clone()]) {
                    let _ = document.unset(&known);
                    let _ = document.set(&known, &Value::Number(1));
                    let _ = document.get(&known);
                }
            }
        }
    }
}
