Feature: Running scenarios side by side
  A run uses all cores. Each scenario has a World of its own, and never sees what another one does.

  Rule: Scenarios run at the same time, unless they are serial

    Scenario: Two scenarios meet
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Here
            When it meets another within 15000 ms
          Scenario: There
            When it meets another within 15000 ms
        """
      When I run the suite with "--jobs 2"
      Then it ends with exit code 0

    Scenario: Two scenarios on one thread do not meet
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Here
            When it is alone for 10 ms
          Scenario: There
            When it is alone for 10 ms
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 0

    Scenario Outline: Two scenarios of a suite that runs <count> at a time<though>
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Here
            When <it happens>
          Scenario: There
            When <it happens>
        """
      And a suite whose scenarios run <count> at a time
      When I run the suite with "<options>"
      Then it ends with exit code 0

      Examples:
        | count | though                    | options  | it happens                       |
        | 2     |                           |          | it meets another within 15000 ms |
        | 1     |                           |          | it is alone for 10 ms            |
        | 2     | , though one is asked for | --jobs 1 | it is alone for 10 ms            |

    Scenario: A serial scenario is alone
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Before
            When a step blocks for 20 ms
          @serial
          Scenario: Alone
            When it is alone for 30 ms
          Scenario: After
            When it is alone for 1 ms
          @serial
          Scenario: Alone again
            When it is alone for 30 ms
          @serial
          Scenario: And again
            When it is alone for 30 ms
        """
      When I run the suite with "--jobs 4"
      Then it ends with exit code 0
      And the last line is "5 passed, 0 failed"

    @tdd_issue @tdd_issue_1001
    Scenario: A serial scenario is alone also where each has a process of its own
      Given the feature file "features/one"
        """
        Feature: One
          @serial
          Scenario: Alone
            When no other process is at it for 300 ms
          @serial
          Scenario: Alone again
            When no other process is at it for 300 ms
          Scenario: Beside others
            When no other process is at it for 300 ms
        """
      When nextest runs each of its scenarios at the same time
      Then each of them ends with exit code 0

  Rule: Each scenario has its own World

    Scenario: What one adds the other does not count
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Here
            When I add 1
            Then the count is 1
          Scenario: There
            When I add 1
            Then the count is 1
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 0

    Scenario: One that goes wrong leaves the others alone
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Wrong
            When a step unwraps nothing
          Scenario: Right
            When I add 1
            Then the count is 1
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 1
      And the last line is "1 passed, 1 failed"

    Scenario Outline: <what> that is left behind ends with its scenario
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Leaves something behind
            When <left>
          Scenario: Finds nothing of it
            Then nothing is left of an earlier scenario
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 0

      Examples:
        | what                | left                                |
        | a task              | a task is left behind               |
        | a task that waits   | a task is left behind once it waits |
        | blocking work       | blocking work is left behind        |
        | a clock that stands | the clock is stopped                |

  Rule: While a step waits, what it has started goes on

    @tdd_issue @tdd_issue_1038
    Scenario: A step that yields to a task
      Given the scenario
        """
        Scenario: Yields
          When a step yields to a task that it has started
        """
      When I run the suite
      Then it ends with exit code 0

  Rule: The order is that of the file, unless a seed says otherwise

    Scenario: The order of the file
      Given 12 scenarios that print their number
      When I run the suite with "--jobs 1"
      Then it prints exactly "1 2 3 4 5 6 7 8 9 10 11 12"

    Scenario: A random order that can be had again
      Given 12 scenarios that print their number
      When I run the suite with "--jobs 1 --seed 42"
      Then it prints the numbers from 1 to 12, but not in this order
      And it says "seed 42; the same order again: --seed 42 --jobs 1"
      When I run the suite with "--jobs 1 --seed 42"
      Then both runs print the same order

  Rule: A time limit holds for every step and every scenario

    Scenario: Steps that are quick enough each, but not together
      Given the scenario
        """
        Scenario: Slow
          When a step blocks for 150 ms
          And a step blocks for 150 ms
          And a step blocks for 150 ms
        """
      When I run the suite with "--timeout 0.25"
      Then it ends with exit code 1
      And it says "timed out after 250ms"
      And it says "1 errors"

    Scenario: A thread that is left behind does not hold up the others
      Given the feature file "features/one"
        """
        Feature: One
          @serial
          Scenario: Blocks
            When a step blocks for 60000 ms
          @serial
          Scenario: Runs
            When it is alone for 1 ms
        """
      When I run the suite with "--jobs 1 --timeout 0.2"
      Then it ends with exit code 1
      And it says "error features/one.feature:3: Blocks"
      And the last line is "1 passed, 1 failed"

    @tdd_issue @tdd_issue_1033
    Scenario Outline: --timeout leaves a <what> no more time than the suite does
      Given a suite whose <what>s may take 200 ms
      And the scenario
        """
        Scenario: Slow
          When a step waits for ever
        """
      When I run the suite with "--timeout 2"
      Then it ends with exit code 1
      And it says "timed out after 200ms"

      Examples:
        | what     |
        | scenario |
        | step     |

  Rule: A long suite takes hardly more memory than a short one

    Scenario: Thousands of scenarios without reports
      Given a suite without reports
      And 60 feature files of 100 scenarios each
      When I run the suite with "features/1.feature"
      And I run the suite
      Then the last line is "6000 passed, 0 failed"
      And the last run had at most 2 MiB more memory than the first

    Scenario: Thousands of scenarios with all reports
      Given 60 feature files of 100 scenarios each
      When I run the suite with "features/1.feature"
      And I run the suite
      Then the last line is "6000 passed, 0 failed"
      And the last run had at most 2 MiB more memory than the first

  Rule: Fail-fast begins nothing more once a scenario is red

    Scenario: An expected failure is no reason to stop
      Given the feature file "features/one"
        """
        Feature: One
          @tdd_issue @tdd_issue_1 @tdd_expected_fail
          Scenario: Expected
            Then an assertion fails
          Scenario: Right
            When I add 1
          Scenario: Wrong
            Then an assertion fails
          Scenario: Never begun
            When I add 1
          Scenario: Never begun either
            When I add 1
        """
      When I run the suite with "--jobs 1 --fail-fast"
      Then it ends with exit code 1
      And it says "not run, for --fail-fast stopped the run"
      And it says "1 passed, 1 expected failures, 1 failed"
