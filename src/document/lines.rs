//! Lines of a text, found from a position inside them.

/// The mark that some editors put before the first line.
const BOM: &str = "\u{feff}";

/// Where the first line begins: after the BOM.
pub(super) fn first(text: &str) -> usize {
    if text.starts_with(BOM) { BOM.len() } else { 0 }
}

/// Where the line that holds `at` begins.
pub(super) fn start(text: &str, at: usize) -> usize {
    text[..at]
        .rfind('\n')
        .map_or_else(|| first(text), |newline| newline + 1)
}

/// Where the line that holds `at` ends, behind its newline if it has one.
pub(super) fn end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

/// The number of the line that holds `at`, from 1.
pub(super) fn number(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The white space that the line begins with that holds `at`.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let start = start(text, at);
    &text[start..skip_blanks(text, start)]
}

/// Whether only white space stands before `at` on its line.
pub(super) fn is_first(text: &str, at: usize) -> bool {
    skip_blanks(text, start(text, at)) >= at
}

/// Whether the line that holds `at` is a comment.
pub(super) fn is_comment(text: &str, at: usize) -> bool {
    text[skip_blanks(text, start(text, at))..].starts_with('#')
}

/// The newline used before `at`, or else after it, or else anywhere.
pub(super) fn newline(text: &str, at: usize) -> &'static str {
    let newline = text[..at].rfind('\n').or_else(|| text.find('\n'));
    match newline {
        Some(newline) if text[..newline].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Where the spaces and tabs end that begin at `at`.
pub(super) fn skip_blanks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\t']).len()
}

/// Where the blanks end that begin at `at`, and the comment behind them: before the newline.
pub(super) fn skip_comment(text: &str, at: usize) -> usize {
    let blank = skip_blanks(text, at);
    if !text[blank..].starts_with('#') {
        return blank;
    }
    let line = &text[blank..end(text, blank)];
    blank + line.trim_end_matches(['\n', '\r']).len()
}

/// Whether a newline, or the end of the text, stands at `at`.
pub(super) fn is_end(text: &str, at: usize) -> bool {
    matches!(text[at..].chars().next(), None | Some('\n' | '\r'))
}
