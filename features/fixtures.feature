Feature: The suite catches a writer that tears its configuration
  That every scenario is green says something about `agents` only if the same scenarios are red over a
  writer that has the bug. `tests/features/three_writes.rs` is such a one: it is how the first commit wrote.

  Rule: The feature that captured the bug is red over the writer that has it

    Scenario: three writes, one after the other
      When "features/tdd_server_connect_atomic_writes.feature --tags 'not @commit_steps'" runs over three_writes
      Then it fails with exit code 1
      And what it prints contains "30 scenarios: 2 passed, 0 expected failures, 28 failed, 0 errors, 0 skipped"

  Rule: What a scenario forgot to say makes it an error, never a pass

    Scenario: a fault that never struck
      Given a suite with this feature
        """
        Feature: Forgetful
          Scenario: a fault that has nothing to strike
            Given no configuration
            And an I/O error strikes while putting the old file back
            When I run "agents server connect https://new.example"
            Then it succeeds
        """
      When that suite runs over agents
      Then it fails with exit code 1
      And what it prints contains "error features/forgetful.feature:2: a fault that has nothing to strike"
      And what it prints contains "armed, but never struck: replace::put_back"
      And what it prints contains "1 scenarios: 0 passed, 0 expected failures, 0 failed, 1 errors, 0 skipped"

    Scenario: a command that failed
      Given a suite with this feature
        """
        Feature: Forgetful
          Scenario: a command that fails, and nobody says that it should
            Given no configuration
            When I run "agents server disconnect"
            Then there is still no configuration
        """
      When that suite runs over agents
      Then it fails with exit code 1
      And what it prints contains "error features/forgetful.feature:2: a command that fails, and nobody says that it should"
      And what it prints contains "`agents server disconnect` ended with exit status: 3, and the scenario does not say that it should"

    Scenario: the captured bug of a fault that never struck
      Given a suite with this feature
        """
        Feature: Forgetful
          @tdd_issue @tdd_issue_7 @tdd_expected_fail
          Scenario: a fault that has nothing to strike
            Given no configuration
            And an I/O error strikes while putting the old file back
            When I run "agents server connect https://new.example"
            Then it fails with exit code 1
        """
      When that suite runs over agents
      Then it fails with exit code 1
      And what it prints contains "1 scenarios: 0 passed, 0 expected failures, 0 failed, 1 errors, 0 skipped"

    Scenario: a stage that is misspelt
      Given a suite with this feature
        """
        Feature: Misspelt
          Scenario: a fault at a place that is none
            Given an I/O error strikes while synching the directory
            When I run "agents server connect https://new.example"
            Then it succeeds
        """
      When that suite runs over agents
      Then it fails with exit code 1
      And what it prints contains "error features/forgetful.feature:2: a fault at a place that is none"
      And what it prints contains "there is no stage called"

  Rule: A program without failpoints is not tested, for no fault would ever strike

    Scenario: a program that knows no failpoints
      Given a suite with this feature
        """
        Feature: Any
          Scenario: one that would pass
            Given no configuration
            Then there is still no configuration
        """
      When that suite runs over "true"
      Then it fails with exit code 3
      And the message contains "true has no failpoints"
