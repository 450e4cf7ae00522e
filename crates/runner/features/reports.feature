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

  Rule: A report is there whole or not at all

    Scenario: Nothing is left beside them
      When I run the suite
      Then it ends with exit code 1
      And nothing but the reports is in "target/bdd"

    Scenario: Reports that cannot be written make the run red
      Given a file in place of the folder for reports
      When I run the suite with "Passed --nocapture"
      Then it ends with exit code 3
      And it says "cannot write the report "
      And it says "target/bdd/junit.xml: "
      And the last line is "1 passed, 0 failed"
