//! Sentences about what goes wrong.

use cucumber::given;
use untorn_runner::faults::{Fault, Hit};

use crate::world::World;

#[given(expr = "{fault} strikes at {hit} write of a setting")]
fn strikes_at_write(world: &mut World, fault: Fault, hit: Hit) -> Result<(), String> {
    world.arm("store::set", fault.action(), hit)
}
