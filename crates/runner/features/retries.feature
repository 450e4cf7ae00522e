Feature: Errors that come and go
  An error says nothing about the program: the network was slow, a port was taken. So it may be tried again,
  where somebody asks for it. What an assertion says is the answer, the first time and every time.

  Rule: Only an error is tried again

    Scenario Outline: <step> with <option>
      Given the scenario
        """
        Scenario: One
          When <step>
        """
      When I run the suite with "<option>"
      Then it ends with exit code <code>
      And it says "<words>"

      Examples: an error
        | step                                          | option             | code | words                                                                         |
        | a step returns an error the first 1 time      | --jobs 1           | 1    | error features/one.feature:3                                                  |
        | a step returns an error the first 1 time      | --retry-errors 1   | 0    | passed on attempt 2 features/one.feature:3: One, after: not on attempt 1      |
        | a step returns an error the first 2 times     | --retry-errors 1   | 1    | attempt 1:\n    not on attempt 1                                               |
        | a step returns an error the first 2 times     | --retry-errors 2   | 0    | passed on attempt 3                                                           |

      Examples: an assertion
        | step                                          | option             | code | words                                                                         |
        | a step fails the first 1 time                 | --retry-errors 3   | 1    | failed features/one.feature:3                                                 |

    Scenario: The World of each attempt is its own
      Given the scenario
        """
        Scenario: One
          When I add 1
          And a step returns an error the first 1 time
          Then the count is 1
        """
      When I run the suite with "--retry-errors 1"
      Then it ends with exit code 0

    Scenario: A captured bug is never tried again
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: One
          When a step returns an error the first 1 time
          Then an assertion fails
        """
      When I run the suite with "--retry-errors 5"
      Then it ends with exit code 1
      And it says "not an assertion, so not an expected failure: not on attempt 1"

    Scenario: A step that blocks is not tried again
      Given the scenario
        """
        Scenario: One
          When a step blocks for 5000 ms
        """
      When I run the suite with "--retry-errors 5 --timeout 0.2"
      Then it ends with exit code 1
      And it says "blocks, so its thread is left behind"
      And it says nothing of "attempt"

    Scenario: A run that stops at a failure does not stop at an error that went away
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: First
            When a step returns an error the first 1 time
          Scenario: Second
            When I add 1
        """
      When I run the suite with "--retry-errors 1 --fail-fast --jobs 1"
      Then it ends with exit code 0
      And the last line is "2 passed, 0 failed"

  Rule: An error goes away only where a later attempt has an answer

    Scenario: An attempt that is skipped is no answer
      Given the scenario
        """
        Scenario: One
          When a step returns an error the first 1 time
          And a step skips
        """
      When I run the suite with "--retry-errors 1"
      Then it ends with exit code 1
      And it says "error features/one.feature:3"
      And it says "attempt 2 was skipped (not on Mondays), after an error: not on attempt 1"
      And it says nothing of "passed on"
      And the last line is "0 passed, 1 failed"
      And "target/bdd/junit.xml" says
        """
        <error message="attempt 2 was skipped (not on Mondays), after an error: not on attempt 1" type="error">
        """

    Scenario: An attempt that is pending stays pending
      Given the scenario
        """
        Scenario: One
          When a step returns an error the first 1 time
          And a step is pending
        """
      When I run the suite with "--retry-errors 1"
      Then it ends with exit code 1
      And it says "pending features/one.feature:3"

  Rule: What each attempt left is told with it

    Scenario: An error that stays
      Given the scenario
        """
        Scenario: One
          Given evidence "exit code 7"
          When it says "hello" by println
          And a step returns an error the first 2 times
        """
      When I run the suite with "--retry-errors 1"
      Then it ends with exit code 1
      And it says
        """
        exit code 7
        output:
        hello
        run again:
        """
      And "target/bdd/junit.xml" says
        """
                        <system-out>exit code 7
        hello
        </system-out>
                    </rerunError>
        """
      And "target/bdd/cucumber.json" says
        """
        exit code 7\nhello\n\n\nattempt 1:\nnot on attempt 1\n
        """
      And "target/bdd/cucumber.json" says
        """
        exit code 7\nhello\n"
        """

    Scenario: An error that went away, where all output is shown
      Given the scenario
        """
        Scenario: One
          When it says "hello" by println
          And a step returns an error the first 1 time
        """
      When I run the suite with "--retry-errors 1 --show-output"
      Then it ends with exit code 0
      And it says
        """
        output:
        hello
        passed on attempt 2
        """

  Rule: A scenario can ask for it by itself

    Scenario Outline: <tag>
      Given the scenario
        """
        <tag>
        Scenario: One
          When a step returns an error the first 2 times
        """
      When I run the suite
      Then it ends with exit code <code>

      Examples:
        | tag       | code |
        | @retry    | 1    |
        | @retry(1) | 1    |
        | @retry(2) | 0    |

    Scenario: What it asks for counts, not what the command line says
      Given the scenario
        """
        @retry(0)
        Scenario: One
          When a step returns an error the first 1 time
        """
      When I run the suite with "--retry-errors 5"
      Then it ends with exit code 1

  Rule: A tag that asks for something else is refused

    Scenario Outline: <tags>
      Given the scenario
        """
        <tags>
        Scenario: One
          When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:3:<column>: <message>
        """

      Examples:
        | tags                                                    | column | message                                                                                                           |
        | @retry3                                                 | 1      | @retry3: an error is retried by @retry, once, or by @retry(N)                                                    |
        | @retry(many)                                            | 1      | @retry(many): an error is retried by @retry, once, or by @retry(N)                                                |
        | @tdd_issue @tdd_issue_7 @tdd_expected_fail @retry(2)    | 44     | @retry(2): what is expected to fail is never retried, so it cannot be tagged @tdd_expected_fail too               |
