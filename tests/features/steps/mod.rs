//! The sentences of the features, filed by the noun that they are about.

mod configuration;
mod fault;
mod outcome;
mod run;
