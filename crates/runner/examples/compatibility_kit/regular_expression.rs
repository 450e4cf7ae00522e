//! A pattern in which some groups take no part.

use cucumber::given;
use untorn_runner::{Scenario, check_eq};

#[derive(Debug, Default, cucumber::World)]
pub struct World;

impl Scenario for World {}

#[given(regex = "^a (.*?)(?: and a (.*?))?(?: and a (.*?))?$")]
fn vegetables(_: &mut World, names: &[String]) {
    check_eq!(names.len(), 3, "the groups");
    check_eq!(names[0], "cucumber", "the first of them");
}
