//! A page that is well formed however it is filled: who opens an element closes it, and every text is escaped.

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// The body of a page, which grows.
#[derive(Default)]
pub(super) struct Page {
    body: String,
}

impl Page {
    /// An element, and in it what `fill` writes.
    pub(super) fn within(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        fill: impl FnOnce(&mut Self),
    ) {
        self.body.extend(["<", name]);
        for (attribute, value) in attributes {
            self.body.extend([" ", attribute, "=\""]);
            escape(&mut self.body, value);
            self.body.push('"');
        }
        self.body.push('>');
        fill(self);
        self.body.extend(["</", name, ">"]);
        if !["code", "strong"].contains(&name) {
            self.body.push('\n'); // a blank after words inside of a line would be seen
        }
    }

    /// An element with nothing but text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.leaf_with(name, &[], text);
    }

    /// An element with attributes and text.
    pub(super) fn leaf_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.within(name, attributes, |page| page.text(text));
    }

    /// Text.
    pub(super) fn text(&mut self, text: &str) {
        escape(&mut self.body, text);
    }

    /// The whole page.
    pub(super) fn whole(self, title: &str) -> String {
        let mut whole = String::new();
        for part in PAGE.split('%') {
            match part {
                "TITLE" => escape(&mut whole, title),
                "STYLE" => whole.push_str(STYLE),
                "BODY" => whole.push_str(&self.body),
                markup => whole.push_str(markup),
            }
        }
        whole
    }
}

fn escape(markup: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            _ => markup.push(letter),
        }
    }
}
