//! The failpoints of a program under test, as it tells them itself.

use std::{
    io,
    process::{Command, ExitStatus},
};

use super::Plan;

/// The names of the failpoints that a program has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Points {
    names: Vec<String>,
}

/// Why it is not known which failpoints a program has.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// The program cannot be started.
    #[error("cannot ask {program} for its failpoints")]
    Start {
        /// The program, as it was to be started.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// The program does not know what it is asked, or fails.
    #[error("{program} does not tell its failpoints: it ends with {status}")]
    Failed {
        /// The program, as it was started.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// The program has no failpoints, so no fault would ever strike in it.
    #[error("{program} has no failpoints: was it built without the feature for them?")]
    None {
        /// The program, as it was started.
        program: String,
    },
}

impl Points {
    /// Asks a program: run with `FAILPOINTS=list` it has to print their names, a line each, and end with 0.
    ///
    /// A program that was built without failpoints most likely does something else then, so give it arguments
    /// with which it does no harm, such as `--version`.
    ///
    /// # Errors
    ///
    /// [`PointsError`], also where there are none: a suite that injects nothing must not be green.
    pub fn of(mut program: Command) -> Result<Self, PointsError> {
        let name = program.get_program().to_string_lossy().into_owned();
        let output = program.env("FAILPOINTS", "list").output();
        let output = match output {
            Ok(output) => output,
            Err(source) => {
                return Err(PointsError::Start {
                    program: name,
                    source,
                });
            }
        };
        if !output.status.success() {
            let status = output.status;
            return Err(PointsError::Failed {
                program: name,
                status,
            });
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = text.lines().map(str::trim).filter(|line| is_name(line));
        let names: Vec<_> = lines.map(str::to_owned).collect();
        if names.is_empty() {
            return Err(PointsError::None { program: name });
        }
        Ok(Self { names })
    }

    /// The names, in the order in which the program tells them.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A plan in which exactly these can be armed.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let names: Vec<_> = self.names.iter().map(String::as_str).collect();
        Plan::new(&names)
    }
}

/// A sentence, such as a program prints that knows nothing of failpoints, is none.
fn is_name(line: &str) -> bool {
    !line.is_empty() && !line.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_tells_its_points_and_only_they_can_be_armed() {
        let script = r#"test "$FAILPOINTS" = list && printf 'a::write\n\na::sync\n'"#;
        let points = Points::of(shell(script)).unwrap();
        assert_eq!(points.names(), ["a::write", "a::sync"]);
        let mut plan = points.plan();
        assert_eq!(
            plan.arm("a::sync", "return(EIO)", super::super::Hit::Every),
            Ok(())
        );
        assert!(
            plan.arm("a::rename", "return(EIO)", super::super::Hit::Every)
                .is_err()
        );
    }

    #[test]
    fn a_program_without_points_is_refused() {
        let words = |script| Points::of(shell(script)).unwrap_err().to_string();
        assert_eq!(
            words("echo agents 0.1.0"),
            "sh has no failpoints: was it built without the feature for them?"
        );
        assert_eq!(
            words("exit 2"),
            "sh does not tell its failpoints: it ends with exit status: 2"
        );
        let error = Points::of(Command::new("./no-such-program")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot ask ./no-such-program for its failpoints"
        );
    }
}
