//! What has been attached on one thread so far, and to what.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::{ATTACHMENTS_MAX, AttachError, Attachment};

/// What an attachment belongs to, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Owner {
    /// A hook, counted among all of the suite.
    Hook(usize),
    /// A step of its scenario.
    Step(usize),
}

/// An attachment, and what it belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attached {
    pub(crate) owner: Owner,
    pub(crate) what: Attachment,
}

/// What was attached so far. A copy is the same pile, so that it can be told of a thread that never comes back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pile(Arc<Mutex<Heap>>);

#[derive(Debug, Default)]
struct Heap {
    /// Who is at work now; nobody may attach anything where none is.
    owner: Option<Owner>,
    attached: Vec<Attached>,
}

impl Pile {
    /// Notes who is at work from now on.
    pub(crate) fn now_for(&self, owner: Option<Owner>) {
        self.heap().owner = owner;
    }

    pub(super) fn add(&self, what: Attachment) -> Result<(), AttachError> {
        let mut heap = self.heap();
        let owner = heap.owner.ok_or(AttachError::NobodyAtWork)?;
        let used: usize = heap.attached.iter().map(|it| it.what.len()).sum();
        let (size, left) = (what.len(), ATTACHMENTS_MAX - used);
        if size > left {
            return Err(AttachError::TooLarge { size, left });
        }
        heap.attached.push(Attached { owner, what });
        Ok(())
    }

    /// Everything so far, which is no longer in it.
    pub(crate) fn take(&self) -> Vec<Attached> {
        std::mem::take(&mut self.heap().attached)
    }

    fn heap(&self) -> MutexGuard<'_, Heap> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
