//! Sentences about several programs at once.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use cucumber::{then, when};
use untorn_runner::check_eq;

use crate::world::World;

#[when(expr = "{int} writers at once set a key of their own {int} times each")]
fn writers_set(world: &mut World, writers: usize, rounds: usize) -> Result<(), String> {
    world.prepare()?;
    let lines = |writer| (1..=rounds).map(move |round| set_line(writer, round));
    let all: Vec<Vec<_>> = (1..=writers)
        .map(|writer| lines(writer).collect())
        .collect();
    let refused = run_at_once(world, &all)?;
    world.note_refused(refused);
    Ok(())
}

#[when(expr = "readers look {int} times while two connections take turns {int} times")]
fn readers_look(world: &mut World, looks: usize, turns: usize) -> Result<(), String> {
    world.prepare()?;
    let shared: &World = world;
    let torn = thread::scope(|scope| {
        let writer = scope.spawn(move || take_turns(shared, turns));
        let torn = (0..looks).filter_map(|_| torn_look(shared)).collect();
        writer
            .join()
            .expect("the writer does not panic")
            .map(|()| torn)
    })?;
    world.note_torn(torn);
    Ok(())
}

#[when(expr = "{int} writers are killed at random moments")]
fn writers_are_killed(world: &mut World, writers: u64) -> Result<(), String> {
    world.prepare()?;
    for writer in 0..writers {
        let mut command = world.command(&connect_line(writer % 2))?;
        let mut child = command
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        thread::sleep(Duration::from_micros(fastrand::u64(0..6000)));
        child
            .kill()
            .and_then(|()| child.wait())
            .map_err(|error| error.to_string())?;
        if let Some(torn) = torn_look(world) {
            world.note_torn(vec![torn]);
        }
    }
    Ok(())
}

#[then("no writer was refused")]
fn none_refused(world: &mut World) {
    check_eq!(
        world.refused(),
        Vec::<String>::new().as_slice(),
        "what the refused writers said"
    );
}

#[then(expr = "all {int} settings are there")]
fn all_are_there(world: &mut World, wanted: usize) -> Result<(), String> {
    let settings = world.settings()?;
    let own = settings.keys().filter(|key| key.starts_with("writer-"));
    check_eq!(own.count(), wanted, "the settings that are there");
    Ok(())
}

#[then("no look was torn")]
fn none_torn(world: &mut World) {
    check_eq!(
        world.torn(),
        Vec::<String>::new().as_slice(),
        "what was torn"
    );
}

/// Runs each list of command lines in a thread of its own; gives what was said by those that failed.
fn run_at_once(world: &World, lists: &[Vec<String>]) -> Result<Vec<String>, String> {
    let outputs = thread::scope(|scope| {
        let threads = lists
            .iter()
            .map(|lines| scope.spawn(|| run_each(world, lines)));
        let threads: Vec<_> = threads.collect();
        let ends = threads
            .into_iter()
            .map(|thread| thread.join().expect("no writer panics"));
        ends.collect::<Result<Vec<_>, String>>()
    })?;
    Ok(outputs.concat())
}

fn run_each(world: &World, lines: &[String]) -> Result<Vec<String>, String> {
    let mut refused = Vec::new();
    for line in lines {
        let output = world
            .command(line)?
            .output()
            .map_err(|error| error.to_string())?;
        if !output.status.success() {
            refused.push(String::from_utf8_lossy(&output.stderr).into_owned());
        }
    }
    Ok(refused)
}

/// One update. It may wait for as long as a slow machine needs: what is shown is that none is lost.
fn set_line(writer: usize, round: usize) -> String {
    format!(
        "agents --lock-timeout 60 config set --allow-unknown writer-{writer}.round-{round}=done"
    )
}

fn take_turns(world: &World, turns: usize) -> Result<(), String> {
    let lines: Vec<_> = (0..turns as u64)
        .map(|turn| connect_line(turn % 2))
        .collect();
    let refused = run_each(world, &lines)?;
    if refused.is_empty() {
        Ok(())
    } else {
        Err(refused.concat())
    }
}

/// One of two connections, each with a URL and a namespace that belong together.
fn connect_line(which: u64) -> String {
    format!("agents server connect https://server-{which}.example --namespace team-{which}")
}

/// What a look at the configuration shows, if it is neither of the two connections.
fn torn_look(world: &World) -> Option<String> {
    let settings = match world.settings() {
        Ok(settings) => settings,
        Err(error) => return Some(error),
    };
    let pair = |which| {
        let url = format!("https://server-{which}.example");
        [
            ("server.url", url),
            ("server.namespace", format!("team-{which}")),
        ]
    };
    let is = |which| {
        pair(which)
            .iter()
            .all(|(key, value)| settings.get(*key) == Some(value))
    };
    let is_whole = is(0) || is(1);
    (!is_whole).then(|| format!("{settings:?}"))
}
