//! What steps and hooks attach to their scenario: pictures, texts, JSON, links, log lines.
//!
//! An attachment belongs to the step or the hook that is at work on the thread that attaches it, so nobody has to
//! hand anything around; where none is at work, that is an error, and nothing is attached in silence to somebody
//! else. It is kept until the reports are written, in memory where the scenario did not pass, so what one scenario may
//! attach has a limit.

mod pile;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

pub(crate) use self::pile::{Attached, Owner, Pile};

/// How much a scenario may attach, or the hooks on one side of the run: 8 MiB, all of it together.
pub const ATTACHMENTS_MAX: usize = 8 * 1024 * 1024;

/// Something to be shown with the step that attaches it.
///
/// ```
/// use untorn_runner::Attachment;
///
/// let page = Attachment::text("<p>Hello</p>").of_type("text/html").named("page.html");
/// let picture = Attachment::bytes([0x89, b'P', b'N', b'G'], "image/png");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub(crate) body: Body,
    pub(crate) media_type: String,
    pub(crate) file_name: Option<String>,
}

/// What is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Body {
    Text(String),
    Bytes(Vec<u8>),
}

/// The media type of a log line, by which Cucumber's tools know it.
pub(crate) const LOG: &str = "text/x.cucumber.log+plain";

/// The media type of a link.
pub(crate) const LINK: &str = "text/uri-list";

impl Attachment {
    /// A text, as `text/plain`.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            body: Body::Text(text.into()),
            media_type: "text/plain".to_owned(),
            file_name: None,
        }
    }

    /// A text that is JSON. It is shown as it is, and nobody checks it.
    #[must_use]
    pub fn json(text: impl Into<String>) -> Self {
        Self::text(text).of_type("application/json")
    }

    /// A line of a log; what colours it for a terminal may stay in it.
    #[must_use]
    pub fn log(line: impl Into<String>) -> Self {
        Self::text(line).of_type(LOG)
    }

    /// A link.
    #[must_use]
    pub fn link(url: impl Into<String>) -> Self {
        Self::text(url).of_type(LINK)
    }

    /// Bytes, such as those of a picture: `image/png`, `image/jpeg`, `image/svg+xml` and their like are shown as one.
    #[must_use]
    pub fn bytes(bytes: impl Into<Vec<u8>>, media_type: impl Into<String>) -> Self {
        Self {
            body: Body::Bytes(bytes.into()),
            media_type: media_type.into(),
            file_name: None,
        }
    }

    /// The same as another media type.
    #[must_use]
    pub fn of_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = media_type.into();
        self
    }

    /// The same with a name for who keeps it as a file.
    #[must_use]
    pub fn named(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// How many bytes it takes.
    pub(crate) fn len(&self) -> usize {
        self.bytes_of_body().len()
    }

    /// Its bytes in Base64.
    pub(crate) fn base64(&self) -> String {
        STANDARD.encode(self.bytes_of_body())
    }

    fn bytes_of_body(&self) -> &[u8] {
        match &self.body {
            Body::Text(text) => text.as_bytes(),
            Body::Bytes(bytes) => bytes,
        }
    }

    /// What it is, in a line: a log line and a link say it themselves.
    pub(crate) fn told(&self) -> String {
        let name = self.file_name.iter().map(|it| format!("{it}, "));
        let name: String = name.collect();
        match (self.media_type.as_str(), &self.body) {
            (LOG | LINK, Body::Text(text)) => name + text.trim_end(),
            (media_type, _) => format!("{name}{media_type}, {} bytes", self.len()),
        }
    }
}

impl From<String> for Attachment {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<&str> for Attachment {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// Nothing was attached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttachError {
    /// Neither a step nor a hook is at work on this thread that an attachment could belong to.
    #[error(
        "nothing was attached: on this thread there is no step, no hook around one or around a scenario, and none \
         around the run"
    )]
    NobodyAtWork,
    /// The scenario, or this side of the run, would have more than [`ATTACHMENTS_MAX`] bytes.
    #[error(
        "nothing was attached: it has {size} bytes, and of {ATTACHMENTS_MAX} there are {left} left"
    )]
    TooLarge {
        /// How many bytes it has.
        size: usize,
        /// How many there is room for.
        left: usize,
    },
}

/// Attaches something to the step or the hook that is at work on this thread; a text by itself is `text/plain`.
///
/// It stands in `report.html`, `messages.ndjson` and `cucumber.json`, and a scenario that is red names it in the
/// terminal, too. In a step that is made to wait, and in a task of it, this works as in any other; in a thread that
/// a step has begun it does not: hand what it found to the step. What the World attaches as it is made counts as the
/// first step's. The hooks around a feature and a rule have no place for it, for no report tells of them.
///
/// ```no_run
/// # fn step() -> Result<(), untorn_runner::AttachError> {
/// use untorn_runner::{Attachment, attach};
///
/// attach("what the server said")?;
/// attach(Attachment::bytes([0x89, b'P', b'N', b'G'], "image/png").named("page.png"))?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`AttachError`] says why nothing was attached.
pub fn attach(what: impl Into<Attachment>) -> Result<(), AttachError> {
    let pile = crate::output::pile().ok_or(AttachError::NobodyAtWork)?;
    pile.add(what.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc() {
        let examples = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in examples {
            assert_eq!(Attachment::text(bytes).base64(), text);
        }
    }

    #[test]
    fn every_letter_is_used() {
        let attached = Attachment::bytes([0xfb, 0xff, 0xbf, 0], "image/png");
        assert_eq!(attached.base64(), "+/+/AA==");
    }
}
