//! A fault: which call it strikes, with what, and for how long.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::call::{Call, Kind};

/// A place in the run of a program: the `nth` call of that family on that file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Point {
    /// The family and the file, such as `write(config.toml)`.
    pub call: String,
    /// Which of these calls it is, from one on.
    pub nth: usize,
}

impl Point {
    /// The family of the call, and the names of its files.
    pub(crate) fn parts(&self) -> (&str, &str) {
        let call = self.call.strip_suffix(')').unwrap_or(&self.call);
        call.split_once('(').unwrap_or((call, ""))
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.call, self.nth)
    }
}

/// How much of a write, or of a copy, goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Part {
    OneByte,
    Half,
    AllButOne,
}

impl Part {
    pub(crate) fn of(self, length: u64) -> u64 {
        match self {
            Self::OneByte => 1,
            Self::Half => length / 2,
            Self::AllButOne => length.saturating_sub(1),
        }
    }
}

/// What happens there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Strike {
    /// The call fails once.
    Once {
        errno: i32,
        name: String,
    },
    /// It fails, and so does from then on every call that the same cause would fail.
    Persist {
        errno: i32,
        name: String,
    },
    /// There is room for names but not for data: half of a write goes through, and nothing of what else needs it.
    DiskFull,
    /// Less is written, or copied, than was asked for.
    Short(Part),
    KillBefore,
    /// The process that makes the call is killed before it, and those beside it go on.
    KillAlone,
    /// It is killed when one page of a longer write is written: before each further one, the kernel looks whether
    /// it is to die.
    KillPartway,
    KillAfter,
}

/// How many bytes the kernel writes before it looks whether the program is to die.
pub(crate) const PAGE: u64 = 4096;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fault {
    pub(crate) point: Point,
    /// What the call does.
    pub(crate) kind: Kind,
    pub(crate) strike: Strike,
}

impl Fault {
    /// Whether it strikes nothing but calls that change something; what persists may strike others later.
    pub(crate) fn strikes_changes(&self) -> bool {
        let persists = matches!(self.strike, Strike::Persist { .. });
        !self.kind.is_passive() && !persists
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let point = &self.point;
        match &self.strike {
            Strike::Once { name, .. } => write!(f, "fault:{point}:{name}:once"),
            Strike::Persist { name, .. } => write!(f, "fault:{point}:{name}:persist"),
            Strike::DiskFull => write!(f, "fault:{point}:ENOSPC:data"),
            Strike::Short(Part::OneByte) => write!(f, "short:{point}:1-byte"),
            Strike::Short(Part::Half) => write!(f, "short:{point}:half"),
            Strike::Short(Part::AllButOne) => write!(f, "short:{point}:all-but-1"),
            Strike::KillBefore => write!(f, "kill:{point}:before"),
            Strike::KillAlone => write!(f, "kill:{point}:alone"),
            Strike::KillPartway => write!(f, "kill:{point}:partway"),
            Strike::KillAfter => write!(f, "kill:{point}:after"),
        }
    }
}

/// Whether an error has a cause that lies in the whole system, not in one file.
pub(crate) fn is_everywhere(errno: i32) -> bool {
    [
        libc::ENOSPC,
        libc::EDQUOT,
        libc::EROFS,
        libc::EMFILE,
        libc::ENOMEM,
    ]
    .contains(&errno)
}

/// Whether an error has a cause that does not last: who waits for that, or tries again, must not wait for ever.
fn is_passing(errno: i32) -> bool {
    [libc::EINTR, libc::EAGAIN].contains(&errno)
}

/// The error that a fault, once it has struck, gives to a later call as well.
pub(crate) fn later(fault: &Fault, call: &Call, point: &str, is_directory: bool) -> Option<i32> {
    match &fault.strike {
        Strike::Persist { errno, .. } => {
            let can_be = call.errors(is_directory).iter().any(|it| it.1 == *errno);
            let is_met = is_everywhere(*errno) || point == fault.point.call;
            (can_be && is_met).then_some(*errno)
        }
        Strike::DiskFull => call.kind.allocates_data().then_some(libc::ENOSPC),
        _ => None,
    }
}

/// All faults that one point can have; `length` is what a write or a copy writes, and `kills` are those beside that
/// before the call, and that in the middle.
pub(crate) fn menu(
    point: &Point,
    (call, errors): (Kind, &[(String, i32)]),
    length: u64,
    kills: impl IntoIterator<Item = Strike>,
) -> Vec<Fault> {
    let mut strikes = vec![Strike::KillBefore];
    for (name, errno) in errors {
        let (errno, name) = (*errno, name.clone());
        if !is_passing(errno) {
            strikes.push(Strike::Persist {
                errno,
                name: name.clone(),
            });
        }
        strikes.push(Strike::Once { errno, name });
    }
    if call.allocates_data() && (length > 0 || call != Kind::Write) {
        strikes.push(Strike::DiskFull);
    }
    strikes.extend(parts(length).map(Strike::Short));
    if call == Kind::Write && length > PAGE {
        strikes.push(Strike::KillPartway);
    }
    strikes.extend(kills);
    let with = |strike| Fault {
        point: point.clone(),
        kind: call,
        strike,
    };
    strikes.into_iter().map(with).collect()
}

/// The parts that a write or a copy of that length has, each of another length than those before.
fn parts(length: u64) -> impl Iterator<Item = Part> {
    let parts = [Part::OneByte, Part::Half, Part::AllButOne];
    parts
        .into_iter()
        .enumerate()
        .filter_map(move |(index, part)| {
            let written = part.of(length);
            let is_new = parts[..index].iter().all(|it| it.of(length) != written);
            (is_new && (1..length).contains(&written)).then_some(part)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(call: Kind, length: u64) -> Vec<String> {
        let point = Point {
            call: "write(a)".to_owned(),
            nth: 1,
        };
        let errors = [
            ("EIO".to_owned(), libc::EIO),
            ("EINTR".to_owned(), libc::EINTR),
        ];
        let faults = menu(&point, (call, &errors), length, []);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_interruption_does_not_persist() {
        let ids = ids(Kind::Create, 0);
        assert!(ids.contains(&"fault:write(a)#1:EINTR:once".to_owned()));
        assert!(!ids.contains(&"fault:write(a)#1:EINTR:persist".to_owned()));
    }

    #[test]
    fn a_write_is_cut_short_in_as_many_ways_as_it_has() {
        let short = |length| {
            ids(Kind::Write, length)
                .iter()
                .filter(|id| id.starts_with("short"))
                .count()
        };
        assert_eq!([0, 1, 2, 3, 4].map(short), [0, 0, 1, 2, 3]);
    }
}
