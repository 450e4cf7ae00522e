//! Text that a reader sees as it is, and that cannot drive a terminal.
//!
//! A file, its name and what a program prints are somebody else's: a control character in them could clear the screen
//! or forge a line, and one that turns the direction of text could hide what stands there.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// The bytes as one line, in which every other content looks different: `\n`, `\u{1b}`, `\xff`, `\\`.
pub(crate) fn visible(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            push(&mut text, letter);
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

fn push(text: &mut String, letter: char) {
    match letter {
        '"' | '\'' => text.push(letter),
        _ => text.extend(letter.escape_debug()),
    }
}

/// A path as one line.
pub(crate) fn visible_path(path: &Path) -> String {
    visible(path.as_os_str().as_bytes())
}

/// Text in lines: what is no text is escaped, and backslashes stay.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::new();
    for letter in text.chars() {
        match letter {
            '\n' | '\\' => shown.push(letter),
            _ => push(&mut shown, letter),
        }
    }
    shown
}

/// Words as a shell takes them; control characters as `$'\033'`, which all but the plainest shells know.
pub(crate) fn line<S: AsRef<OsStr>>(words: &[S]) -> String {
    let words = words.iter().map(|it| word(&it.as_ref().to_string_lossy()));
    words.collect::<Vec<_>>().join(" ")
}

fn word(word: &str) -> String {
    let is_plain =
        |it: char| it == '\t' || printable(it.encode_utf8(&mut [0; 4])) == it.to_string();
    if word.chars().all(is_plain)
        && let Ok(quoted) = shlex::try_quote(word)
    {
        return quoted.into_owned();
    }
    let mut quoted = "$'".to_owned();
    for letter in word.chars() {
        match letter {
            '\'' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            _ if is_plain(letter) => quoted.push(letter),
            _ => {
                for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
        }
    }
    quoted + "'"
}

/// A reader as the command line takes it.
pub(crate) fn reader_line(command: &[OsString]) -> String {
    let words: Vec<String> = words(command);
    match &words[..] {
        [shell, option, line] if shell == "sh" && option == "-c" => line.clone(),
        _ => line(&words),
    }
}

/// A command, to be shown.
pub(crate) fn words(command: &[OsString]) -> Vec<String> {
    let words = command.iter().map(|it| it.to_string_lossy());
    words.map(Cow::into_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_escaped() {
        assert_eq!(visible(b"a\x1b[2J\r\n"), "a\\u{1b}[2J\\r\\n");
        assert_eq!(visible("\u{202e}é\u{9b}".as_bytes()), "\\u{202e}é\\u{9b}");
        assert_eq!(visible(b"\xff\xfe"), "\\xff\\xfe");
    }

    #[test]
    fn different_contents_look_different() {
        assert_ne!(visible(b"\n"), visible(b"\\n"));
        assert_ne!(visible(b"\xff"), visible(b"\\xff"));
    }

    #[test]
    fn a_line_of_a_shell_has_no_control_character_but_newlines() {
        assert_eq!(line(&["a b", "c'd", "e\nf"]), "'a b' \"c'd\" 'e\nf'");
        assert_eq!(line(&["a\x1b'\\\n"]), "$'a\\033\\'\\\\\\n'");
        assert_eq!(line(&["\u{202e}"]), "$'\\342\\200\\256'");
    }
}
