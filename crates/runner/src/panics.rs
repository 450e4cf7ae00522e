//! Keeps what a panic says, for the report of its scenario.
//!
//! On the threads that run scenarios the panic hook stays silent and remembers place and backtrace; on all
//! other threads the hook that was there before goes on working, but for what was raised on purpose, which it
//! cannot read.

use std::{
    any::Any,
    backtrace::{Backtrace, BacktraceStatus},
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe},
};

use crate::{
    output::complain,
    signal::{Kind, Place, Signal},
    verdict::End,
};

/// Why a scenario ended before its last step had passed.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) end: End,
    pub(crate) message: String,
    pub(crate) at: Option<Place>,
    pub(crate) backtrace: Option<String>,
}

impl Trouble {
    /// What the scenario is left out for.
    pub(crate) fn skip(reason: String) -> Self {
        Self {
            end: End::Skipped,
            ..Self::error(reason)
        }
    }

    /// Something that is no assertion and has no place in the source.
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self {
            end: End::Error,
            message: message.into(),
            at: None,
            backtrace: None,
        }
    }

    /// The message, with the place in the source and the backtrace, as far as they are known.
    pub(crate) fn told(&self) -> String {
        let at = self.at.as_ref();
        let at = at.map_or_else(String::new, |at| format!("\n  at {at}"));
        let backtrace = self.backtrace.as_ref();
        let backtrace = backtrace.map_or_else(String::new, |text| format!("\n{text}"));
        format!("{}{at}{backtrace}", self.message)
    }
}

struct Seen {
    at: Option<Place>,
    told: String,
    backtrace: Option<String>,
}

thread_local! {
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
    static LAST_SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

/// Makes panics on watched threads silent, for this process.
pub(crate) fn install_hook() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if IS_WATCHED.get() {
            if let Some(first) = LAST_SEEN.take() {
                note_first(&first, panic);
            }
            LAST_SEEN.set(Some(Seen {
                at: panic.location().map(Place::from),
                told: panic.to_string(),
                backtrace: if panic.payload().is::<Signal>() {
                    None
                } else {
                    backtrace()
                },
            }));
        } else if let Some(signal) = panic.payload().downcast_ref::<Signal>() {
            let Signal { message, at, .. } = signal;
            complain(&format!("on a thread of its own: {message}\n  at {at}"));
        } else {
            before(panic);
        }
    }));
}

/// A second panic before the first was explained may be one while unwinding, which ends the process: then these
/// are the last words.
fn note_first(first: &Seen, second: &panic::PanicHookInfo<'_>) {
    complain(&format!(
        "{}\nand before that was explained, {second}",
        first.told
    ));
}

/// Watches the current thread from now on.
pub(crate) fn watch_this_thread() {
    IS_WATCHED.set(true);
}

/// Does `work`, and keeps what a panic in it says for who asks for its outcome.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Trouble> {
    forget();
    let was_watched = IS_WATCHED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    IS_WATCHED.set(was_watched);
    outcome.map_err(explain)
}

/// Only where `RUST_BACKTRACE` asks for it.
fn backtrace() -> Option<String> {
    let backtrace = Backtrace::capture();
    (backtrace.status() == BacktraceStatus::Captured)
        .then(|| between_panic_and_step(&backtrace.to_string()))
}

/// The frames of the step and what it called: what is below and above is the same for every panic.
fn between_panic_and_step(backtrace: &str) -> String {
    let own = backtrace
        .lines()
        .skip_while(|line| !line.contains("rust_begin_unwind"))
        .skip(2);
    let own: Vec<_> = own
        .take_while(|line| !line.contains("::__INVENTORY::"))
        .collect();
    own.join("\n")
}

/// Forgets what panicked before on this thread and was caught by somebody else.
pub(crate) fn forget() {
    LAST_SEEN.take();
}

/// What a panic that was caught on this thread means.
pub(crate) fn explain(payload: Box<dyn Any + Send>) -> Trouble {
    let seen = LAST_SEEN.take();
    let (at, backtrace) = seen.map_or((None, None), |seen| (seen.at, seen.backtrace));
    match payload.downcast::<Signal>() {
        Ok(signal) => {
            signal.is_heard();
            Trouble {
                end: end(signal.kind),
                message: signal.message,
                at: Some(signal.at),
                backtrace: None,
            }
        }
        Err(payload) => Trouble {
            end: End::Error,
            message: text(payload.as_ref()),
            at,
            backtrace,
        },
    }
}

fn end(kind: Kind) -> End {
    match kind {
        Kind::Assertion => End::Assertion,
        Kind::Pending => End::Pending,
        Kind::Skip => End::Skipped,
    }
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic whose payload is not a text")
        .to_owned()
}
