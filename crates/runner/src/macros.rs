//! The macros of [`expect`](crate::expect): the same assertions, with a message in `format!` style.

/// Checks that a condition holds; otherwise the step has *failed*.
///
/// ```
/// # let (answer, limit) = (41, 42);
/// untorn_runner::check!(answer < limit);
/// untorn_runner::check!(answer < limit, "the answer {answer} stays below {limit}");
/// ```
#[macro_export]
macro_rules! check {
    ($holds:expr $(,)?) => {
        $crate::expect::holds($holds, format_args!("{}", stringify!($holds)))
    };
    ($holds:expr, $($what:tt)+) => {
        $crate::expect::holds($holds, format_args!($($what)+))
    };
}

/// Checks that the first value equals the second; otherwise the step has *failed*, with a diff.
///
/// ```
/// untorn_runner::check_eq!(6 * 7, 42);
/// untorn_runner::check_eq!("a\nb".lines().count(), 2, "the number of lines");
/// ```
#[macro_export]
macro_rules! check_eq {
    ($actual:expr, $expected:expr $(,)?) => {
        $crate::expect::equal(stringify!($actual), &$actual, &$expected)
    };
    ($actual:expr, $expected:expr, $($what:tt)+) => {
        $crate::expect::equal(&format!($($what)+), &$actual, &$expected)
    };
}

/// Checks that a value matches a pattern; otherwise the step has *failed*, and shows the value.
///
/// ```
/// let port: Result<u16, _> = "80".parse();
/// untorn_runner::check_matches!(port, Ok(1..=1023));
/// untorn_runner::check_matches!(port, Ok(n) if n % 2 == 0, "an even port");
/// ```
#[macro_export]
macro_rules! check_matches {
    ($value:expr, $pattern:pat $(if $guard:expr)? $(,)?) => {
        $crate::check_matches!($value, $pattern $(if $guard)?, "{}", stringify!($pattern $(if $guard)?))
    };
    ($value:expr, $pattern:pat $(if $guard:expr)?, $($what:tt)+) => {
        match &$value {
            $pattern $(if $guard)? => (),
            other => $crate::expect::fail(&format!("{}: the value is\n  {other:?}", format_args!($($what)+))),
        }
    };
}

/// Says that a step is not written yet: the scenario fails as *pending*.
///
/// ```should_panic
/// untorn_runner::pending!("waits for issue {}", 7);
/// ```
#[macro_export]
macro_rules! pending {
    () => {
        $crate::expect::pending("not written yet")
    };
    ($($what:tt)+) => {
        $crate::expect::pending(&format!($($what)+))
    };
}

/// Leaves the scenario out for a reason, which the run counts and tells.
///
/// ```should_panic
/// untorn_runner::skip!("no user namespaces here");
/// ```
#[macro_export]
macro_rules! skip {
    ($($why:tt)+) => {
        $crate::expect::skip(&format!($($why)+))
    };
}
