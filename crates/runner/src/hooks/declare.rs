//! How a suite declares its hooks.

use std::{fmt::Display, panic::Location, sync::Arc};

use futures::FutureExt;

use super::{Function, Hook, HookInfo, Hooks, Level, Side, Subject};
use crate::{Scenario, Suite, signal::Place};

/// What a hook may return: nothing, or a `Result` whose error says what went wrong. It need not return at all.
pub trait Outcome {
    /// The sentence to report, if the hook failed.
    ///
    /// # Errors
    ///
    /// The error of the hook, as it displays itself.
    fn outcome(self) -> Result<(), String>;
}

impl Outcome for () {
    fn outcome(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: Display> Outcome for Result<(), E> {
    fn outcome(self) -> Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}

/// A hook that only skips never returns. Before edition 2024 such a closure was taken for one that returns `()`.
impl Outcome for Never {
    fn outcome(self) -> Result<(), String> {
        self
    }
}

/// The type `!`, which stable Rust lets nobody name: that of what a `fn() -> !` returns.
type Never = <fn() -> ! as Callable>::Returned;

/// Names the type of what a function returns.
pub trait Callable {
    /// That type.
    type Returned;
}

impl<R> Callable for fn() -> R {
    type Returned = R;
}

/// Hooks. Those before something run in the order of their declaration, those after it in the reverse order.
///
/// `tags` is an expression as `--tags` takes it, or empty for all. A hook that returns an error or panics,
/// also by an assertion, is an *error* of what it runs around. A hook *before* something can leave that out with
/// [`skip!`](crate::skip), or call it pending. Those *after* it run in any case, unless a step never came back.
impl<W: Scenario> Suite<W> {
    /// Calls `hook` before the first scenario; where it fails nothing runs, and the exit code is 3.
    ///
    /// With [`skip!`](crate::skip) it leaves out the whole run: every scenario is skipped for that reason, and with
    /// [`pending!`](crate::pending) each of them is pending, which is red.
    ///
    /// Not called where nothing is run: for `--list`, `--dry-run`, `--steps`, `--help`.
    #[must_use]
    #[track_caller]
    pub fn before_run<R: Outcome>(self, hook: impl Fn() -> R + Send + Sync + 'static) -> Self {
        self.plain(Side::Before, Level::Run, "", move |_| hook().outcome())
    }

    /// Calls `hook` after the last scenario.
    ///
    /// Once a hook before the run was called, all those after it are, also where it failed or the run cannot go on:
    /// so a hook must not rely on one before the run to have done its work. What goes wrong in it is told behind that.
    #[must_use]
    #[track_caller]
    pub fn after_run<R: Outcome>(self, hook: impl Fn() -> R + Send + Sync + 'static) -> Self {
        self.plain(Side::After, Level::Run, "", move |_| hook().outcome())
    }

    /// Calls `hook` before the first scenario of each feature that is run; where it fails, all of them are errors.
    #[must_use]
    #[track_caller]
    pub fn before_feature<R: Outcome>(
        self,
        tags: &str,
        hook: impl Fn(&Subject<'_>) -> R + Send + Sync + 'static,
    ) -> Self {
        self.around(Side::Before, Level::Feature, tags, hook)
    }

    /// Calls `hook` after the last scenario of each feature that was run.
    ///
    /// Where it fails, the run has one more error, in the name of the feature.
    #[must_use]
    #[track_caller]
    pub fn after_feature<R: Outcome>(
        self,
        tags: &str,
        hook: impl Fn(&Subject<'_>) -> R + Send + Sync + 'static,
    ) -> Self {
        self.around(Side::After, Level::Feature, tags, hook)
    }

    /// As [`before_feature`](Self::before_feature), for each `Rule`.
    #[must_use]
    #[track_caller]
    pub fn before_rule<R: Outcome>(
        self,
        tags: &str,
        hook: impl Fn(&Subject<'_>) -> R + Send + Sync + 'static,
    ) -> Self {
        self.around(Side::Before, Level::Rule, tags, hook)
    }

    /// As [`after_feature`](Self::after_feature), for each `Rule`.
    #[must_use]
    #[track_caller]
    pub fn after_rule<R: Outcome>(
        self,
        tags: &str,
        hook: impl Fn(&Subject<'_>) -> R + Send + Sync + 'static,
    ) -> Self {
        self.around(Side::After, Level::Rule, tags, hook)
    }

    /// Calls `hook` with the new World of each scenario, before its first step, one of the background too.
    ///
    /// The hook is an async closure, such as `async |world: &mut MyWorld, _: &Subject<'_>| world.start()`.
    #[must_use]
    #[track_caller]
    pub fn before_scenario<R, F>(self, tags: &str, hook: F) -> Self
    where
        R: Outcome,
        F: for<'a> AsyncFn(&'a mut W, &'a Subject<'a>) -> R + Send + Sync + 'static,
    {
        self.in_world(Side::Before, Level::Scenario, tags, hook)
    }

    /// Calls `hook` after the last step of each scenario, before [`Scenario::finish`].
    #[must_use]
    #[track_caller]
    pub fn after_scenario<R, F>(self, tags: &str, hook: F) -> Self
    where
        R: Outcome,
        F: for<'a> AsyncFn(&'a mut W, &'a Subject<'a>) -> R + Send + Sync + 'static,
    {
        self.in_world(Side::After, Level::Scenario, tags, hook)
    }

    /// Calls `hook` before each step of each scenario.
    #[must_use]
    #[track_caller]
    pub fn before_step<R, F>(self, tags: &str, hook: F) -> Self
    where
        R: Outcome,
        F: for<'a> AsyncFn(&'a mut W, &'a Subject<'a>) -> R + Send + Sync + 'static,
    {
        self.in_world(Side::Before, Level::Step, tags, hook)
    }

    /// Calls `hook` after each step that was begun.
    #[must_use]
    #[track_caller]
    pub fn after_step<R, F>(self, tags: &str, hook: F) -> Self
    where
        R: Outcome,
        F: for<'a> AsyncFn(&'a mut W, &'a Subject<'a>) -> R + Send + Sync + 'static,
    {
        self.in_world(Side::After, Level::Step, tags, hook)
    }

    #[track_caller]
    fn around<R: Outcome>(
        self,
        side: Side,
        level: Level,
        tags: &str,
        hook: impl Fn(&Subject<'_>) -> R + Send + Sync + 'static,
    ) -> Self {
        self.plain(side, level, tags, move |it| {
            it.map_or(Ok(()), |it| hook(it).outcome())
        })
    }

    #[track_caller]
    fn plain(
        self,
        side: Side,
        level: Level,
        tags: &str,
        hook: impl Fn(Option<&Subject<'_>>) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.hook(side, level, tags, Function::Plain(Box::new(hook)))
    }

    #[track_caller]
    fn in_world<R, F>(self, side: Side, level: Level, tags: &str, hook: F) -> Self
    where
        R: Outcome,
        F: for<'a> AsyncFn(&'a mut W, &'a Subject<'a>) -> R + Send + Sync + 'static,
    {
        let hook = Arc::new(hook);
        let function = Function::InWorld(Box::new(move |world, subject| {
            let hook = Arc::clone(&hook);
            async move { hook(world, subject).await.outcome() }.boxed_local()
        }));
        self.hook(side, level, tags, function)
    }

    #[track_caller]
    fn hook(mut self, side: Side, level: Level, tags: &str, function: Function<W>) -> Self {
        let info = HookInfo {
            side,
            level,
            tags: tags.to_owned(),
            at: Place::from(Location::caller()),
        };
        self.hooks.add(info, function);
        self
    }
}

impl<W> Hooks<W> {
    fn add(&mut self, info: HookInfo, function: Function<W>) {
        match (!info.tags.is_empty())
            .then(|| info.tags.parse())
            .transpose()
        {
            Ok(tags) => self.hooks.push(Hook {
                info,
                tags,
                function,
            }),
            Err(error) => self.wrong.push(format!("the hook {info}: {error}")),
        }
    }
}
