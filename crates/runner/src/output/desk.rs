//! The place of the scenario that runs on a thread: what it prints, and that it is not over.

use std::{
    cell::RefCell,
    fmt::{Arguments, Write},
    process,
    sync::Arc,
};

use super::Redirect;
use crate::case::Case;

/// A scenario at work.
struct Work {
    place: String,
    #[cfg(feature = "failpoints")]
    is_serial: bool,
    printed: String,
    /// Where everything else goes meanwhile, and from where on.
    redirect: Option<(Arc<Redirect>, u64)>,
}

/// What is dropped when its thread ends, or when the process does in the middle of a step.
#[derive(Default)]
pub(super) struct Desk {
    work: RefCell<Option<Work>>,
}

thread_local! {
    static DESK: Desk = Desk::default();
}

impl Desk {
    pub(super) fn sit_down(case: &Case, redirect: Option<(Arc<Redirect>, u64)>) {
        let work = Work {
            place: case.place(),
            #[cfg(feature = "failpoints")]
            is_serial: case.is_tagged(crate::tdd::SERIAL),
            printed: String::new(),
            redirect,
        };
        DESK.with(|desk| desk.work.replace(Some(work)));
    }

    #[cfg(feature = "failpoints")]
    pub(super) fn is_serial() -> bool {
        DESK.with(|desk| {
            desk.work
                .borrow()
                .as_ref()
                .is_some_and(|work| work.is_serial)
        })
    }

    /// What was written here.
    pub(super) fn get_up() -> String {
        let work = DESK.with(|desk| desk.work.take());
        work.map_or_else(String::new, |work| work.printed)
    }

    /// Keeps `text` if a scenario is at work on this thread, and its output is kept.
    pub(super) fn write(text: Arguments<'_>) -> bool {
        DESK.with(|desk| match &mut *desk.work.borrow_mut() {
            Some(work) if work.redirect.is_some() => work.printed.write_fmt(text).is_ok(),
            _ => false,
        })
    }
}

impl Drop for Desk {
    /// A thread does not end in the middle of a scenario, so here the process does: a step has called `exit`, and
    /// its exit code, be it 0, would be taken for that of the run.
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            let Work { place, printed, .. } = &work;
            let story = format!(
                "\nthe process ends in the middle of {place}: a step has called exit\n{printed}"
            );
            match &work.redirect {
                Some((redirect, from)) => {
                    redirect.tell(&(story + &redirect.read(*from..redirect.len())));
                }
                None => eprintln!("{story}"),
            }
            process::abort();
        }
    }
}
