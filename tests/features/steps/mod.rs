//! The sentences of the features, filed by the noun that they are about.

mod configuration;
mod disk;
mod environment;
mod fault;
mod library;
mod metadata;
mod outcome;
mod readme;
mod run;
mod suite;
mod trace;
mod writers;
