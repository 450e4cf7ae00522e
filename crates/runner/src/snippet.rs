//! Writes the Rust function that an undefined step still needs.

use std::{fmt::Write, sync::LazyLock};

use gherkin::{Step, StepType};
use regex::Regex;

/// What becomes a parameter: a quoted text, a number with a point, a number.
static VALUE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#""[^"\\]*(?:\\.[^"\\]*)*"|-?\b\d+\.\d+\b|-?\b\d+\b"#).ok());

/// Names that no function can have: the keywords of Rust that are small letters.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// A function for `step`, to be pasted and filled in.
pub(crate) fn function(step: &Step) -> String {
    let attribute = match step.ty {
        StepType::Given => "given",
        StepType::When => "when",
        StepType::Then => "then",
    };
    let mut arguments = String::from("world: &mut World");
    let mut count = 0;
    let expression = replace_values(&step.value, escape, |value| {
        count += 1;
        let (parameter, kind) = parameter(value);
        let _ = write!(arguments, ", value_{count}: {kind}");
        parameter.to_owned()
    });
    if step.table.is_some() || step.docstring.is_some() {
        arguments.push_str(", step: &Step");
    }
    let name = name(&step.value);
    format!("#[{attribute}(expr = {expression:?})]\nfn {name}({arguments}) {{\n    pending!();\n}}")
}

/// What would mean something else in a Cucumber expression.
fn escape(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '\\' | '(' | '{' | '/' => format!("\\{letter}"),
        _ => letter.to_string(),
    });
    letters.collect()
}

/// `text` with a `replacement` for each value in it, and for all `between` them.
fn replace_values(
    text: &str,
    between: impl Fn(&str) -> String,
    mut replacement: impl FnMut(&str) -> String,
) -> String {
    let mut replaced = String::new();
    let mut end = 0;
    for value in VALUE.iter().flat_map(|regex| regex.find_iter(text)) {
        replaced += &between(&text[end..value.start()]);
        replaced += &replacement(value.as_str());
        end = value.end();
    }
    replaced + &between(&text[end..])
}

fn parameter(value: &str) -> (&'static str, &'static str) {
    match value {
        _ if value.starts_with('"') => ("{string}", "String"),
        _ if value.contains('.') => ("{float}", "f64"),
        _ => ("{int}", "i64"),
    }
}

/// The words of the step without its values, as the name of a function.
fn name(text: &str) -> String {
    let text = replace_values(text, str::to_lowercase, |_| String::new());
    let words = text
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_");
    if name.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !is_taken(&name) {
        name
    } else {
        format!("step_{name}")
    }
}

/// Whether it means something else: a keyword, or an argument of the function.
fn is_taken(name: &str) -> bool {
    let is_argument = ["world", "step"].contains(&name) || name.starts_with("value_");
    is_argument || KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(ty: StepType, value: &str, docstring: Option<&str>) -> Step {
        Step::builder()
            .keyword("Given".to_owned())
            .ty(ty)
            .value(value.to_owned())
            .docstring(docstring.map(str::to_owned))
            .build()
    }

    #[test]
    fn values_become_parameters() {
        assert_eq!(
            function(&step(
                StepType::When,
                r#"I run "ls" 3 times in -1.5 s"#,
                None
            )),
            "#[when(expr = \"I run {string} {int} times in {float} s\")]\n\
             fn i_run_times_in_s(world: &mut World, value_1: String, value_2: i64, value_3: f64) {\n    pending!();\n}"
        );
    }

    #[test]
    fn signs_that_mean_something_are_escaped() {
        let snippet = function(&step(StepType::Then, "1 (a/b) \\ {x}", Some("text")));
        assert!(
            snippet.starts_with(r#"#[then(expr = "{int} \\(a\\/b) \\\\ \\{x}")]"#),
            "{snippet}"
        );
        assert!(
            snippet.contains("fn a_b_x(world: &mut World, value_1: i64, step: &Step)"),
            "{snippet}"
        );
    }

    #[test]
    fn a_step_without_letters_still_gets_a_name() {
        assert!(function(&step(StepType::Given, "7", None)).contains("fn step_("));
    }
}
