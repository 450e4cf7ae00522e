//! What a World promises beyond cucumber-rs: to say at the end whether all is well, and to show what it saw.

use std::fmt::Debug;

use cucumber::codegen::WorldInventory;

/// A World that the runner can drive; `impl Scenario for World {}` is enough to begin with.
pub trait Scenario: WorldInventory + Debug {
    /// Says what is wrong although no step said so: a fault that never struck, a command that failed unasked.
    ///
    /// Called once after the last step, also when one failed, but not when a step skipped the scenario, said
    /// that it is pending, or never came back.
    ///
    /// # Errors
    ///
    /// The sentence to report. It makes the verdict an *error*, which is never an expected failure.
    fn finish(&mut self) -> Result<(), String> {
        Ok(())
    }

    /// What helps to understand a failure: the directory, the command, its exit code and output.
    ///
    /// Asked for after [`finish`](Self::finish), and only where a step or that went wrong; shown with the
    /// failure. So this is also the place to keep what would go away with the World. A panic in it is an *error*.
    fn evidence(&mut self) -> String {
        String::new()
    }
}
