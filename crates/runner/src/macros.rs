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

/// As `std::print!`, but what is printed is kept for the scenario that runs on this thread, and shown if it fails.
///
/// Elsewhere, and under `--nocapture`, it is printed.
///
/// ```
/// untorn_runner::print!("{} of {}", 1, 2);
/// ```
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => {
        $crate::output::print(::std::format_args!($($text)*), false)
    };
}

/// As `std::println!`, but kept: see [`print!`](crate::print).
///
/// ```
/// use untorn_runner::println;
///
/// println!("the answer is {}", 42);
/// ```
#[macro_export]
macro_rules! println {
    () => {
        $crate::print!("\n")
    };
    ($($text:tt)*) => {
        $crate::output::print(::std::format_args!("{}\n", ::std::format_args!($($text)*)), false)
    };
}

/// As `std::eprint!`, but kept: see [`print!`](crate::print).
#[macro_export]
macro_rules! eprint {
    ($($text:tt)*) => {
        $crate::output::print(::std::format_args!($($text)*), true)
    };
}

/// As `std::eprintln!`, but kept: see [`print!`](crate::print).
#[macro_export]
macro_rules! eprintln {
    () => {
        $crate::eprint!("\n")
    };
    ($($text:tt)*) => {
        $crate::output::print(::std::format_args!("{}\n", ::std::format_args!($($text)*)), true)
    };
}
