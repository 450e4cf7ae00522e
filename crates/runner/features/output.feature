Feature: What scenarios print
  What a scenario prints is kept, and shown when it fails. A run that is green is quiet, and a failure has
  all its words in one place.

  Rule: The output of a scenario is shown where it fails, and only there

    Scenario Outline: By <means>
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Green
            When it says "all is well" by <means>
          Scenario: Red
            When it says "something is odd" by <means>
            And an assertion fails
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 1
      And it says "output:\n    something is odd"
      And it says nothing of "all is well"
      And it says nothing of "beside it"

      Examples:
        | means           |
        | print           |
        | println         |
        | eprint          |
        | eprintln        |
        | std::print      |
        | std::eprintln   |
        | a child process |

    Scenario: The output of scenarios that run at the same time is not mixed
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Here
            When it says "one of here" by println
            And it meets another within 15000 ms
            And it says "two of here" by eprintln
            And an assertion fails
          Scenario: There
            When it says "one of there" by println
            And it meets another within 15000 ms
            And it says "two of there" by eprintln
            And an assertion fails
        """
      When I run the suite with "--jobs 2"
      Then it ends with exit code 1
      And it says "output:\n    one of here\n    two of here\n"
      And it says "output:\n    one of there\n    two of there\n"

    Scenario: What nobody can tell apart is told as that
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Here
            When it says "from here" by std::eprintln
            And it meets another within 15000 ms
            And an assertion fails
          Scenario: There
            When it meets another within 15000 ms
        """
      When I run the suite with "--jobs 2"
      Then it ends with exit code 1
      And it says "output:\n    (printed by this scenario, or by one that ran beside it:)\n    from here"

    Scenario: All of it is in a file beside the reports
      Given the scenario
        """
        Scenario: One
          When it says "all is well" by std::eprintln
        """
      When I run the suite
      Then it ends with exit code 0
      And "target/bdd/output.txt" is exactly
        """
        all is well
        """

    Scenario: A step that blocks is shown with what it has printed
      Given the scenario
        """
        Scenario: One
          When it says "by macro" by println
          And it says "by std" by std::eprintln
          And a step blocks for 5000 ms
        """
      When I run the suite with "--timeout 0.2"
      Then it ends with exit code 1
      And it says "output:\n    by macro\n"
      And it says "by std"

    Scenario: What a hook around the feature prints is shown where that fails
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        @says_before_feature @errs_before_feature
        Feature: One
          Scenario: First
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "output:\n    before feature says this"

    Scenario: A program that empties standard error
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Long
            When it says "a long line, so that there is something to empty" by std::eprintln
          Scenario: Red
            When it says "oops" by a child that empties stderr
            Then an assertion fails
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 1
      And it says "(something emptied the output meanwhile; it is now:)"
      And it says "oops"

    Scenario: A step that holds standard output does not hold up the run
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Holds it
            When a step holds standard output for 60000 ms
          Scenario: Has nothing to do with it
            When I add 1
        """
      When I run the suite with "--timeout 0.2 --jobs 1"
      Then it ends with exit code 1
      And the last line is "1 passed, 1 failed"

  Rule: Who wants to see it sees it

    Scenario Outline: <option>
      Given the scenario
        """
        Scenario: One
          When it says "by macro" by println
          And it says "by std" by std::eprintln
        """
      When I run the suite with "<option>"
      Then it ends with exit code 0
      And it says "by macro"
      And it says "by std"

      Examples:
        | option        |
        | --nocapture   |
        | --no-capture  |
        | --show-output |

  Rule: A step cannot end the run

    Scenario Outline: A step that exits with <code> <option>
      Given the scenario
        """
        Scenario: One
          When it says "last words" by println
          And a step exits with <code>
        """
      When I run the suite with "<option>"
      Then it is killed by signal 6
      And it says "the process ends in the middle of features/one.feature:3: exit was called"
      And it says "last words"
      And "target/bdd/junit.xml" is not there

      Examples:
        | code | option      |
        | 0    | --jobs 1    |
        | 7    | --jobs 1    |
        | 0    | --nocapture |

    Scenario Outline: A hook <where> that exits
      Given a suite with hooks everywhere
      And the scenario
        """
        @exits_<hook>
        Scenario: One
          When I add 1
        """
      When I run the suite
      Then it is killed by signal 6
      And it says "the process ends in the middle of <what>: exit was called"
      And "target/bdd/junit.xml" is not there

      Examples:
        | where               | hook            | what                     |
        | before the scenario | before_scenario | features/one.feature:4   |
        | after the scenario  | after_scenario  | features/one.feature:4   |
        | after a step        | after_step      | features/one.feature:4   |

    Scenario Outline: A hook <side> the feature that exits
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        @exits_<side>_feature
        Feature: One
          Scenario: First
            When I add 1
        """
      When I run the suite
      Then it is killed by signal 6
      And it says "the process ends in the middle of a hook around features/one.feature:3: exit was called"

      Examples:
        | side   |
        | before |
        | after  |

    Scenario: A hook after the run that exits
      Given a suite with hooks everywhere
      And a hook after the run that says "exit"
      And 1 scenarios that print their number
      When I run the suite
      Then it is killed by signal 6
      And it says "the process ends in the middle of the run, outside of its scenarios: exit was called"

    Scenario: Where what is printed cannot be kept
      Given a file in place of the folder for reports
      And 1 scenarios that print their number
      When I run the suite
      Then it ends with exit code 3
      And it says "cannot keep what scenarios print"

  Rule: Where nobody can hear it, the run goes on

    Scenario Outline: Standard error on a full disk, <option>
      Given 1 scenarios that print their number
      When I run the suite with "<option>" and standard error on a full disk
      Then it ends with exit code <exit code>

      Examples:
        | option              | exit code |
        | --quiet             | 0         |
        | --unused-steps=fail | 3         |
        | --no-such-option    | 2         |

  Rule: Where nobody can read what it says, the run is red

    @tdd_issue @tdd_issue_1011
    Scenario Outline: Standard output on a full disk, <option>
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Right
            When I add 1
          Scenario: Wrong
            When an assertion fails
        """
      When I run the suite with "<option>" and standard output on a full disk
      Then it ends with exit code 3
      And it says "cannot write to standard output: No space left on device"

      Examples:
        | option            |
        | --name Right      |
        | --list            |
        | --dry-run         |
        | --help            |
