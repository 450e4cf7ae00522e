Feature: Reading a run
  A green run is short. A red one tells everything that helps, in one place, and how to have it again.

  Rule: A failure is told in one piece

    Scenario: Everything about a failure
      Given the feature file "features/one"
        """
        Feature: One
          Rule: Sums are right
            Scenario: Adding
              Given evidence "directory /tmp/x, exit code 7"
              When I add 2
              Then the count is 3
        """
      When I run the suite with "--color never"
      Then it ends with exit code 1
      And it says
        """
        failed features/one.feature:3: Adding
          rule: Sums are right
          step: Then the count is 3 (features/one.feature:6, crates/runner/tests/features/fixture.rs:
        """
      And it says
        """
            the count
                actual: 2
              expected: 3
              at crates/runner/tests/features/fixture.rs:
        """
      And it says
        """
            directory /tmp/x, exit code 7
          run again: cargo test --test features -- features/one.feature:3
        """
      And it says "red features/one.feature:3: Adding"

    Scenario: A path that a shell would take apart is quoted
      Given the feature file "features/my db"
        """
        Feature: One
          Scenario: Asserting
            When an assertion fails
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "run again: cargo test --test features -- 'features/my db.feature:2'"
      And "target/bdd/report.html" says
        """
        features -- 'features/my db.feature:2'
        """

    Scenario: A text of several lines is told as a diff
      Given the scenario
        """
        Scenario: Reading
          Then the text is
            ```
            one
            too
            three
            ```
        """
      When I run the suite
      Then it ends with exit code 1
      And it says
        """
              - expected, + actual
                "\n
                one\n
              - too\n
              + two\r\n
                three\n"
        """

    Scenario: A panic tells its place
      Given the scenario
        """
        Scenario: Going wrong
          When a step unwraps nothing
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "at crates/runner/tests/features/fixture.rs:"
      And it says nothing of "core::option::unwrap_failed"

    Scenario: A panic tells its backtrace where that is asked for
      Given the variable RUST_BACKTRACE is set
      And the scenario
        """
        Scenario: Going wrong
          When a step unwraps nothing
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "fixture::unwraps"
      And it says nothing of "tokio::runtime"

  Rule: Progress is a sign for each scenario

    Scenario: One of each kind
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Passed
            When I add 1
          @tdd_issue @tdd_issue_1 @tdd_expected_fail
          Scenario: Expected
            Then an assertion fails
          Scenario: Skipped
            When a step skips
          @tdd_issue @tdd_issue_1 @tdd_expected_fail
          Scenario: Fixed
            When I add 1
          Scenario: Failed
            Then an assertion fails
          Scenario: Error
            When a step unwraps nothing
          Scenario: Pending
            When a step is pending
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 1
      And it says ".xs!\n"
      And it says "F\n"
      And it says "E\n"
      And it says "P\n"
      And it says "7 scenarios: 1 passed, 1 expected failures, 1 failed, 1 errors, 1 skipped, 1 fixed, 1 pending"
      And the last line is "2 passed, 4 failed, 1 skipped"

    Scenario: A long run
      Given 120 scenarios that print their number
      When I run the suite with "--jobs 1"
      Then it ends with exit code 0
      And the last line is "120 passed, 0 failed"

    Scenario: A quiet run
      Given the scenario
        """
        Scenario: Passed
          When I add 1
        """
      When I run the suite with "--quiet"
      Then it ends with exit code 0
      And it says nothing of "slowest"
      And it says "1 scenarios: 1 passed"

    Scenario: Colour is for terminals, and for those who ask
      Given the scenario
        """
        Scenario: Failed
          Then an assertion fails
        """
      When I run the suite with "--color always"
      Then it ends with exit code 1
      And it says "31mfailed"
      When I run the suite
      Then it ends with exit code 1
      And it says nothing of "31mfailed"

  Rule: The ten slowest are told, the slowest first

    Scenario: Two that differ
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Quick
            When I add 1
          Scenario: Slow
            When a step blocks for 30 ms
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "features/one.feature:4: Slow" before "features/one.feature:2: Quick"
