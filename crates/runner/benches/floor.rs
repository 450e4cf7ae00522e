//! What the scenarios of the benchmark do, done by two threads without any runner: nobody can be much faster.
//!
//! Takes the kind of the scenarios and their number.

#![forbid(unsafe_code)]

mod words;

use std::{
    env,
    error::Error,
    sync::atomic::{AtomicUsize, Ordering},
    thread::{self, ScopedJoinHandle},
};

use tokio::runtime::Builder;
use words::World;

/// How many scenarios run at a time: as many as `untorn-runner` runs there, and as there are cores.
fn threads() -> usize {
    thread::available_parallelism().map_or(1, Into::into)
}

type Done = Result<(), Box<dyn Error + Send + Sync>>;

async fn play(kind: &str) -> Done {
    let mut world = World::default();
    match kind {
        "a temporary directory, 3 files" => {
            words::temporary_directory(&mut world)?;
            words::write(&mut world, 3)?;
            words::count(&mut world, 3)?;
        }
        "a subprocess" => {
            words::run(&mut world, "true".to_owned())?;
            words::succeeds(&mut world);
        }
        "a subprocess, awaited" => {
            words::wait_for(&mut world, "true".to_owned()).await?;
            words::succeeds(&mut world);
        }
        _ => return Err(format!("there is no kind {kind}").into()),
    }
    Ok(())
}

/// Plays scenarios until all `count` are taken.
fn work(kind: &str, count: usize, taken: &AtomicUsize) -> Done {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        loop {
            if taken.fetch_add(1, Ordering::Relaxed) >= count {
                return Ok(());
            }
            play(kind).await?;
        }
    })
}

fn main() -> Done {
    let mut arguments = env::args().skip(1).filter(|it| it != "--bench");
    let kind = arguments.next().ok_or("no kind")?;
    let count = arguments.next().ok_or("no count")?.parse()?;
    let taken = AtomicUsize::new(0);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads())
            .map(|_| scope.spawn(|| work(&kind, count, &taken)))
            .collect();
        let mut joined = threads.into_iter().map(ScopedJoinHandle::join);
        joined.try_for_each(|it| it.map_err(|_| "a thread panicked")?)
    })?;
    println!("{count} passed, 0 failed");
    words::tell_memory();
    Ok(())
}
