//! Edits as tables: the file before, the key, and the file after, byte for byte.

use super::*;

fn document(text: &str) -> Document {
    Document::parse(text).expect("the text is TOML")
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn after_set(before: &str, key: &str) -> String {
    let mut document = document(before);
    document
        .set(key, &Value::Number(7))
        .unwrap_or_else(|error| panic!("{before:?}: {error}"));
    assert_eq!(document.get(key), Ok(Some(Value::Number(7))), "{before:?}");
    document.as_str().to_owned()
}

fn after_unset(before: &str, key: &str) -> String {
    let mut document = document(before);
    let was_there = document
        .unset(key)
        .unwrap_or_else(|error| panic!("{before:?}: {error}"));
    assert!(was_there, "{before:?}");
    assert_eq!(document.get(key), Ok(None), "{before:?}");
    document.as_str().to_owned()
}

/// Every row: before, the key that is set to 7, after.
fn set(rows: &[(&str, &str, &str)]) {
    for (before, key, after) in rows {
        assert_eq!(
            after_set(before, key),
            *after,
            "setting {key} in {before:?}"
        );
    }
}

/// As [`set`], and taking the key away again brings back every byte.
fn set_and_back(rows: &[(&str, &str, &str)]) {
    set(rows);
    for (before, key, after) in rows {
        assert_eq!(
            after_unset(after, key),
            *before,
            "unsetting {key} in {after:?}"
        );
    }
}

/// Every row: before, the key that is unset, after.
fn unset(rows: &[(&str, &str, &str)]) {
    for (before, key, after) in rows {
        assert_eq!(
            after_unset(before, key),
            *after,
            "unsetting {key} in {before:?}"
        );
    }
}

#[test]
fn every_partition_of_a_name_is_the_same_setting() {
    for file in [
        "\"a.b.c\" = 7",
        "a.b.c = 7",
        "a . \"b\" . 'c' = 7",
        "'a.b'.c = 7",
        "a.\"b.c\" = 7",
        "[a]\nb.c = 7",
        "[a]\n\"b.c\" = 7",
        "[a.b]\nc = 7",
        "['a.b']\nc = 7",
        "a = { b = { c = 7 } }",
        "a = { b.c = 7 }",
        "a.b = { c = 7 }",
        "[a]\nb = { c = 7 }",
        "[x]\n[a]\n[a.\"b\"]\nc = 7",
        "\u{feff}\"a\\u002eb\".c = 0x7",
    ] {
        let document = document(file);
        assert_eq!(document.get("a.b.c"), Ok(Some(Value::Number(7))), "{file}");
        assert_eq!(document.keys(), ["a.b.c"], "{file}");
        assert_eq!(document.get("a.b"), Ok(None), "{file}");
    }
}

#[test]
fn an_existing_value_is_replaced_where_it_stands() {
    set(&[
        ("a=1", "a", "a=7"),
        ("a = 1 # one\r\nb = 2\r\n", "a", "a = 7 # one\r\nb = 2\r\n"),
        ("\u{feff}  a\t=\t'x'\t", "a", "\u{feff}  a\t=\t7\t"),
        ("a = \"\"\"\n#\nb = 1\"\"\" # c\n", "a", "a = 7 # c\n"),
        ("a = [ # x\n  1,\n] # y\nb = 1", "a", "a = 7 # y\nb = 1"),
        ("a = [{b = 1}, [2]]\n[c]\n", "a", "a = 7\n[c]\n"),
        (
            "a = { 'b.c' = 1.5 , d = 2, }",
            "a.b.c",
            "a = { 'b.c' = 7 , d = 2, }",
        ),
        (
            "a = {\n b.c = true # c\n}",
            "a.b.c",
            "a = {\n b.c = 7 # c\n}",
        ),
        (
            "[ 'a.b' ] # h\nc = 2026-01-01 00:00:00 # d",
            "a.b.c",
            "[ 'a.b' ] # h\nc = 7 # d",
        ),
        (
            "b.a.x = 1\na.y = 2\nb.c = 3",
            "b.c",
            "b.a.x = 1\na.y = 2\nb.c = 7",
        ),
        (
            "[[t]]\na = 1\n[a]\nb = 2\n[[t]]\nb = 1",
            "a.b",
            "[[t]]\na = 1\n[a]\nb = 7\n[[t]]\nb = 1",
        ),
        ("a = nan\nb = 1", "b", "a = nan\nb = 7"),
        ("'größe' = 'ü' # ä", "größe", "'größe' = 7 # ä"),
    ]);
}

#[test]
fn an_equal_value_changes_nothing() {
    for (file, value) in [
        ("a = 'x'", text("x")),
        ("a = \"\"\"\nx\"\"\" # c", text("x")),
        ("a = 0x10", Value::Number(16)),
        ("a = +1_000", Value::Number(1000)),
        ("a = true\r\n", Value::Switch(true)),
        ("a = [ 1 ]", Value::Other("[ 1 ]".to_owned())),
    ] {
        let mut document = document(file);
        assert_eq!(document.set("a", &value), Ok(()));
        assert_eq!(document.as_str(), file);
    }
}

#[test]
fn a_new_key_goes_below_its_siblings_in_their_table() {
    set_and_back(&[
        ("[a]\nx = 1\n", "a.y", "[a]\nx = 1\ny = 7\n"),
        ("[a]\nx = 1", "a.y", "[a]\nx = 1\ny = 7"),
        ("[a]\r\nx = 1", "a.y", "[a]\r\nx = 1\r\ny = 7"),
        ("x = 1\r\n[a]", "a.y", "x = 1\r\n[a]\r\ny = 7"),
        ("[a]", "a.y", "[a]\ny = 7"),
        ("\u{feff}[a]", "a.y", "\u{feff}[a]\ny = 7"),
        (
            "[a] # c\n\n# for b\n[b]\nx = 1\n",
            "a.y",
            "[a] # c\ny = 7\n\n# for b\n[b]\nx = 1\n",
        ),
        (
            "[a]\n\t# c\n\tx=1 # one\n\n  # for b\n[b]\n",
            "a.y",
            "[a]\n\t# c\n\tx=1 # one\n\ty=7\n\n  # for b\n[b]\n",
        ),
        (
            "[a]\nx = \"\"\"\n[b]\n\"\"\"\n\n[b]\n",
            "a.y",
            "[a]\nx = \"\"\"\n[b]\n\"\"\"\ny = 7\n\n[b]\n",
        ),
        ("[a]\nx = [\n 1\n]", "a.y", "[a]\nx = [\n 1\n]\ny = 7"),
        (
            "[a]\nx = 1\n[a.b]\nz = 1\n",
            "a.y",
            "[a]\nx = 1\ny = 7\n[a.b]\nz = 1\n",
        ),
        (
            "[a]\nx = 1\n[a.b]\nz = 1\n",
            "a.b.y",
            "[a]\nx = 1\n[a.b]\nz = 1\ny = 7\n",
        ),
        (
            "[a.b]\nz = 1\n[a]\nx = 1\n",
            "a.y",
            "[a.b]\nz = 1\n[a]\nx = 1\ny = 7\n",
        ),
        ("['a.b']\nz = 1\n", "a.b.y", "['a.b']\nz = 1\ny = 7\n"),
        ("[a]\nx = 1\n", "a.b.y", "[a]\nx = 1\nb.y = 7\n"),
        (
            "[a]\nb.x = 1\nz = 2\n",
            "a.b.y",
            "[a]\nb.x = 1\nb.y = 7\nz = 2\n",
        ),
        (
            "[a]\n'b.x' = 1\nz = 2\n",
            "a.b.y",
            "[a]\n'b.x' = 1\n\"b.y\" = 7\nz = 2\n",
        ),
        (
            "[[t]]\n[t.a]\nx = 1\n[a]\nx = 1\n[[t]]\n",
            "a.y",
            "[[t]]\n[t.a]\nx = 1\n[a]\nx = 1\ny = 7\n[[t]]\n",
        ),
        ("x = 1\n\n[a]\n", "y", "x = 1\ny = 7\n\n[a]\n"),
        (
            "[a.b.c]\nz = 1\n[a]\nx = 1\n",
            "a.b.y",
            "[a.b.c]\nz = 1\n[a]\nx = 1\nb.y = 7\n",
        ),
        (
            "\"a.x\" = 1\n[a]\n",
            "a.y",
            "\"a.x\" = 1\n\"a.y\" = 7\n[a]\n",
        ),
        (
            "\"a.x\" = 1\n[a]\nz = 1\n",
            "a.y",
            "\"a.x\" = 1\n[a]\nz = 1\ny = 7\n",
        ),
        (
            "['a.b']\nz = 1\n[a]\nb.x = 1\n",
            "a.b.y",
            "['a.b']\nz = 1\ny = 7\n[a]\nb.x = 1\n",
        ),
    ]);
}

#[test]
fn a_new_key_is_spelled_as_its_siblings_are() {
    set_and_back(&[
        ("a.x = 1\nb = 2\n", "a.y", "a.x = 1\na.y = 7\nb = 2\n"),
        ("a . 'b' . x = 1", "a.b.y", "a . 'b' . x = 1\na . 'b'.y = 7"),
        (
            "a.b.x = 1\na.z = 2\n",
            "a.b.y",
            "a.b.x = 1\na.b.y = 7\na.z = 2\n",
        ),
        ("a.x = 1\n", "a.b.y", "a.x = 1\na.b.y = 7\n"),
        (
            "\"a.x\" = 1\n\"b.x\" = 2\n",
            "a.y",
            "\"a.x\" = 1\n\"a.y\" = 7\n\"b.x\" = 2\n",
        ),
        (
            "\"a.x\" = 1\nb = 2\n[c]\n",
            "d.y",
            "\"a.x\" = 1\n\"d.y\" = 7\nb = 2\n[c]\n",
        ),
        ("\"a.b\".x = 1\n", "a.b.y", "\"a.b\".x = 1\n\"a.b\".y = 7\n"),
        ("\"a.b\".x = 1\n", "a.y", "\"a.b\".x = 1\n\"a.y\" = 7\n"),
        ("\"a.b.x\" = 1\n", "a.y", "\"a.b.x\" = 1\n\"a.y\" = 7\n"),
        ("a.x = 1", "a.ü \"", "a.x = 1\na.'ü \"' = 7"),
        ("a.x = 1", "a.", "a.x = 1\na.\"\" = 7"),
    ]);
}

#[test]
fn a_new_key_goes_into_its_inline_table() {
    set_and_back(&[
        ("a = { x = 1 }", "a.y", "a = { x = 1, y = 7 }"),
        ("a = {x=1,}# c", "a.y", "a = {x=1, y=7,}# c"),
        (
            "a = { x = 1, b.x = 2 , z = 3 }",
            "a.b.y",
            "a = { x = 1, b.x = 2, b.y = 7 , z = 3 }",
        ),
        (
            "a = { b = { x = 1 }, z = 3 }",
            "a.b.y",
            "a = { b = { x = 1, y = 7 }, z = 3 }",
        ),
        (
            "a = { b = { x = 1 } }",
            "a.y",
            "a = { b = { x = 1 }, y = 7 }",
        ),
        (
            "[a]\nb = { x = 1 }\n",
            "a.b.y",
            "[a]\nb = { x = 1, y = 7 }\n",
        ),
        ("a = {\n\tx = 1\n}", "a.y", "a = {\n\tx = 1,\n\ty = 7\n}"),
        (
            "a = {\r\n  x = 1, # one\r\n}",
            "a.y",
            "a = {\r\n  x = 1, # one\r\n  y = 7,\r\n}",
        ),
        (
            "a = {\n  x = 1 # one\n # end\n}",
            "a.y",
            "a = {\n  x = 1, # one\n  y = 7\n # end\n}",
        ),
        ("a = {\n  x = 1 }", "a.y", "a = {\n  x = 1, y = 7 }"),
        ("a = { x = 1\n}", "a.y", "a = { x = 1, y = 7\n}"),
        (
            "a = {\n  x = 1 # one\n  , z = 2\n}",
            "a.y",
            "a = {\n  x = 1 # one\n  , z = 2, y = 7\n}",
        ),
        (
            "a = {\n  b.x = 1 # one\n  , z = 2\n}",
            "a.b.y",
            "a = {\n  b.x = 1, b.y = 7 # one\n  , z = 2\n}",
        ),
        (
            "a = {\n x = 1 # one\n ,# c\n}",
            "a.y",
            "a = {\n x = 1 # one\n ,# c\n y = 7,\n}",
        ),
        ("a = { }", "a.y", "a = { y = 7 }"),
    ]);
    set(&[
        ("a = {}", "a.y", "a = { y = 7 }"),
        ("a = { # c\n }", "a.y", "a = { y = 7 # c\n }"),
    ]);
}

#[test]
fn a_file_without_siblings_gets_a_table_at_its_end() {
    set(&[
        ("", "a.y", "[a]\ny = 7\n"),
        ("\u{feff}", "a.b.y", "\u{feff}[a.b]\ny = 7\n"),
        ("", "y", "y = 7\n"),
        ("x = 1\r\n", "a.y", "x = 1\r\n\r\n[a]\r\ny = 7\r\n"),
        ("x = 1", "a.y", "x = 1\n\n[a]\ny = 7"),
        ("x = 1\n\n", "a.y", "x = 1\n\n[a]\ny = 7\n"),
        ("x = 1\n  ", "a.y", "x = 1\n  \n[a]\ny = 7"),
        ("# c", "a.y", "# c\n\n[a]\ny = 7"),
        ("[b]\nx = 1\n", "a.y", "[b]\nx = 1\n\n[a]\ny = 7\n"),
        ("[a.b]\nx = 1\n", "a.y", "[a.b]\nx = 1\n\n[a]\ny = 7\n"),
        ("[[a.t]]\nx = 1\n", "a.y", "[[a.t]]\nx = 1\n\n[a]\ny = 7\n"),
        ("[b]\n", "a .é.y", "[b]\n\n[\"a \".\"é\"]\ny = 7\n"),
    ]);
}

#[test]
fn the_first_key_at_the_root_goes_before_the_headers() {
    set(&[
        ("# c\n", "y", "# c\ny = 7\n"),
        ("# c", "y", "# c\ny = 7"),
        ("\u{feff}[a]\r\n", "y", "\u{feff}y = 7\r\n\r\n[a]\r\n"),
        (
            "# file\n\n# one\n # two\n [a]\n[b]\n",
            "y",
            "# file\n\ny = 7\n\n# one\n # two\n [a]\n[b]\n",
        ),
        ("# t\n[[t]]\n[a]\n", "y", "y = 7\n\n# t\n[[t]]\n[a]\n"),
    ]);
}

#[test]
fn unset_takes_whole_lines() {
    unset(&[
        ("a = 1", "a", ""),
        ("\u{feff}a = 1\n", "a", "\u{feff}"),
        (
            "x = 1\r\n a = 2 # c\r\ny = 3\r\n",
            "a",
            "x = 1\r\ny = 3\r\n",
        ),
        ("# one\na = 1\n# two\n", "a", "# one\n# two\n"),
        ("x = 1\r\na = 2", "a", "x = 1"),
        ("a = \"\"\"\n\n\"\"\" # c\nx = 1", "a", "x = 1"),
        ("a = [ # c\n 1, # d\n] # e\nx = 1", "a", "x = 1"),
        ("[a]\nb = 1\n", "a.b", "[a]\n"),
        ("[a] # c\nb = 1", "a.b", "[a] # c"),
        ("a = { b = 1 }\nc.d = 2\n", "c.d", "a = { b = 1 }\n"),
    ]);
}

#[test]
fn unset_takes_an_inline_entry_with_one_comma() {
    unset(&[
        ("a = { b = 1 } # c", "a.b", "a = { } # c"),
        ("a = {b = 1}", "a.b", "a = {}"),
        ("a = { b = 1, }", "a.b", "a = { }"),
        ("a = { b = 1 , x = 2 }", "a.b", "a = { x = 2 }"),
        ("a = { x = 1, b = 2 }", "a.b", "a = { x = 1 }"),
        (
            "a = { x = 1 , b = 2 , y = 3 }",
            "a.b",
            "a = { x = 1 , y = 3 }",
        ),
        ("a = { x = 1, b = [\n 2 ], }", "a.b", "a = { x = 1, }"),
        (
            "a = {\n b = 1, # c\n # own\n x = 2,\n}",
            "a.b",
            "a = {\n # own\n x = 2,\n}",
        ),
        (
            "a = {\n x = 1, # c\n b = 2 # d\n}",
            "a.b",
            "a = {\n x = 1 # c\n}",
        ),
        ("a = {\n b = 1\n}", "a.b", "a = {\n}"),
        ("a = {\n b = 1 # c\n ,\n x = 2 }", "a.b", "a = {\n x = 2 }"),
        ("a = { b = 1, # c\n x = 2 }", "a.b", "a = { \n x = 2 }"),
        ("a = { b = 1 # c\n , x = 2 }", "a.b", "a = { x = 2 }"),
        (
            "a = { x = 1, # c\n b = 2, y = 3 }",
            "a.b",
            "a = { x = 1, # c\n y = 3 }",
        ),
        ("a = { x = 1, # c\n b = 2 }", "a.b", "a = { x = 1 # c\n  }"),
        (
            "a = { x = 1 # c\n , b = 2 }",
            "a.b",
            "a = { x = 1 # c\n   }",
        ),
        (
            "a = { b.x = 1, b.y = { z = 2 } }",
            "a.b.y.z",
            "a = { b.x = 1, b.y = { } }",
        ),
    ]);
}

#[test]
fn unset_of_what_is_not_set_changes_nothing() {
    for key in ["b", "a", "a.b", "t.x", "", "a.x.y"] {
        let file = "[a]\nx = 1\n[[t]]\nx = 1";
        let mut document = document(file);
        assert_eq!(document.unset(key), Ok(false), "{key}");
        assert_eq!(document.as_str(), file);
    }
}

#[test]
fn a_key_in_several_places_is_ambiguous_and_left_alone() {
    let file = "\"a.b\" = 1\nx = 1\n[a]\nc = 1\nb = 2\n['a.c']\n[[t]]\n[[t]]\n";
    let mut document = document(file);
    let ambiguous = Ambiguous {
        key: "a.b".to_owned(),
        lines: vec![1, 5],
    };
    assert_eq!(
        ambiguous.to_string(),
        "a.b is ambiguous: it stands on lines 1, 5"
    );
    assert_eq!(document.get("a.b"), Err(ambiguous.clone()));
    assert_eq!(
        document.set("a.b", &Value::Number(1)),
        Err(ambiguous.clone().into())
    );
    assert_eq!(
        document.unset("a.b"),
        Err(EditError::Ambiguous(ambiguous.clone()))
    );
    assert_eq!(document.ambiguities(), [ambiguous]);
    assert_eq!(document.keys(), ["a.b", "x", "a.c", "t"]);
    assert_eq!(document.as_str(), file);
    assert_eq!(document.set("x", &Value::Number(3)), Ok(()));
    let arrays = Document::parse("[['a.b']]\n[[a.b]]\n[['a.b']]").expect("the text is TOML");
    assert_eq!(
        arrays.get("a.b").map_err(|ambiguous| ambiguous.lines),
        Err(vec![1, 2, 3])
    );
}

#[test]
fn nothing_is_set_above_or_below_what_is_there() {
    let file = "x.y = 1\n[a.b]\nc = {}\n[[t.u]]\n[t.u.v]\nw = 1\n";
    for (key, other, line, what) in [
        ("x", "x", 1, "a table"),
        ("x.y.z", "x.y", 1, "a value"),
        ("a", "a", 2, "a table"),
        ("a.b", "a.b", 2, "a table"),
        ("a.b.c", "a.b.c", 3, "a table"),
        ("t", "t", 4, "a table"),
        ("t.u", "t.u", 4, "an array of tables"),
        ("t.u.v.w", "t.u", 4, "an array of tables"),
    ] {
        let mut document = document(file);
        let error = document.set(key, &Value::Number(7)).expect_err(key);
        let message = format!("{key} cannot be changed: {other} on line {line} is {what}");
        assert_eq!(error.to_string(), message);
        assert_eq!(document.as_str(), file);
    }
    let error = document(file)
        .unset("t.u")
        .expect_err("sections are not ours to take away");
    assert!(matches!(error, EditError::Occupied { .. }));
}

#[test]
fn what_would_change_anything_else_is_refused() {
    for source in ["1\nb = 2", "", "{ x = 1 }", "1 # c", "x"] {
        let mut document = document("a = 1\n");
        let error = document
            .set("a", &Value::Other(source.to_owned()))
            .expect_err(source);
        assert_eq!(
            error,
            EditError::Refused {
                key: "a".to_owned()
            }
        );
        assert_eq!(
            error.to_string(),
            "a cannot be changed without changing something else"
        );
        assert_eq!(document.as_str(), "a = 1\n");
    }
}

#[test]
fn only_the_edit_asked_for_is_exactly_it() {
    let old = "a = 1\n[b]\nc = [1, { d = 2 }]\n";
    for (new, source, is_exactly) in [
        ("a = 7\nb = { c = [ 1, {d = 2}, ] }", Some("7"), true),
        ("[b]\nc = [1, { d = 2 }]", None, true),
        ("a = 7\n[b]\nc = [1, { d = 3 }]", Some("7"), false),
        ("a = 7\n[b]\n", Some("7"), false),
        ("a = 7\nx = 1\nb.c = [1, { d = 2 }]", Some("7"), false),
        ("a = 7\n\"b.c\" = [1, { d = 2 }]", Some("7"), false),
        ("a = '7'\n[b]\nc = [1, { d = 2 }]", Some("7"), false),
        ("[b]\nc = [1, { d = 2 }]", Some("7"), false),
        (old, None, false),
        ("a = 7\n[b", Some("7"), false),
    ] {
        let edits = [("a".to_owned(), source.map(str::to_owned))].into();
        let old = Reading::of(old).expect("the text is TOML");
        let is_edited = |new: Reading| splice::is_exactly(&old.settings, &new.settings, &edits);
        assert_eq!(Reading::of(new).is_ok_and(is_edited), is_exactly, "{new:?}");
    }
}

#[test]
fn after_a_value_has_gone_everything_is_where_a_reader_finds_it() {
    let file = "# c\na = 1 # é\n[b]\n'c.d' = { x = true, y = [1], z = 'a' }\ne = \"\"\"x\"\"\"\n[[f]]\ng = 1\n";
    for (key, value) in [
        ("a", Value::Text("long\nlonger".to_owned())),
        ("b.c.d.x", Value::Switch(false)),
        ("b.c.d.y", Value::Number(7)),
        ("b.c.d.z", Value::Other("[ 1, [2] ]".to_owned())),
        ("b.e", Value::Number(2)),
    ] {
        let mut changed = document(file);
        changed.layout();
        changed.set_unchecked(key, &value).expect(key);
        let now = changed.as_str();
        assert_ne!(now, file);
        assert_eq!(*changed.layout(), Layout::of(now), "{key}");
        if let Some(leaves) = changed.leaves {
            let reading = Reading::of(&changed.text).expect("the text is TOML");
            assert_eq!(leaves, reading.leaves, "{key}");
        }
    }
}

#[test]
fn one_check_will_do_for_many_edits() {
    let mut changed = document("a = 1\nb = 2\n");
    changed
        .set_unchecked("a", &Value::Number(7))
        .expect("a is free");
    changed
        .set_unchecked("c", &Value::Number(3))
        .expect("c is free");
    assert!(changed.unset_unchecked("b").expect("b is a value"));
    changed
        .set_unchecked("a", &Value::Number(8))
        .expect("a is free");
    changed.check().expect("these edits and no other were made");
    assert_eq!(changed.as_str(), "a = 8\nc = 3\n");
}

impl Document {
    /// Makes an edit that nobody has asked for, as a mistake of ours would.
    pub(crate) fn mistake(&mut self, from: &str, to: &str) {
        self.text = Arc::new(self.text.replace(from, to));
    }
}

#[test]
fn a_check_that_fails_takes_the_edits_back() {
    let mut changed = document("a = 1\nb = 2\n");
    changed
        .set_unchecked("a", &Value::Number(7))
        .expect("a is free");
    changed.mistake("b = 2", "b = 3");
    let error = changed.check().expect_err("b was not to be changed");
    assert_eq!(
        error,
        EditError::Refused {
            key: "a".to_owned()
        }
    );
    assert_eq!(changed.as_str(), "a = 1\nb = 2\n");
}

#[test]
fn tables_in_arrays_are_told_apart() {
    let same = |one: &str, other: &str| {
        let settings = |text: &str| Reading::of(text).expect("it is TOML").settings;
        splice::is_exactly(&settings(one), &settings(other), &Edits::new())
    };
    assert!(same("x = [{a = 1, b = {}}]", "x = [ { b = { }, a = 1 } ]"));
    for (one, other) in [
        ("x = [{}]", "x = [[]]"),
        ("x = [{}]", "x = [{a = {}}]"),
        ("x = [{a = {b = 1}}]", "x = [{a = 1}]"),
        ("x = [{'a.b' = 1}]", "x = [{a.b = 1}]"),
    ] {
        assert!(!same(one, other), "{one} and {other}");
    }
}

#[test]
fn other_toml_is_read_and_written_as_its_source() {
    let file =
        "a = [ 1, {b = 2} ] # c\n[[t]] # one\nx = 1 # two\n[t.u]\n[b]\n[t.u.v]\ny = { z = 1 }\n";
    let mut document = document(file);
    let other = |source: &str| Ok(Some(Value::Other(source.to_owned())));
    assert_eq!(document.keys(), ["a", "t"]);
    assert_eq!(document.get("a"), other("[ 1, {b = 2} ]"));
    assert_eq!(
        document.get("t"),
        other("[[t]] # one\nx = 1\n[t.u]\n[t.u.v]\ny = { z = 1 }")
    );
    assert_eq!(
        (document.line_of("t"), document.line_of("b")),
        (Some(2), None)
    );
    document
        .set("a", &Value::Other("1.5".to_owned()))
        .expect("a float is TOML");
    assert_eq!(document.as_str(), file.replace("[ 1, {b = 2} ]", "1.5"));
}

#[test]
fn text_is_escaped_and_stays_readable() {
    let mut document = document("a = 1\n");
    document
        .set("a", &text("ü\"\n\\"))
        .expect("any text can be written");
    assert_eq!(document.as_str(), "a = \"ü\\\"\\n\\\\\"\n");
}

#[test]
fn a_syntax_error_says_where_but_not_what() {
    for (file, line, column) in [
        ("a = secret", 1, 5),
        ("\u{feff}a = secret", 1, 5),
        ("a = 1\nü = 1", 2, 1),
        ("'ü' = 1 secret", 1, 7),
        ("a = 1\r\na = 2", 2, 1),
        ("[a", 1, 3),
        ("a = \"secret", 1, 12),
        ("a = [\n\n", 1, 6),
        ("a = 1\rb = 2", 1, 7),
    ] {
        let error = Document::parse(file).expect_err(file);
        assert_eq!(
            (error.line, error.column),
            (line, column),
            "{file:?}: {error}"
        );
        assert!(
            error
                .to_string()
                .starts_with(&format!("line {line}, column {column}: "))
        );
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn a_dotted_key_that_reaches_into_an_array_of_tables_is_a_syntax_error() {
    for (file, line, column) in [
        ("[[a.b]]\n[a]\nb.c.d = 1", 3, 1),
        ("[[a.b]]\n[a]\n'x' = {y = 1}\nb.c.d.e = 1", 4, 1),
        ("[[a.b]]\nx.y = 1\n[[a.b]]\n[a]\n 'b' . c.d = {}", 5, 2),
        ("[[a.b.c]]\n[a]\nb.c.d.e = 1", 3, 3),
        ("[[a]]\n[[a.b.c]]\n[a.b]\nc.d.e = 1", 4, 1),
        ("[[a]]\n[[a]]\n[[a.b.c]]\n[a.b]\nc.d.e = 1", 5, 1),
    ] {
        let error = Document::parse(file).expect_err(file);
        let found = (error.line, error.column);
        assert_eq!(found, (line, column), "{file:?}: {error}");
        assert_eq!(
            Document::parse_to_edit(file.to_owned()).err(),
            Some(error),
            "{file:?}"
        );
    }
}

#[test]
fn a_dotted_key_beside_an_array_of_tables_is_none() {
    for file in [
        "[[a.b]]\nb.c.d = 1\n[a]\nc.b.d = 1\nb-c.d.e = 1",
        "[[a.b]]\n[a.b.c]\nx.y.z = 1\n[a]\nd = {b.c.d = 1}\ne = [{b.c.d = 1}]",
        "[[a.b]]\nx = {a.b.c = 1, y = {}}\n[b]\na.b.c = 1\nb.a.c = {b.c = 1}",
        "[[a]]\n[[a.b.c]]\n[[a]]\n[a.b]\nc.d.e = 1",
        "[['a.b']]\n[a]\nb.c.d = 1",
    ] {
        assert_eq!(Document::parse(file).err(), None, "{file:?}");
    }
}

#[test]
fn what_is_nested_too_deeply_is_a_syntax_error_and_no_overflow() {
    for deep in [
        "a.".repeat(100_000) + "a = 1",
        format!("[{}a]", "a.".repeat(100_000)),
        format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a = {}{}", "{a=".repeat(100_000), "}".repeat(100_000)),
    ] {
        assert!(Document::parse(deep).is_err());
    }
    let key = "a.".repeat(100_000) + "a";
    let mut document = document("");
    assert!(document.set(&key, &Value::Number(1)).is_err());
}
