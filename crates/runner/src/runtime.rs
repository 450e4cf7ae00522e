//! The runtime that a scenario's steps are awaited in: nothing of it is left for the next one.
//!
//! To build one takes as long as to play a quick scenario. So a thread uses its own again, unless a scenario
//! has left something behind in it; then the runtime ends, and with it what was left.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    runtime::{Builder, Runtime},
    time,
};

/// How much the clock of a runtime may differ from ours: longer than it takes to look at both, if nothing comes
/// in between.
const AGREE: Duration = Duration::from_millis(1);

/// How long a clock that goes may show the same time.
const TICK: Duration = Duration::from_micros(1);

/// What a thread of the crew has for its next scenario.
#[derive(Debug, Default)]
pub(crate) struct Spare(Option<Own>);

#[derive(Debug)]
struct Own {
    runtime: Runtime,
    /// It has a thread for work that blocks, of which nobody tells whether it is done.
    has_thread: Arc<AtomicBool>,
}

impl Spare {
    /// Waits for `future`, in a runtime in which nothing else is left.
    ///
    /// # Errors
    ///
    /// There can be no runtime.
    pub(crate) fn block_on<T>(&mut self, future: impl Future<Output = T>) -> io::Result<T> {
        let own = match self.0.take() {
            Some(own) => own,
            None => Own::build()?,
        };
        let output = own.runtime.block_on(future);
        self.0 = own.is_clean().then_some(own);
        Ok(output)
    }
}

impl Own {
    fn build() -> io::Result<Self> {
        let has_thread = Arc::new(AtomicBool::new(false));
        let noticed = Arc::clone(&has_thread);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .thread_name_fn(move || {
                noticed.store(true, Ordering::SeqCst); // before the thread is there
                "blocking work".to_owned()
            })
            .build()?;
        Ok(Self {
            runtime,
            has_thread,
        })
    }

    fn is_clean(&self) -> bool {
        self.runtime.metrics().num_alive_tasks() == 0
            && !self.has_thread.load(Ordering::SeqCst)
            && self.clock_goes()
    }

    /// Whether its clock is ours: one that was stopped by `tokio::time::pause` stands.
    fn clock_goes(&self) -> bool {
        let _context = self.runtime.enter();
        let (ours, theirs) = (Instant::now(), time::Instant::now());
        let differ = |one: Instant, other: Instant| {
            one.saturating_duration_since(other)
                .max(other.saturating_duration_since(one))
        };
        while time::Instant::now() <= theirs {
            if ours.elapsed() >= TICK {
                return false;
            }
        }
        differ(theirs.into_std(), ours) < AGREE
    }
}
