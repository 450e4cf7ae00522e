//! The place of what runs on a thread: what it prints, and that it is not over.

use std::{
    cell::RefCell,
    fmt::{Arguments, Write},
    process,
};

use super::{Traces, complain};
use crate::attach::Pile;

/// What is at work.
struct Work {
    /// What to call it.
    name: String,
    #[cfg(feature = "failpoints")]
    is_serial: bool,
    traces: Traces,
}

/// What is dropped when its thread ends, or when the process does in the middle of something.
#[derive(Default)]
pub(super) struct Desk {
    work: RefCell<Option<Work>>,
}

thread_local! {
    static DESK: Desk = Desk::default();
}

impl Desk {
    pub(super) fn sit_down(name: String, is_serial: bool, traces: Traces) {
        let work = Work {
            name,
            #[cfg(feature = "failpoints")]
            is_serial,
            traces,
        };
        #[cfg(not(feature = "failpoints"))]
        let _ = is_serial;
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

    pub(super) fn get_up() {
        DESK.with(|desk| desk.work.take());
    }

    /// What is attached to what is at work on this thread, if anything is.
    pub(super) fn pile() -> Option<Pile> {
        DESK.with(|desk| {
            let work = desk.work.borrow();
            work.as_ref().map(|work| work.traces.pile.clone())
        })
    }

    /// Keeps `text` if something is at work on this thread, and its output is kept.
    pub(super) fn write(text: Arguments<'_>) -> bool {
        DESK.with(|desk| {
            let work = desk.work.borrow();
            let kept = work.as_ref().and_then(|work| work.traces.kept.as_ref());
            kept.is_some_and(|kept| kept.own().write_fmt(text).is_ok())
        })
    }
}

impl Drop for Desk {
    /// A thread does not end in the middle of something, so here the process does: `exit` was called, and its exit
    /// code, be it 0, would be taken for that of the run.
    fn drop(&mut self) {
        if let Some(Work { name, traces, .. }) = self.work.take() {
            let story = format!("\nthe process ends in the middle of {name}: exit was called\n");
            match &traces.kept {
                Some(kept) => kept.tell(&story),
                None => complain(&story),
            }
            process::abort();
        }
    }
}
