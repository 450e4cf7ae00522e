Feature: Reporting to other tools
  Every report is written from the same verdicts in the same run, whole or not at all.

  Background:
    Given the feature file "features/one"
      """
      @all
      Feature: One of each
        Scenario: Passed
          Given a count of 1
          Then the count is 1
        @tdd_issue @tdd_issue_993 @tdd_expected_fail
        Scenario: Expected
          When an assertion fails
          Then the count is 1
        @tdd_issue @tdd_issue_994 @tdd_expected_fail
        Scenario: Fixed
          When I add 1
          Then the count is 1
        Scenario: Failed
          Given evidence "exit code 7"
          Then the count is 1
        Scenario: Error
          When a step unwraps nothing
        Scenario: Complaint
          When the World complains "unused"
        Scenario: Pending
          When a step is pending
        Scenario: Skipped
          When a step skips
        @needs_luck
        Scenario: Unlucky
          When I add 1
      """

  Rule: JUnit tells errors from failures, and names the issues

    Scenario: JUnit of one of each
      When I run the suite with "--jobs 1"
      Then it ends with exit code 1
      And the last line is "2 passed, 5 failed, 2 skipped"
      And "target/bdd/junit.xml" says
        """
        <testsuite name="One of each" tests="9" skipped="2" errors="2" failures="3"
        """
      And "target/bdd/junit.xml" says
        """
        <testcase name="Passed" classname="features/one.feature:3"
        """
      And "target/bdd/junit.xml" says
        """
                        <property name="tdd_issue" value="993"/>
        """
      And "target/bdd/junit.xml" says
        """
        <failure message="Bug appears to be fixed. Remove the @tdd_expected_fail tag and verify the fix through the bug fix workflow." type="fixed">
        """
      And "target/bdd/junit.xml" says
        """
        <failure message="the count" type="assertion">the count
        """
      And "target/bdd/junit.xml" says
        """
        <system-out>exit code 7</system-out>
        """
      And "target/bdd/junit.xml" says
        """
        <error message="called `Option::unwrap()` on a `None` value" type="error">
        """
      And "target/bdd/junit.xml" says
        """
        <failure message="pending: not written yet" type="pending">
        """
      And "target/bdd/junit.xml" says
        """
        <skipped message="@needs_luck: no luck today" type="skipped">
        """

    Scenario: Characters for which XML has no place
      Given the feature file "features/one"
        """
        Feature: One ~
          Scenario: Two %
            When the World complains "three ~%"
        """
      And U+FFFE for every "~" and U+FFFF for every "%" in "features/one.feature"
      When I run the suite
      Then it ends with exit code 1
      And "target/bdd/junit.xml" says
        """
        <testsuite name="One �" tests="1"
        """
      And "target/bdd/junit.xml" says
        """
        <testcase name="Two �" classname="features/one.feature:2"
        """
      And "target/bdd/junit.xml" says
        """
        <error message="at the end of the scenario: three ��" type="error">at the end of the scenario: three ��</error>
        """

  Rule: Cucumber JSON agrees with the exit code

    Scenario: JSON of one of each
      When I run the suite
      Then it ends with exit code 1
      And the Cucumber JSON has
        | /0/uri                                        | "features/one.feature"                                      |
        | /0/name                                       | "One of each"                                               |
        | /0/line                                       | 2                                                           |
        | /0/elements/0/name                            | "Passed"                                                    |
        | /0/elements/0/line                            | 3                                                           |
        | /0/elements/0/tags/0/name                     | "@all"                                                      |
        | /0/elements/0/steps/0/keyword                 | "Given "                                                    |
        | /0/elements/0/steps/0/name                    | "a count of 1"                                              |
        | /0/elements/0/steps/0/line                    | 4                                                           |
        | /0/elements/0/steps/0/result/status           | "passed"                                                    |
        | /0/elements/1/tags/3/name                     | "@tdd_expected_fail"                                        |
        | /0/elements/1/steps/0/result/status           | "passed"                                                    |
        | /0/elements/1/steps/1/result/status           | "skipped"                                                   |
        | /0/elements/2/steps/0/result/status           | "passed"                                                    |
        | /0/elements/2/steps/1/result/status           | "failed"                                                    |
        | /0/elements/2/steps/1/result/error_message    | "Bug appears to be fixed. Remove the @tdd_expected_fail tag and verify the fix through the bug fix workflow." |
        | /0/elements/3/steps/1/result/status           | "failed"                                                    |
        | /0/elements/4/steps/0/result/status           | "failed"                                                    |
        | /0/elements/5/steps/0/result/status           | "passed"                                                    |
        | /0/elements/5/after/0/result/status           | "failed"                                                    |
        | /0/elements/5/after/0/result/error_message    | "at the end of the scenario: unused"                        |
        | /0/elements/6/steps/0/result/status           | "pending"                                                   |
        | /0/elements/7/steps/0/result/status           | "skipped"                                                   |
        | /0/elements/8/steps/0/result/status           | "skipped"                                                   |
        | /0/elements/8/before                          | null                                                        |

    Scenario: JSON of what a step is given, and of what it stands in
      Given the feature file "features/one"
        """
        @one
        Feature: One
          Rule: Sums are right
            @two
            Scenario Outline: Adding <number>
              When I add <number>
              Then the text is
                ```
                one
                ```
              @three
              Examples:
                | number |
                | 12     |
            Scenario: Values
              Then the values are
                | a | b |
        """
      When I run the suite
      Then it ends with exit code 1
      And the Cucumber JSON has
        | /0/tags                                         | [{"name": "@one", "line": 1}]                                  |
        | /0/elements/0/id                                | "features/one.feature;sums-are-right;adding-12;14"             |
        | /0/elements/0/tags/1                            | {"name": "@two", "line": 4}                                    |
        | /0/elements/0/tags/2                            | {"name": "@three", "line": 11}                                 |
        | /0/elements/0/steps/0/match/arguments           | [{"val": "12", "offset": 6}]                                   |
        | /0/elements/0/steps/1/doc_string                | {"value": "one", "line": 8}                                    |
        | /0/elements/1/steps/0/rows                      | [{"cells": ["a", "b"]}]                                        |

    Scenario: A World that cannot be made
      Given a World that is closed
      When I run the suite with "Passed"
      Then it ends with exit code 1
      And the Cucumber JSON has
        | /0/elements/0/before/0/result/status        | "failed"                                           |
        | /0/elements/0/before/0/result/error_message | "cannot make the World: the workshop is closed"    |
        | /0/elements/0/steps/0/result/status         | "skipped"                                          |

  Rule: What was red can be run again

    Scenario: Rerun file of one of each
      When I run the suite
      Then it ends with exit code 1
      And "target/bdd/rerun.txt" is exactly
        """
        features/one.feature:11
        features/one.feature:14
        features/one.feature:17
        features/one.feature:19
        features/one.feature:21
        """

  Rule: Messages are Cucumber's own

    @needs_official_tools
    Scenario: One of each
      When I run the suite
      Then it ends with exit code 1
      And Cucumber's own tools accept its reports, and count
        | /messages/PASSED  | 2     |
        | /messages/FAILED  | 4     |
        | /messages/PENDING | 1     |
        | /messages/SKIPPED | 2     |
        | /success          | false |
        | /json/scenarios   | 9     |
        | /json/red         | 5     |

    @needs_official_tools
    Scenario: A green run
      When I run the suite with "--name Passed"
      Then Cucumber's own tools accept its reports, and count
        | /messages | {"PASSED": 1} |
        | /success  | true          |

    @needs_official_tools
    Scenario: Everything that can stand in a feature file
      Given the feature file "features/one"
        """
        # A comment at the top
        @one @two
        @three # a comment behind tags
        Feature: Everything
          A description,
            with an indented line.

          # A comment in between
          Background: everywhere
            Given a count of 1

          Scenario: A comment between steps
            Some text

            with a gap.
            # before a step
            Then the count is 1
            # and between
            But the text has "two"
            * a count of 2

          Rule: A rule
            With a description.

            Background:
              Given evidence "x"

            @four
            # between tags and keyword
            Scenario: Arguments
              Then the text is
                ```
                one
                  "two" # no comment

                ```
              And the values are
                | a     | b \| c | \\ |
                | Größe |         |    |

            Scenario Outline: Adding <number>
              When I add <number>
              Then the text has "<text>"

              @five
              Examples: small ones
                With a description.

                | number | text |
                | 1      | one  |
                # in a table
                | 2      | two  |

              Examples:
                | number | text |
                | 1000   | two  |
        """
      And the feature file "features/two"
        """
        # language: de
        Funktionalität: Auf Deutsch
          Szenario: Größe
            Wenn I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And Cucumber's own tools accept its reports, and count
        | /messages/PASSED | 5 |
        | /messages/FAILED | 1 |

    @needs_official_tools
    Scenario: Hooks, attempts and what goes wrong outside of a step
      Given a suite with hooks everywhere
      And a hook after the run that says "the door was open"
      And the feature file "features/one"
        """
        Feature: One
          Scenario: Passed
            When I add 1
          @fails_before_scenario
          Scenario: Before
            When I add 1
          @fails_after_scenario @tdd_issue @tdd_issue_1 @tdd_expected_fail
          Scenario: After
            Then an assertion fails
          @skips_before_scenario
          Scenario: Skipped by a hook
            When I add 1
          Scenario: Complaint
            When the World complains "unused"
          @retry(2)
          Scenario: Again
            When a step unwraps nothing
          @fails_after_rule
          Rule: A rule
            Scenario: In a rule
              When I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And Cucumber's own tools accept its reports, and count
        | /messages/PASSED  | 2     |
        | /messages/FAILED  | 4     |
        | /messages/SKIPPED | 1     |
        | /hooks/FAILED     | 2     |
        | /success          | false |
        | /retried          | 2     |

    @needs_official_tools
    Scenario: No World
      Given a World that is closed
      When I run the suite with "--name Passed"
      Then it ends with exit code 1
      And Cucumber's own tools accept its reports, and count
        | /messages | {"FAILED": 1} |

    Scenario: Hooks that were declared at one place are told apart
      Given a suite with hooks in a loop
      And the feature file "features/one"
        """
        Feature: One
          @fails_second_in_a_loop
          Scenario: One
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And "target/bdd/messages.ndjson" has 1 line with "{\"hook\":{\"id\":\"hook 0\""
      And "target/bdd/messages.ndjson" has 1 line with "{\"hook\":{\"id\":\"hook 1\""
      And "target/bdd/messages.ndjson" says
        """
        "hookId":"hook 0"
        """
      And "target/bdd/messages.ndjson" says
        """
        "hookId":"hook 1"
        """
      And "target/bdd/messages.ndjson" says
        """
        {"testStepStarted":{"testCaseStartedId":"case 0 attempt 0","testStepId":"case 0 before 1"
        """

    Scenario: A step function has the expression that was written, or the regex
      When I run the suite with "--name Passed"
      Then "target/bdd/messages.ndjson" says
        """
        "pattern":{"source":"I add {int}","type":"CUCUMBER_EXPRESSION"}
        """
      And "target/bdd/messages.ndjson" says
        """
        "pattern":{"source":"the World complains {string}","type":"CUCUMBER_EXPRESSION"}
        """
      And "target/bdd/messages.ndjson" says
        """
        "pattern":{"source":"a step returns an error the first {int} time(s)","type":"CUCUMBER_EXPRESSION"}
        """
      And "target/bdd/messages.ndjson" says
        """
        "pattern":{"source":"^something amb.*$","type":"REGULAR_EXPRESSION"}
        """

    Scenario: An attempt has the number of its thread
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Here
            When it meets another within 15000 ms
          Scenario: There
            When it meets another within 15000 ms
          @needs_luck
          Scenario: Nowhere
            When I add 1
        """
      When I run the suite with "--jobs 2"
      Then it ends with exit code 0
      And "target/bdd/messages.ndjson" says
        """
        "workerId":"0"
        """
      And "target/bdd/messages.ndjson" says
        """
        "workerId":"1"
        """
      And 2 lines of "target/bdd/messages.ndjson" have "workerId"

    Scenario: An expected failure has passed, and its message is attached
      When I run the suite with "--name Expected"
      Then it ends with exit code 0
      And "target/bdd/messages.ndjson" says
        """
        "fileName":"expected failure.txt"
        """

  Rule: What nobody waited for is told in every report, each by itself

    Background:
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: First
            When an assertion fails in a thread that nobody joins
          Scenario: Second
            When an assertion fails in a thread that nobody joins
        """

    @tdd_issue @tdd_issue_1012
    Scenario Outline: Two assertions in <report>, <which>
      When I run the suite with "--name 'First|Second'"
      Then it ends with exit code 1
      And the last line is "2 passed, 2 failed"
      And <count> lines of "target/bdd/<report>" have "<text>"

      Examples:
        | report          | which    | count | text                                                            |
        | messages.ndjson | both     | 2     | an assertion failed where nobody waited for it                  |
        | junit.xml       | a first  | 1     | <testcase name=\\"after Run: of all features\\"                   |
        | junit.xml       | a second | 1     | <testcase name=\\"after Run: of all features (2)\\"               |
        | cucumber.json   | an id    | 1     | \\"id\\": \\"features/;after-run-of-all-features;0\\"                |
        | rerun.txt       | a place  | 1     | features/                                                       |

    @tdd_issue @tdd_issue_1012 @needs_official_tools
    Scenario: Cucumber's own tools find them
      When I run the suite with "--name 'First|Second'"
      Then it ends with exit code 1
      And Cucumber's own tools accept its reports, and count
        | /messages/PASSED | 2 |
        | /hooks/FAILED    | 2 |
        | /json/red        | 2 |

  Rule: A former run leaves no report behind

    Scenario: A run that dies
      Given the feature file "features/two"
        """
        Feature: Two
          Scenario: Dies
            When a step exits with 0
        """
      When I run the suite with "--name Passed"
      And I run the suite with "--name Dies"
      Then it is killed by signal 6
      And no report is in "target/bdd"

    Scenario: A run that finds nothing to run
      When I run the suite with "--name Passed"
      And I run the suite with "--name Nowhere"
      Then it ends with exit code 4
      And no report is in "target/bdd"

    Scenario Outline: A run whose arguments are wrong, <arguments>
      When I run the suite with "--name Passed --report elsewhere"
      And I run the suite with "--name Passed"
      And I run the suite with "<arguments>"
      Then it ends with exit code 2
      And no report is in "<emptied>"
      And nothing but the reports is in "<left>"

      Examples:
        | arguments                         | emptied    | left       |
        | --jobs many                       | target/bdd | elsewhere  |
        | --jobs many --report elsewhere    | elsewhere  | target/bdd |
        | --report elsewhere --jbos 4       | elsewhere  | target/bdd |
        | @nowhere.txt                      | target/bdd | elsewhere  |

    Scenario: A list whose arguments are wrong leaves them alone
      When I run the suite with "--name Passed"
      And I run the suite with "--jobs many --list"
      Then it ends with exit code 2
      And nothing but the reports is in "target/bdd"

    Scenario: A list leaves them alone
      When I run the suite with "--name Passed"
      And I run the suite with "--list"
      Then "target/bdd/junit.xml" says
        """
        <testcase name="Passed"
        """

  Rule: A report is there whole or not at all

    Scenario: Nothing is left beside them
      When I run the suite
      Then it ends with exit code 1
      And nothing but the reports is in "target/bdd"

    Scenario: Whoever may read a new file may read them
      When I run the suite with "--name Passed"
      Then the reports in "target/bdd" have the permissions of any new file

    Scenario: Where one cannot be written, none is left
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: One
            When a folder is put in place of "target/bdd/report.html"
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "cannot write the report "
      And it says "target/bdd/report.html: "
      And "target/bdd/junit.xml" is not there
      And "target/bdd/cucumber.json" is not there
      And "target/bdd/messages.ndjson" is not there
      And "target/bdd/rerun.txt" is not there

    Scenario: Reports that cannot be written make the run red
      Given a file in place of the folder for reports
      When I run the suite with "Passed --nocapture"
      Then it ends with exit code 3
      And it says "cannot write the report " before "1 passed, 0 failed"
      And it says "target/bdd/junit.xml: "
      And the last line is "1 passed, 0 failed"

    Scenario Outline: A folder that cannot be made, for a file is in the way <option>
      Given a file in place of the folder for reports
      When I run the suite with "Passed --report target/a/b <option>"
      Then it ends with exit code 3
      And it says "/target is a file, not a folder"

      Examples:
        | option      |
        | --nocapture |
        | --quiet     |

    @tdd_issue @tdd_issue_1036
    Scenario Outline: A folder that cannot be made <option>
      When I run the suite with "Passed --report /proc/untorn <option>"
      Then it ends with exit code 3
      And it says "<file>: cannot make the folder /proc/untorn: No such file or directory"
      And it says nothing of "see --nocapture"

      Examples:
        | option      | file                                               |
        | --nocapture | cannot write the report /proc/untorn/junit.xml     |
        | --quiet     | cannot keep what scenarios print in /proc/untorn/output.txt |

  Rule: A folder for reports has one run at a time

    Scenario Outline: <option> while another run is at it
      Given another run that is at work with the reports in "target/bdd"
      When I run the suite with "Passed <option>"
      Then it ends with exit code 3
      And it says "another run is at work with the reports in "

      Examples:
        | option              |
        | --quiet             |
        | --nocapture         |
        | --report target/bdd |

    Scenario Outline: <option> needs no reports
      Given another run that is at work with the reports in "target/bdd"
      When I run the suite with "Passed <option>"
      Then it ends with exit code 0

      Examples:
        | option                |
        | --report target/other |
        | --list                |
        | --dry-run             |

    Scenario: It is its own until it ends
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Outer
            When the suite is run with "Inner" meanwhile
            Then the count is 3
          Scenario: Inner
            When I add 1
        """
      When I run the suite with "Outer"
      Then it ends with exit code 0
      And "target/bdd/junit.xml" has 1 line with "<?xml"

    Scenario: One that is refused leaves the reports alone
      Given another run that is at work with the reports in "target/bdd"
      And the file "target/bdd/junit.xml"
        """
        those of the other run
        """
      When I run the suite
      Then it ends with exit code 3
      And "target/bdd/junit.xml" is exactly
        """
        those of the other run
        """
