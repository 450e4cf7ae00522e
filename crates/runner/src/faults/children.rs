//! What a scenario has armed for its child processes, so that what never struck is told where nobody asks.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// How far it is known whether a fault struck.
#[derive(Debug, Default)]
enum Known {
    /// No child process was given it.
    #[default]
    Nothing,
    /// This log tells.
    ByLog(PathBuf),
    /// Somebody has asked, and judges the answer.
    Asked,
}

/// A fault that is armed for a child process; a copy is the same.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    point: String,
    known: Arc<Mutex<Known>>,
}

thread_local! {
    /// What the scenario on this thread has armed.
    static WATCHED: RefCell<Vec<Watched>> = const { RefCell::new(Vec::new()) };
}

impl Watched {
    /// Begins to watch `point`, for the scenario on this thread.
    pub(super) fn begin(point: &str) -> Self {
        let watched = Self {
            point: point.to_owned(),
            known: Arc::default(),
        };
        WATCHED.with_borrow_mut(|all| all.push(watched.clone()));
        watched
    }

    /// Notes that a child process is given it, which tells in `log` whether it struck.
    pub(super) fn is_told_in(&self, log: &Path) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*known, Known::Asked) {
            *known = Known::ByLog(log.to_owned());
        }
    }

    /// Notes that somebody has asked whether it struck, or has disarmed it.
    pub(super) fn is_asked_for(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known::Asked;
    }

    fn is_unstruck(&self) -> bool {
        match &*self.known.lock().unwrap_or_else(PoisonError::into_inner) {
            Known::Nothing => true,
            Known::ByLog(log) => !has_struck(&self.point, log),
            Known::Asked => false,
        }
    }
}

/// Whether `point` struck, by a `log`; one that cannot be read tells of nothing.
pub(super) fn has_struck(point: &str, log: &Path) -> bool {
    let log = fs::read_to_string(log).unwrap_or_default();
    log.lines().any(|line| line == point)
}

/// Forgets what was armed on this thread for child processes, and says what of it never struck, as far as nobody
/// asked.
pub(super) fn disarm() -> Vec<String> {
    let watched = WATCHED.take().into_iter();
    let unstruck = watched.filter(Watched::is_unstruck);
    unstruck.map(|it| it.point).collect()
}
