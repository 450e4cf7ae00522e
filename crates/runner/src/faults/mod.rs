//! Faults for a program under test that has failpoints of the `fail` crate.
//!
//! A scenario arms points in a [`Plan`]; the plan is handed to a child process as its environment, so that
//! scenarios can run side by side and a fault may kill. Two mistakes that `fail` passes over in silence are
//! errors here: a misspelt point, and a fault that was armed and never struck.
//!
//! The program under test does its part: it appends a line with the name of the point to the file in
//! `FAILPOINT_LOG`, each time an armed fault strikes, and with `FAILPOINTS=list` it prints the names of all
//! its points, for [`Points`] to know them. With the feature `failpoints` of this crate, a library in the
//! process of the tests can be struck, too, by `arm_here`.
//!
//! [`Fault`] and [`Hit`] are the words for it in a feature, ready to be used in step expressions:
//!
//! ```
//! use cucumber::given;
//! use untorn_runner::{
//!     Scenario,
//!     faults::{ArmError, Fault, Hit, Plan},
//! };
//!
//! #[derive(Debug, cucumber::World)]
//! #[world(init = Self::with_points)]
//! struct World {
//!     faults: Plan,
//! }
//!
//! impl World {
//!     fn with_points() -> Self {
//!         Self { faults: Plan::new(&["replace::write", "replace::sync"]) }
//!     }
//! }
//!
//! impl Scenario for World {
//!     fn finish(&mut self) -> Result<(), String> {
//!         let unstruck = self.faults.unstruck("faults.log".as_ref());
//!         if unstruck.is_empty() { Ok(()) } else { Err(format!("never struck: {}", unstruck.join(", "))) }
//!     }
//! }
//!
//! // Given no space left strikes the 2nd time at "replace::write"
//! #[given(expr = "{fault} strikes {hit} time at {string}")]
//! fn strikes(world: &mut World, fault: Fault, hit: Hit, point: String) -> Result<(), ArmError> {
//!     world.faults.arm(&point, fault.action(), hit)
//! }
//! ```

mod children;
mod fault;
#[cfg(feature = "failpoints")]
mod here;
mod hit;
mod points;

use std::{ffi::OsString, path::Path};

use self::children::{Watched, has_struck};
#[cfg(feature = "failpoints")]
pub use self::here::{ArmHereError, arm_here};
pub use self::{
    fault::{Fault, NotAFault},
    hit::{Hit, NotAHit},
    points::{Points, PointsError},
};

/// Forgets what the scenario on this thread has armed for child processes, and says what of it never struck.
pub(crate) fn disarm_children() -> Vec<String> {
    children::disarm()
}

/// Takes back what is armed in this process, and says what of it never struck.
///
/// For a scenario that ends by itself, that is what its own thread has armed: one that comes back after it was
/// given up must not disarm another.
#[cfg(feature = "failpoints")]
pub(crate) fn disarm(whose: Whose) -> Vec<String> {
    here::disarm(whose)
}

/// Without the feature nothing can be armed here.
#[cfg(not(feature = "failpoints"))]
pub(crate) fn disarm(_: Whose) -> Vec<String> {
    Vec::new()
}

/// Whose faults in this process are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    OfThisThread,
    Everybodys,
}

/// Which points of a program strike, how and when.
///
/// A default plan knows no points, so nothing can be armed in it. A fault that was armed by a step and never struck
/// is an error of its scenario, unless [`unstruck`](Self::unstruck) is called, whose answer is the caller's to judge.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    known: Vec<String>,
    armed: Vec<Armed>,
}

#[derive(Clone, Debug)]
struct Armed {
    point: String,
    action: String,
    hit: Hit,
    watched: Watched,
}

/// A fault that cannot be armed; the plan is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArmError {
    /// The program has no such point.
    #[error("there is no failpoint {point:?}{}", did_you_mean(.nearest.as_deref()))]
    UnknownPoint {
        /// The name as it was given.
        point: String,
        /// The known name that is most like it, if one is.
        nearest: Option<String>,
    },
    /// The action returns an errno that no [`Fault`] stands for.
    #[error("there is no errno {name:?}{}", did_you_mean(.nearest.as_deref()))]
    UnknownErrno {
        /// The name as it was given.
        name: String,
        /// The known name that is most like it, if one is.
        nearest: Option<String>,
    },
    /// The point is armed already, and `fail` keeps only one sequence for each.
    #[error("the failpoint {point:?} is armed already")]
    ArmedTwice {
        /// The name of the point.
        point: String,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| {
        format!("; did you mean {nearest:?}?")
    })
}

impl Plan {
    /// A plan for a program whose failpoints are `known` by name.
    #[must_use]
    pub fn new(known: &[&str]) -> Self {
        Self {
            known: known.iter().map(|&name| name.to_owned()).collect(),
            armed: Vec::new(),
        }
    }

    /// Makes `action` strike at `point`, as often as `hit` says.
    ///
    /// The action is in the syntax of the `fail` crate, such as `return(ENOSPC)`; what it does is up to the
    /// program. Hits are counted by each process anew.
    ///
    /// # Errors
    ///
    /// [`ArmError`], for a point or an errno that is not known, or a point that is armed already.
    pub fn arm(&mut self, point: &str, action: &str, hit: Hit) -> Result<(), ArmError> {
        let point = self.known_point(point)?;
        known_errno(action)?;
        if self.armed.iter().any(|armed| armed.point == point) {
            return Err(ArmError::ArmedTwice { point });
        }
        self.armed.push(Armed {
            watched: Watched::begin(&point),
            action: action.to_owned(),
            point,
            hit,
        });
        Ok(())
    }

    /// Disarms everything.
    pub fn clear(&mut self) {
        for armed in self.armed.drain(..) {
            armed.watched.is_asked_for();
        }
    }

    /// Whether nothing is armed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.armed.is_empty()
    }

    /// The environment of a child process that runs into these faults, and notes in `log` which ones struck.
    ///
    /// It sets both variables also where nothing is armed, so that none is inherited.
    #[must_use]
    pub fn env(&self, log: &Path) -> [(&'static str, OsString); 2] {
        for armed in &self.armed {
            armed.watched.is_told_in(log);
        }
        let points = self
            .armed
            .iter()
            .map(|armed| format!("{}={}", armed.point, armed.hit.sequence(&armed.action)));
        let points = points.collect::<Vec<_>>().join(";");
        [("FAILPOINTS", points.into()), ("FAILPOINT_LOG", log.into())]
    }

    /// The armed points that never struck, by the `log` that [`env`](Self::env) named.
    ///
    /// A log that cannot be read tells of nothing, so then it is all of them.
    #[must_use]
    pub fn unstruck(&self, log: &Path) -> Vec<String> {
        for armed in &self.armed {
            armed.watched.is_asked_for();
        }
        let points = self.armed.iter().map(|armed| armed.point.clone());
        points.filter(|point| !has_struck(point, log)).collect()
    }

    fn known_point(&self, point: &str) -> Result<String, ArmError> {
        let found = self.known.iter().find(|known| *known == point);
        found.cloned().ok_or_else(|| ArmError::UnknownPoint {
            point: point.to_owned(),
            nearest: nearest(point, self.known.iter().map(String::as_str)),
        })
    }
}

/// What an action returns is an errno if it looks like one; words such as `kill` are the program's own.
fn known_errno(action: &str) -> Result<(), ArmError> {
    let name = action
        .strip_prefix("return(")
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or_default();
    let is_errno = name.starts_with('E')
        && name
            .bytes()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    let known = || Fault::ALL.into_iter().filter_map(Fault::errno);
    if !is_errno || known().any(|errno| errno == name) {
        return Ok(());
    }
    Err(ArmError::UnknownErrno {
        name: name.to_owned(),
        nearest: nearest(name, known()),
    })
}

/// The most similar of `candidates`, if it is similar enough to be meant.
fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let scored = candidates.map(|candidate| (strsim::jaro_winkler(text, candidate), candidate));
    let best = scored
        .filter(|(score, _)| *score > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(_, candidate)| candidate.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn plan() -> Plan {
        Plan::new(&["replace::write", "replace::sync"])
    }

    #[test]
    fn a_misspelt_point_is_refused_with_the_one_that_is_meant() {
        let error = plan()
            .arm("replace::wirte", "return(EIO)", Hit::Every)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"there is no failpoint "replace::wirte"; did you mean "replace::write"?"#
        );
        let error = plan().arm("x", "return(EIO)", Hit::Every).unwrap_err();
        assert_eq!(error.to_string(), r#"there is no failpoint "x""#);
    }

    #[test]
    fn a_misspelt_errno_is_refused_with_the_one_that_is_meant() {
        let error = plan()
            .arm("replace::write", "return(ENOSPCE)", Hit::Every)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"there is no errno "ENOSPCE"; did you mean "ENOSPC"?"#
        );
    }

    #[test]
    fn a_point_is_armed_once() {
        let mut plan = plan();
        assert_eq!(
            plan.arm("replace::write", "return(kill)", Hit::Every),
            Ok(())
        );
        let error = plan.arm("replace::write", "panic", Hit::Every).unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"the failpoint "replace::write" is armed already"#
        );
        plan.clear();
        assert!(plan.is_empty());
        assert_eq!(plan.arm("replace::write", "panic", Hit::Every), Ok(()));
    }

    #[test]
    fn the_environment_is_in_the_syntax_of_fail() {
        let mut plan = plan();
        plan.arm("replace::write", "return(ENOSPC)", Hit::Nth(2))
            .unwrap();
        plan.arm("replace::sync", "return(EIO)", Hit::Every)
            .unwrap();
        let [(points, value), (log, path)] = plan.env(Path::new("a.log"));
        assert_eq!(
            (points, log, path),
            ("FAILPOINTS", "FAILPOINT_LOG", "a.log".into())
        );
        assert_eq!(
            value,
            "replace::write=1*off->1*return(ENOSPC);replace::sync=return(EIO)"
        );
    }

    #[test]
    fn only_what_the_log_names_has_struck() {
        let mut plan = plan();
        plan.arm("replace::write", "return(ENOSPC)", Hit::Nth(2))
            .unwrap();
        plan.arm("replace::sync", "return(EIO)", Hit::Every)
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        assert_eq!(plan.unstruck(&log), ["replace::write", "replace::sync"]);
        fs::write(&log, "replace::sync\n").unwrap();
        assert_eq!(plan.unstruck(&log), ["replace::write"]);
    }
}
