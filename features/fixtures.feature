Feature: The suite catches a writer that tears its configuration
  That every scenario is green says something about `agents` only if the same scenarios are red over a
  writer that has the bug. `examples/three_writes.rs` is such a one: it is how the first commit wrote.

  Rule: The feature that captured the bug is red over the writer that has it

    Scenario: three writes, one after the other
      When "features/tdd_server_connect_atomic_writes.feature --tags 'not @commit_steps'" runs over three_writes
      Then it fails with exit code 1
      And what it prints contains "30 scenarios: 2 passed, 0 expected failures, 28 failed, 0 errors, 0 skipped"
