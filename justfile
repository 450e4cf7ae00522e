# The working day of untorn. Everything the recipes need comes from `just setup`.

export PATH := justfile_directory() / "target/tools/bin:" + env("PATH")

set shell := ["bash", "-euo", "pipefail", "-c"]

# List the recipes.
[private]
default:
    @{{ just_executable() }} --justfile {{ quote(justfile()) }} --list --unsorted

# Install what the recipes need: pinned tools under target/tools, packages where we may.
setup:
    ci/setup

# Format all sources.
format:
    cargo fmt --all

# Check formatting and lints, that no lint is switched off, and that steps assert by `check!`.
lint:
    cargo fmt --all -- --check
    cargo clippy --workspace --all-targets --all-features -- --deny warnings
    cargo clippy --workspace --lib --bins -- --deny warnings
    python3 ci/no_allow.py
    python3 ci/typed_assertions.py

# Check all types, with failpoints and without.
typecheck:
    cargo check --workspace --all-targets --all-features
    cargo check --workspace --lib --bins

# Run every test and every scenario.
[positional-arguments]
unit_tests *ARGS:
    cargo test --workspace "$@"

# Run the examples in the documentation, which `coverage_report` does not.
doc_tests:
    cargo test --workspace --doc

# Run the scenarios, or some: `just features --issue 993`.
[positional-arguments]
features *ARGS:
    cargo test --test features -- "$@"

# Check that the prover's verdicts are the same in 20 of 20 runs.
stable_verdicts:
    cargo test --package untorn --test stable_verdicts -- --ignored

# Build the prover for AArch64, and let it prove the corpus's writers in C on an emulated machine.
aarch64:
    ci/aarch64

# Check that nextest lists, filters and parts scenarios as tests of their own.
nextest:
    ci/nextest

# Hold each commit since BASE, or since the remote's main branch, to the workflow of a bug.
tdd_gate BASE="":
    ci/tdd_gate {{ quote(BASE) }}

# Run every test and every scenario, and measure line coverage, killed children included: at least 97 %.
coverage_report:
    ci/coverage

# Check dependencies for advisories, yanks, licences and origin, and all crates for unsafe code.
security_scan:
    ci/advisories
    cargo deny --workspace --all-features --locked check --hide-inclusion-graph bans licenses sources
    python3 ci/unsafe_code.py

# Find dependencies, items and steps that nobody uses.
dead_code:
    cargo shear --deny-warnings --locked
    python3 ci/unused_items.py
    cargo test --quiet --test features -- --dry-run --unused-steps=fail
    cargo test --quiet --test runner -- --dry-run --unused-steps=fail
    cargo test --quiet --test prover -- --dry-run --unused-steps=fail

# Build the documentation and the manual page.
docs:
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --document-private-items
    cargo run --quiet --example man
    ci/man target/man/agents.1

# Build the release, check that it works and that nothing we ship has failpoints, and package the runner.
build:
    cargo build --release --locked --package agents
    ci/no_failpoints
    ci/release
    cargo package --quiet --package untorn-runner --locked --allow-dirty --no-verify

# Break the program and the runner on purpose, and check that a scenario notices each time.
[positional-arguments]
breakages *ARGS:
    python3 tests/breakages/run.py "$@"

# Compare the runner with the Cucumber compatibility kit and Gherkin's own test data.
[positional-arguments]
conformance *ARGS:
    ci/conformance "$@"

# Measure the figures of all READMEs, side by side in one run.
benchmark *ARGS: (benchmark_agents ARGS) benchmark_runner benchmark_prover

# Measure the figures of README.
benchmark_agents *ARGS:
    cargo build --release --locked --package agents
    cargo test --no-run --test features
    python3 benchmark/run.py {{ ARGS }}

# Measure the figures of the runner's README beside behave and stock cucumber-rs.
benchmark_runner *ARGS:
    python3 benchmark/runner.py {{ ARGS }}

# Measure what the prover costs: each run, a whole proof, and many calls.
benchmark_prover:
    cargo build --release --locked --package untorn --package agents
    python3 benchmark/prover.py

# What runs no scenario; the release, which ends on one core, is built beside the rest.
[parallel]
[private]
static: sources build

[private]
sources: lint typecheck security_scan dead_code docs

# Everything that has to pass before a change lands.
ci: doc_tests nextest tdd_gate static coverage_report conformance breakages
