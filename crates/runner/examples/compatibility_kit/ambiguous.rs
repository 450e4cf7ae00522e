//! Two functions for one step.

use cucumber::given;
use untorn_runner::Scenario;

#[derive(Debug, Default, cucumber::World)]
pub struct World;

impl Scenario for World {}

#[given(regex = "^a (.*?) with (.*?)$")]
fn anything_with(_: &mut World) {}

#[given(regex = "^a step with (.*?)$")]
fn step_with(_: &mut World) {}
