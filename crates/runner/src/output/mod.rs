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
    sync::Arc,
};

use self::desk::Desk;
pub(crate) use self::redirect::Redirect;
use crate::case::Case;

/// Keeps what one scenario prints on the current thread, from [`Recording::begin`] on.
#[derive(Debug)]
pub(crate) struct Recording {
    redirect: Option<Arc<Redirect>>,
    from: u64,
    others: usize,
}

impl Recording {
    /// Begins with the scenario `case`; without a `redirect`, nothing is kept.
    pub(crate) fn begin(redirect: Option<&Arc<Redirect>>, case: &Case) -> Self {
        let redirect = redirect.cloned();
        let (from, others) = redirect
            .as_ref()
            .map_or((0, 0), |it| (it.len(), it.enter()));
        Desk::sit_down(case, redirect.clone().map(|redirect| (redirect, from)));
        Self {
            redirect,
            from,
            others,
        }
    }

    /// Everything that was printed meanwhile.
    pub(crate) fn end(self) -> String {
        let own = Desk::get_up();
        let Some(redirect) = self.redirect else {
            return own;
        };
        let alone = redirect.leave() == self.others;
        let printed = redirect.read(self.from..redirect.len());
        join(own, &printed, alone)
    }
}

fn join(mut own: String, printed: &str, alone: bool) -> String {
    if !printed.is_empty() && !alone {
        own.push_str("(printed by this scenario, or by one that ran beside it:)\n");
    }
    own + printed
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
