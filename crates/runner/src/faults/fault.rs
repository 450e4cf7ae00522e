//! The words for what goes wrong.

use std::{fmt, str::FromStr};

use cucumber::Parameter;

/// What goes wrong, in the words of a feature: `{fault}` in a step expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Parameter)]
#[param(
    name = "fault",
    regex = "no space left|quota exceeded|permission denied|a forbidden operation|an I/O error|\
             a read-only file system|too many open files|a full file table|an interrupted call|\
             no locks available|not supported|an invalid argument|a busy resource|a crossed device|\
             a symlink loop|out of memory|a panic|a kill|a short write|a hold"
)]
pub enum Fault {
    /// `no space left`: ENOSPC.
    NoSpaceLeft,
    /// `quota exceeded`: EDQUOT.
    QuotaExceeded,
    /// `permission denied`: EACCES.
    PermissionDenied,
    /// `a forbidden operation`: EPERM.
    ForbiddenOperation,
    /// `an I/O error`: EIO.
    IoError,
    /// `a read-only file system`: EROFS.
    ReadOnlyFileSystem,
    /// `too many open files`: EMFILE.
    TooManyOpenFiles,
    /// `a full file table`: ENFILE.
    FullFileTable,
    /// `an interrupted call`: EINTR.
    InterruptedCall,
    /// `no locks available`: ENOLCK.
    NoLocksAvailable,
    /// `not supported`: ENOTSUP.
    NotSupported,
    /// `an invalid argument`: EINVAL.
    InvalidArgument,
    /// `a busy resource`: EBUSY.
    BusyResource,
    /// `a crossed device`: EXDEV.
    CrossedDevice,
    /// `a symlink loop`: ELOOP.
    SymlinkLoop,
    /// `out of memory`: ENOMEM.
    OutOfMemory,
    /// `a panic`: the program panics.
    Panic,
    /// `a kill`: the program is killed where it stands.
    Kill,
    /// `a short write`: a write takes only some of its bytes.
    ShortWrite,
    /// `a hold`: the program stops until it is told to go on, or is killed.
    Hold,
}

/// A text that is not the words of a [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words:?} is not a fault; there are: {}", Fault::ALL.map(Fault::words).join(", "))]
pub struct NotAFault {
    words: String,
}

impl Fault {
    /// Every fault there is.
    pub const ALL: [Self; 20] = [
        Self::NoSpaceLeft,
        Self::QuotaExceeded,
        Self::PermissionDenied,
        Self::ForbiddenOperation,
        Self::IoError,
        Self::ReadOnlyFileSystem,
        Self::TooManyOpenFiles,
        Self::FullFileTable,
        Self::InterruptedCall,
        Self::NoLocksAvailable,
        Self::NotSupported,
        Self::InvalidArgument,
        Self::BusyResource,
        Self::CrossedDevice,
        Self::SymlinkLoop,
        Self::OutOfMemory,
        Self::Panic,
        Self::Kill,
        Self::ShortWrite,
        Self::Hold,
    ];

    /// The words for it, and the action that makes it happen.
    const fn words_and_action(self) -> (&'static str, &'static str) {
        match self {
            Self::NoSpaceLeft => ("no space left", "return(ENOSPC)"),
            Self::QuotaExceeded => ("quota exceeded", "return(EDQUOT)"),
            Self::PermissionDenied => ("permission denied", "return(EACCES)"),
            Self::ForbiddenOperation => ("a forbidden operation", "return(EPERM)"),
            Self::IoError => ("an I/O error", "return(EIO)"),
            Self::ReadOnlyFileSystem => ("a read-only file system", "return(EROFS)"),
            Self::TooManyOpenFiles => ("too many open files", "return(EMFILE)"),
            Self::FullFileTable => ("a full file table", "return(ENFILE)"),
            Self::InterruptedCall => ("an interrupted call", "return(EINTR)"),
            Self::NoLocksAvailable => ("no locks available", "return(ENOLCK)"),
            Self::NotSupported => ("not supported", "return(ENOTSUP)"),
            Self::InvalidArgument => ("an invalid argument", "return(EINVAL)"),
            Self::BusyResource => ("a busy resource", "return(EBUSY)"),
            Self::CrossedDevice => ("a crossed device", "return(EXDEV)"),
            Self::SymlinkLoop => ("a symlink loop", "return(ELOOP)"),
            Self::OutOfMemory => ("out of memory", "return(ENOMEM)"),
            Self::Panic => ("a panic", "return(panic)"),
            Self::Kill => ("a kill", "return(kill)"),
            Self::ShortWrite => ("a short write", "return(short)"),
            Self::Hold => ("a hold", "return(hold)"),
        }
    }

    /// The words for it, as [`FromStr`] reads them.
    #[must_use]
    pub const fn words(self) -> &'static str {
        self.words_and_action().0
    }

    /// The action of a failpoint that makes it happen; the program has to understand what it is told.
    #[must_use]
    pub const fn action(self) -> &'static str {
        self.words_and_action().1
    }

    /// The name of its errno, unless it is something other than an error of a system call.
    #[must_use]
    pub fn errno(self) -> Option<&'static str> {
        let told = self.action().strip_prefix("return(")?.strip_suffix(')')?;
        Some(told).filter(|name| name.starts_with('E'))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.words())
    }
}

impl FromStr for Fault {
    type Err = NotAFault;

    fn from_str(words: &str) -> Result<Self, NotAFault> {
        let found = Self::ALL.into_iter().find(|fault| fault.words() == words);
        found.ok_or_else(|| NotAFault {
            words: words.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn every_fault_is_read_back_and_has_a_place_in_an_expression() {
        let regex = Regex::new(&format!("^(?:{})$", <Fault as Parameter>::REGEX)).unwrap();
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse(), Ok(fault));
            assert!(regex.is_match(fault.words()), "{fault}");
        }
    }

    #[test]
    fn no_two_faults_are_the_same() {
        let mut actions = Fault::ALL.map(Fault::action);
        actions.sort_unstable();
        assert!(actions.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn other_words_are_refused_with_those_there_are() {
        let error = "no spice left".parse::<Fault>().unwrap_err().to_string();
        assert!(
            error.starts_with(r#""no spice left" is not a fault; there are: no space left, quota"#),
            "{error}"
        );
    }

    #[test]
    fn only_errors_have_an_errno() {
        assert_eq!(Fault::NoSpaceLeft.errno(), Some("ENOSPC"));
        assert_eq!(Fault::Kill.errno(), None);
    }
}
