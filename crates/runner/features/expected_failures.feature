Feature: Capturing a bug before it is fixed
  A bug arrives as a scenario that fails. Tagged @tdd_expected_fail it may live in a green suite; the tag
  has to go in the moment the bug does, and it must never hide anything but the bug.

  Rule: A failed assertion is the expected failure

    Scenario Outline: <step> passes under the tag
      Given the scenario
        """
        @tdd_issue @tdd_issue_993 @tdd_expected_fail
        Scenario: The bug
          Given a count of 1
          <step>
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "expected failure (issue 993) features/one.feature:4: The bug"
      And it says "1 scenarios: 0 passed, 1 expected failures, 0 failed, 0 errors, 0 skipped"
      And the last line is "1 passed, 0 failed"

      Examples:
        | step                    |
        | When an assertion fails |
        | Then an assertion fails |
        | Then the count is 2     |

  Rule: A pass fails, for the bug is gone

    Scenario: Everything passes
      Given the scenario
        """
        @tdd_issue @tdd_issue_993 @tdd_expected_fail
        Scenario: The bug
          Given a count of 1
          Then the count is 1
        """
      When I run the suite
      Then it ends with exit code 1
      And it says
        """
            Bug appears to be fixed. Remove the @tdd_expected_fail tag and verify the fix through the bug fix workflow.
        """
      And it says "0 expected failures, 0 failed, 0 errors, 0 skipped, 1 fixed"
      And the last line is "0 passed, 1 failed"

  Rule: An error is never inverted

    Scenario Outline: <what> stays an error
      Given the scenario
        """
        @tdd_issue @tdd_issue_993 @tdd_expected_fail
        Scenario: The bug
          Given a count of 1
          <step>
        """
      When I run the suite with "--timeout 0.2"
      Then it ends with exit code 1
      And it says "error features/one.feature:4: The bug"
      And it says "<message>"
      And it says "0 expected failures, 0 failed, 1 errors"

      Examples:
        | what                   | step                               | message                                              |
        | a returned error       | When a step returns an error       | not an assertion, so not an expected failure: invalid |
        | an unwrap              | When a step unwraps nothing        | not an assertion, so not an expected failure: called |
        | a failed Given         | Given a set-up that fails          | a failed set-up, so not an expected failure: the set |
        | a time-out             | When a step waits for ever         | not an assertion, so not an expected failure: timed  |
        | a blocking step        | When a step blocks for 1500 ms     | not an assertion, so not an expected failure: timed  |
        | a complaint at the end | When the World complains "unused"  | not an assertion, so not an expected failure: at the |

    Scenario: An assertion beside a complaint stays an error
      Given the scenario
        """
        @tdd_issue @tdd_issue_993 @tdd_expected_fail
        Scenario: The bug
          Given a complaint "the fault never struck"
          Then an assertion fails
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "more than an assertion, so not an expected failure"

    Scenario: A World that cannot be made stays an error
      Given a World that is closed
      And the scenario
        """
        @tdd_issue @tdd_issue_993 @tdd_expected_fail
        Scenario: The bug
          Then an assertion fails
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "not an assertion, so not an expected failure: cannot make the World"

    Scenario: A pending step stays pending
      Given the scenario
        """
        @tdd_issue @tdd_issue_993 @tdd_expected_fail
        Scenario: The bug
          When a step is pending
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "0 skipped, 1 pending"

    Scenario: An undefined step never runs
      Given the scenario
        """
        @tdd_issue @tdd_issue_993 @tdd_expected_fail
        Scenario: The bug
          Then the moon is blue
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "this step is undefined"

  Rule: Each row of an outline is judged by itself, with the tags of all that it stands in

    Scenario: The tag is on one table of examples
      Given the scenario
        """
        Scenario Outline: <what> <n>
          Given a count of 1
          When I add <n>
          Then the count is 2

          Examples: those that work
            | what     | n |
            | At first | 1 |

          @tdd_issue @tdd_issue_993 @tdd_expected_fail
          Examples: those that do not
            | what   | n |
            | Adding | 2 |
            | Adding | 1 |
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "expected failure (issue 993) features/one.feature:15: Adding 2"
      And it says "fixed features/one.feature:16: Adding 1"
      And it says "3 scenarios: 1 passed, 1 expected failures, 0 failed, 0 errors, 0 skipped, 1 fixed"
      And the last line is "2 passed, 1 failed"

    Scenario: The tags are on feature, rule and scenario
      Given the feature file "features/one"
        """
        @tdd_issue
        Feature: One
          @tdd_issue_993
          Rule: Two and two
            @tdd_expected_fail
            Scenario: The bug
              Then an assertion fails
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "expected failure (issue 993) features/one.feature:6: The bug"

    @tdd_issue @tdd_issue_1008
    Scenario: What goes wrong while the evidence is told stays an error
      Given the scenario
        """
        @tdd_issue @tdd_issue_993 @tdd_expected_fail
        Scenario: The bug
          Given a World that asserts something in its evidence
          Then an assertion fails
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "error features/one.feature:4: The bug"
      And it says "at the end of the scenario: cannot tell the evidence: this does not hold: all is well in its evidence"
