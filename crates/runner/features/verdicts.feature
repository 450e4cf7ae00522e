Feature: Telling what went wrong
  A test that is red because the product is wrong and one that is red because the test is broken
  ask for different people, so they get different verdicts.

  Rule: Only an assertion in a When or a Then makes a scenario failed

    Scenario: Every step passes
      Given the scenario
        """
        Scenario: Adding
          Given a count of 1
          When I add 2
          Then the count is 3
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "1 scenarios: 1 passed, 0 expected failures, 0 failed, 0 errors, 0 skipped"
      And the last line is "1 passed, 0 failed"

    Scenario Outline: <what> is a failure
      Given the scenario
        """
        Scenario: Going wrong
          Given a count of 1
          <step>
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "failed features/one.feature:3: Going wrong"
      And it says "<message>"
      And it says "0 passed, 0 expected failures, 1 failed, 0 errors"
      And the last line is "0 passed, 1 failed"

      Examples:
        | what                       | step                          | message                                    |
        | an assertion in a When     | When an assertion fails       | this does not hold: one is more than two   |
        | an assertion in a Then     | Then an assertion fails       | this does not hold: one is more than two   |
        | an assertion without words | Then a bare assertion fails   | this does not hold: 1 > 2                  |
        | a value that is not equal  | Then the count is 2           | actual: 1                                  |
        | a text that lacks a word   | Then the text has "three"     | the text lacks \\"three\\"; it is            |
        | a text with a bad word     | Then the text lacks "two"     | the text has \\"two\\" in it; it is          |
        | a value of another shape   | Then the count matches        | the value is                               |

  Rule: Everything else that goes wrong is an error

    Scenario Outline: <what> is an error
      Given the scenario
        """
        Scenario: Going wrong
          <step>
        """
      When I run the suite with "--timeout 0.2"
      Then it ends with exit code 1
      And it says "error features/one.feature:3: Going wrong"
      And it says "<message>"
      And it says "0 passed, 0 expected failures, 0 failed, 1 errors"
      And the last line is "0 passed, 1 failed"

      Examples:
        | what                          | step                               | message                                      |
        | an error that a step returns  | When a step returns an error       | invalid digit found in string                |
        | an unwrap                     | When a step unwraps nothing        | called `Option::unwrap()` on a `None` value  |
        | a panic without words         | When a step panics with a number   | a panic whose payload is not a text          |
        | an assertion in a Given       | Given a set-up that fails          | the set-up failed: this does not hold        |
        | a complaint at the end        | When the World complains "unused"  | at the end of the scenario: unused           |
        | a panic when it is over       | Given a World that panics when dropped | cannot drop the World: the door is stuck |
        | a step that waits for ever    | When a step waits for ever         | timed out after 200ms                        |
        | a step that blocks too long   | When a step blocks for 1500 ms     | the step blocks, so its thread is left behind |
        | a step that blocks a bit      | When a step blocks for 300 ms      | timed out after 200ms                        |

    Scenario Outline: A World that is <state> is an error
      Given a World that is <state>
      And the scenario
        """
        Scenario: Going wrong
          Given a set-up that fails
        """
      When I run the suite with "--timeout 0.1"
      Then it ends with exit code 1
      And it says "error features/one.feature:3: Going wrong"
      And it says "<message>"
      And it says nothing of "the set-up"
      And the last line is "0 passed, 1 failed"

      Examples:
        | state   | message                                       |
        | closed  | cannot make the World: the workshop is closed |
        | burning | the workshop is burning                       |
        | slow    | timed out after 100ms                         |

    Scenario: A panic on a thread of the step's own is told as ever, and is the step's to judge
      Given the scenario
        """
        Scenario: Going on
          When another thread panics
        """
      When I run the suite
      Then it ends with exit code 0
      And "target/bdd/output.txt" says
        """
        panicked at crates/runner/tests/features/fixture.rs
        """

    @tdd_issue @tdd_issue_1018
    Scenario: An assertion on a thread of the step's own is printed in words
      Given the scenario
        """
        Scenario: Going on
          When an assertion fails in a thread that is joined
        """
      When I run the suite
      Then it ends with exit code 1
      And 1 lines of "target/bdd/output.txt" have "this does not hold: far away"
      And 0 lines of "target/bdd/output.txt" have "dyn Any"

    Scenario Outline: An assertion that fails <where> is an error
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Going on
            When an assertion fails <where>
          Scenario: Right
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "an assertion failed where nobody waited for it: this does not hold: far away\n"
      And it says "error features/<told by>"
      And the last line is "<numbers>"

      Examples:
        | where                         | told by                 | numbers            |
        | in a task that nobody awaits  | one.feature:2: Going on | 1 passed, 1 failed |
        | and is caught                 | one.feature:2: Going on | 1 passed, 1 failed |
        | in a thread that nobody joins | : after Run             | 2 passed, 1 failed |

    Scenario: An assertion that fails in a thread and is handed on is a failure
      Given the scenario
        """
        Scenario: Going wrong
          When an assertion fails in a thread that is joined
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "failed features/one.feature:3: Going wrong"
      And the last line is "0 passed, 1 failed"

    Scenario: A Given that fails in the background is an error
      Given the feature file "features/one"
        """
        Feature: One
          Background:
            Given a set-up that fails

          Scenario: Going wrong
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "error features/one.feature:5: Going wrong"

    Scenario: A complaint at the end is told beside the failure, and outweighs it
      Given the scenario
        """
        Scenario: Going wrong
          Given a complaint "the fault never struck"
          Then an assertion fails
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "error features/one.feature:3: Going wrong"
      And it says "this does not hold: one is more than two"
      And it says "at the end of the scenario: the fault never struck"

    @tdd_issue @tdd_issue_1016
    Scenario Outline: An assertion of the World in its <part> is told with its place
      Given the scenario
        """
        Scenario: Going wrong
          Given a World that asserts something in its <part>
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "error features/one.feature:3: Going wrong"
      And it says "this does not hold: all is well in its <part>\n      at crates/runner/tests/features/fixture.rs:"

      Examples:
        | part   |
        | finish |
        | drop   |

  Rule: What is not written yet fails

    Scenario Outline: <step> is pending
      Given the scenario
        """
        Scenario: Later
          <step>
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "pending features/one.feature:3: Later"
      And it says "<message>"
      And it says "0 errors, 0 skipped, 1 pending"
      And the last line is "0 passed, 1 failed"

      Examples:
        | step                             | message                    |
        | When a step is pending           | pending: not written yet   |
        | When a step waits for issue 7    | pending: waits for issue 7 |
