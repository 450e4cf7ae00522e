//! What scenarios print: kept, and shown with a failure.
//!
//! What goes through [`println!`](crate::println) and its kin belongs to the scenario of its thread, exactly.
//! Everything else that reaches standard output or standard error while scenarios run, from `std::println!`
//! or from a child process, is kept too; but nothing tells whose it is where several run at a time, so then it is
//! shown as what it is: printed by one of those that ran.
//!
//! std has a way to tell its own prints apart by thread, which only libtest can use.

mod desk;
mod redirect;

use std::{
    fmt::Arguments,
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use self::desk::Desk;
pub(crate) use self::redirect::{OUTPUT, Redirect};
use crate::{
    attach::{Owner, Pile},
    case::Case,
};

/// How much of what was printed somebody asks for; the less it is, the less it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Nothing,
    /// Its whole lines at least.
    Lines,
    /// Also what has no end of line yet.
    Whole,
}

/// What something at work has printed so far.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    own: Arc<Mutex<String>>,
    redirect: Arc<Redirect>,
    from: u64,
}

impl Kept {
    fn own(&self) -> MutexGuard<'_, String> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of it, where it may have been alone.
    fn text(&self, alone: bool) -> String {
        let printed = self.redirect.read(self.from);
        join(self.own().clone(), &printed, alone)
    }

    /// Says something to people, and all of this with it.
    fn tell(&self, story: &str) {
        self.redirect.tell(&(story.to_owned() + &self.text(false)));
    }
}

/// What something at work has left so far: what it printed, if that is kept, and what it attached.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traces {
    kept: Option<Kept>,
    pub(crate) pile: Pile,
}

impl Traces {
    /// All that it printed, for who does not wait for its end.
    pub(crate) fn printed(&self) -> String {
        let kept = self.kept.as_ref();
        kept.map_or_else(String::new, |kept| kept.text(false))
    }
}

/// Keeps what is printed on the current thread, from [`Recording::begin`] on.
#[derive(Debug)]
pub(crate) struct Recording {
    traces: Traces,
    others: usize,
}

impl Recording {
    /// Begins with what is called `name` and is part of `case`; without a `redirect`, nothing is kept.
    pub(crate) fn begin(redirect: Option<&Arc<Redirect>>, name: String, case: &Case) -> Self {
        let kept = redirect.map(|redirect| Kept {
            own: Arc::default(),
            redirect: Arc::clone(redirect),
            from: redirect.len(),
        });
        let others = kept.as_ref().map_or(0, |kept| kept.redirect.enter());
        let pile = Pile::default();
        let traces = Traces { kept, pile };
        Desk::sit_down(name, case.is_tagged(crate::tdd::SERIAL), traces.clone());
        Self { traces, others }
    }

    /// What is left so far, for who gives up waiting for the end.
    pub(crate) fn traces(&self) -> &Traces {
        &self.traces
    }

    /// What was printed meanwhile, as far as it is `wanted`.
    pub(crate) fn end(self, wanted: Wanted) -> String {
        Desk::get_up();
        let Some(kept) = self.traces.kept else {
            return String::new();
        };
        if wanted == Wanted::Whole {
            redirect::flush();
        }
        let alone = kept.redirect.leave() == self.others;
        if wanted == Wanted::Nothing {
            return String::new();
        }
        kept.text(alone)
    }
}

fn join(mut own: String, printed: &str, alone: bool) -> String {
    if !printed.is_empty() && !alone {
        own.push_str("(printed by this scenario, or by one that ran beside it:)\n");
    }
    own + printed
}

/// Says something on standard error; what cannot be written there is lost, for there is nobody left to tell.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Notices if `exit` is called while `work` is done on this thread, outside of any scenario.
pub(crate) fn watched<T>(name: &str, work: impl FnOnce() -> T) -> T {
    Desk::sit_down(name.to_owned(), false, Traces::default());
    let done = work();
    Desk::get_up();
    done
}

/// What is attached to what is at work on this thread; nothing where nothing is.
pub(crate) fn pile() -> Option<Pile> {
    Desk::pile()
}

/// Notes whose it is what is attached on this thread from now on.
pub(crate) fn now_for(owner: Option<Owner>) {
    if let Some(pile) = Desk::pile() {
        pile.now_for(owner);
    }
}

/// Whether the scenario that is at work on this thread is `@serial`.
#[cfg(feature = "failpoints")]
pub(crate) fn is_serial() -> bool {
    Desk::is_serial()
}

/// What [`println!`](crate::println) and its kin do.
#[doc(hidden)]
pub fn print(text: Arguments<'_>, to_stderr: bool) {
    if !Desk::write(text) {
        let _ = if to_stderr {
            io::stderr().write_fmt(text)
        } else {
            io::stdout().write_fmt(text)
        };
    }
}
