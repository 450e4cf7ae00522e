Feature: Hooks around everything
  A suite can do something before and after its run, and its features, rules, scenarios and steps. What goes
  wrong there is told as what it is: an error, for no assertion about the program has failed.

  Rule: Hooks run around what they were declared for, the inner ones inside the outer ones

    Scenario: The order of all hooks
      Given a suite with hooks everywhere
      And the feature file "features/sums"
        """
        Feature: Sums
          Scenario: Plain
            When I add 1
            Then the count is 101

          Rule: Two numbers
            Background:
              Given a count of 1
            Scenario: In a rule
              When I add 2
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 0
      And "hooks.txt" is exactly
        """
        before run
        before feature Sums
        before scenario Plain
        second before scenario Plain
        before step When I add 1
        after step When I add 1
        before step Then the count is 101
        after step Then the count is 101
        after scenario Plain
        last after scenario Plain
        before rule Two numbers
        before scenario In a rule
        second before scenario In a rule
        before step Given a count of 1
        after step Given a count of 1
        before step When I add 2
        after step When I add 2
        after scenario In a rule
        last after scenario In a rule
        after rule Two numbers
        after feature Sums
        after run
        """

    Scenario: Hooks for some tags only
      Given a suite with hooks for tags
      And the feature file "features/disk"
        """
        @disk
        Feature: Disk
          @slow
          Scenario: Slow
            When I add 1
          Scenario: Quick
            When I add 1
          Rule: Local
            Scenario: Here
              When I add 1
          @net
          Rule: Remote
            Scenario: There
              When I add 1
        """
      And the feature file "features/net"
        """
        @net
        Feature: Net
          @slow
          Scenario: Slow
            When I add 1
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 0
      And "hooks.txt" is exactly
        """
        before disk feature Disk
        before slow scenario Slow
        after rule without net Local
        """

    Scenario: A feature is begun once and ended once, however many threads run it
      Given a suite with hooks everywhere
      And 40 scenarios that print their number
      When I run the suite with "--jobs 8"
      Then it ends with exit code 0
      And "hooks.txt" begins with "before run\nbefore feature Many\n" and ends with "after feature Many\nafter run\n"
      And "hooks.txt" has 1 line with "before feature"
      And "hooks.txt" has 1 line with "after feature"
      And "hooks.txt" has 40 lines with "last after scenario"

    Scenario: What was begun is ended, also where the run stops early
      Given a suite with hooks everywhere
      And the feature file "features/two"
        """
        Feature: Two
          Scenario: First
            When an assertion fails
          Scenario: Never begun
            When I add 1
        """
      When I run the suite with "--jobs 1 --fail-fast"
      Then it ends with exit code 1
      And "hooks.txt" has 1 line with "after feature Two"
      And "hooks.txt" has 1 line with "after run"

    Scenario: What is only listed has no hooks
      Given a suite with hooks everywhere
      And 2 scenarios that print their number
      When I run the suite with "--dry-run"
      Then it ends with exit code 0
      And "hooks.txt" is not there

  Rule: A hook that fails is an error, and never an expected failure

    Scenario Outline: <what> is <verdict> where <tag> goes wrong
      Given a suite with hooks everywhere
      And the scenario
        """
        @<tag> <tags>
        Scenario: One
          When <step>
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "<verdict> features/one.feature:4: One"
      And it says "<complaint>"
      And the last line is "0 passed, 1 failed"

      Examples: under no tag
        | what               | verdict | tag                         | tags | step               | complaint                                |
        | what would pass    | error   | fails_before_scenario       |      | I add 1            | before scenario holds at features/one    |
        | what would pass    | error   | errs_before_scenario        |      | I add 1            | failed: before scenario went wrong       |
        | what would pass    | error   | errs_second_before_scenario |      | I add 1            | second before scenario went wrong        |
        | what would pass    | error   | fails_before_step           |      | I add 1            | failed: this does not hold: before step  |
        | what would pass    | error   | fails_after_step            |      | I add 1            | failed: this does not hold: after step   |
        | what would pass    | error   | errs_after_scenario         |      | I add 1            | failed: after scenario went wrong        |
        | what would pass    | error   | skips_after_scenario        |      | I add 1            | failed: after scenario says so           |
        | what would fail    | error   | errs_after_scenario         |      | an assertion fails | failed: after scenario went wrong        |
        | what would fail    | error   | errs_after_step             |      | an assertion fails | failed: after step went wrong            |

      Examples: under the tags of a captured bug
        | what               | verdict | tag                   | tags                                        | step               | complaint                                      |
        | a captured bug     | error   | fails_before_scenario | @tdd_issue @tdd_issue_7 @tdd_expected_fail  | an assertion fails | not an assertion, so not an expected failure   |
        | a captured bug     | error   | fails_before_step     | @tdd_issue @tdd_issue_7 @tdd_expected_fail  | an assertion fails | not an assertion, so not an expected failure   |
        | a captured bug     | error   | fails_after_step      | @tdd_issue @tdd_issue_7 @tdd_expected_fail  | an assertion fails | more than an assertion, so not an expected     |
        | a captured bug     | error   | errs_after_scenario   | @tdd_issue @tdd_issue_7 @tdd_expected_fail  | an assertion fails | more than an assertion, so not an expected     |
        | a bug that is gone | error   | errs_after_scenario   | @tdd_issue @tdd_issue_7 @tdd_expected_fail  | I add 1            | after scenario went wrong                      |

    Scenario Outline: Where the hook before the <level> fails, every scenario in it is an error
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        <feature tag>
        Feature: One
          Scenario: Outside
            When I add 1
          <rule tag>
          Rule: Two
            Scenario: First
              When I add 1
            Scenario: Second
              When I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "the hook before the <level>"
      And it says "failed: before <level> went wrong"
      And the last line is "<numbers>"
      And "hooks.txt" has 1 line with "after <level>"

      Examples:
        | level   | feature tag          | rule tag          | numbers            |
        | feature | @errs_before_feature | @quiet            | 0 passed, 3 failed |
        | rule    | @quiet               | @errs_before_rule | 1 passed, 2 failed |

    Scenario Outline: A failing hook after the <level> is one more error, told by the <level>
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        <feature tag>
        Feature: One

          <rule tag>
          Rule: Two
            Scenario: First
              When I add 1
            Scenario: Second
              When I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "error <place>"
      And it says "failed: after <level> went wrong"
      And the last line is "2 passed, 1 failed"
      And "target/bdd/junit.xml" says
        """
        tests="3" skipped="0" errors="1" failures="0"
        """

      Examples:
        | level   | feature tag         | rule tag         | place                       |
        | feature | @errs_after_feature | @quiet           | features/one.feature:2: after Feature: One |
        | rule    | @quiet              | @errs_after_rule | features/one.feature:5: after Rule: Two |

    @tdd_issue @tdd_issue_1016
    Scenario Outline: An assertion in a hook <where> is told with its place
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        @fails_<hook>
        Feature: One
          Scenario: One
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "failed: this does not hold: "
      And it says "\n      at crates/runner/tests/features/hooked.rs:"

      Examples:
        | where              | hook           |
        | after the scenario | after_scenario |
        | after the feature  | after_feature  |

    @tdd_issue @tdd_issue_1016
    Scenario: An assertion in a hook before the run is told with its place
      Given a suite with a hook before the run that fails
      And 1 scenarios that print their number
      When I run the suite
      Then it ends with exit code 3
      And it says "failed: this does not hold: the server answers\n  at crates/runner/tests/features/hooked.rs:"

    Scenario: A failing hook before the run stops it
      Given a set-up guard that says "no database"
      And 1 scenarios that print their number
      When I run the suite
      Then it ends with exit code 3
      And it says "failed: no database"

    Scenario: Where a hook before the run fails, those after it run
      Given a suite with hooks everywhere
      And a set-up guard that says "no database"
      And 1 scenarios that print their number
      When I run the suite
      Then it ends with exit code 3
      And "hooks.txt" is exactly
        """
        before run
        after run
        """

    Scenario: Where hooks on both sides of the run fail, both are told
      Given a suite with hooks everywhere
      And a set-up guard that says "no database"
      And a hook after the run that says "the database hangs"
      And 1 scenarios that print their number
      When I run the suite
      Then it ends with exit code 3
      And it says "failed: no database"
      And it says "failed: the database hangs"

    Scenario: Where the set-up fails behind the hooks before the run, those after it run
      Given a suite with hooks everywhere
      And the scenario
        """
        @needs_answers
        Scenario: One
          When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "the set-up panicked"
      And "hooks.txt" is exactly
        """
        before run
        after run
        """

    Scenario: A failing hook after the run is one more error
      Given a suite with hooks everywhere
      And a hook after the run that says "the database hangs"
      And 2 scenarios that print their number
      When I run the suite
      Then it ends with exit code 1
      And it says "error features/: after Run: of all features"
      And it says "failed: the database hangs"
      And the last line is "2 passed, 1 failed"

    @tdd_issue @tdd_issue_1034
    Scenario: What fails outside of the scenarios is none of them
      Given a suite with hooks everywhere
      And a hook after the run that says "the database hangs"
      And 2 scenarios that print their number
      When I run the suite
      Then it ends with exit code 1
      And it says "2 scenarios: 2 passed, 0 expected failures, 0 failed, 0 errors, 0 skipped; 1 errors outside of them\n2 passed, 1 failed\n"

  Rule: What runs after something runs in any case

    Scenario Outline: The hooks after the scenario run where <what>
      Given a suite with hooks everywhere
      And the scenario
        """
        @<tag>
        Scenario: One
          When <step>
          Then the count is 0
        """
      When I run the suite
      Then it ends with exit code 1
      And "hooks.txt" has 1 line with "last after scenario"

      Examples:
        | what                          | tag                   | step                    |
        | a step fails                  | quiet                 | an assertion fails      |
        | a step returns an error       | quiet                 | a step returns an error |
        | a hook before it fails        | errs_before_scenario  | I add 1                 |
        | another hook after it fails   | errs_after_scenario   | I add 1                 |
        | a hook before a step fails    | errs_before_step      | I add 1                 |

  Rule: A hook before something can leave it out

    Scenario Outline: A hook before the <level> that skips
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        @skips_before_<level>
        Feature: One
          Scenario: First
            When an assertion fails
          Scenario: Second
            When an assertion fails
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "SKIPPED 2: before <level> says so"
      And the last line is "0 passed, 0 failed, 2 skipped"

      Examples:
        | level    |
        | feature  |
        | scenario |
        | step     |

    Scenario: Hooks that do nothing else
      Given a suite with hooks that do nothing but skip
      And the feature file "features/one"
        """
        @feature
        Feature: One
          Scenario: First
            When an assertion fails
        """
      And the feature file "features/two"
        """
        Feature: Two
          @scenario
          Scenario: Second
            When an assertion fails
          @step
          Scenario: Third
            When an assertion fails
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "SKIPPED 1: not this feature"
      And it says "SKIPPED 1: not Second"
      And it says "pending: not this step"
      And the last line is "0 passed, 1 failed, 2 skipped"

    Scenario: A hook before the run that skips leaves out all of it
      Given a suite with a hook before the run that skips
      And the feature file "features/one"
        """
        Feature: One
          @needs_luck
          Scenario: First
            When an assertion fails
          @tdd_issue @tdd_issue_7 @tdd_expected_fail
          Scenario: Second
            When an assertion fails
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "SKIPPED 2: no server in this room"
      And the last line is "0 passed, 0 failed, 2 skipped"
      And "probes" is not there
      And "target/bdd/junit.xml" has 2 lines with "            <skipped message=\"no server in this room\""
      And "hooks.txt" is exactly
        """
        after run
        """

    @tdd_issue @tdd_issue_1018
    Scenario Outline: A hook before the run that <what> is told once
      Given a suite with a hook before the run that <what>
      And 1 scenarios that print their number
      When I run the suite
      Then it ends with exit code <code>
      And it says "<words>"
      And it says nothing of "panicked at"

      Examples:
        | what       | code | words                      |
        | skips      | 0    | no server in this room     |
        | is pending | 1    | waits for the server       |
        | fails      | 3    | the server answers         |

    Scenario: A hook before the run that is pending
      Given a suite with a hook before the run that is pending
      And 2 scenarios that print their number
      When I run the suite
      Then it ends with exit code 1
      And it says "pending features/many.feature:2: s1"
      And it says "pending: waits for the server"
      And the last line is "0 passed, 2 failed"

  Rule: A hook does not hold up the run for ever

    Scenario: A hook that waits for ever
      Given a suite with hooks everywhere
      And the scenario
        """
        @waits_after_scenario
        Scenario: One
          When I add 1
        """
      When I run the suite with "--timeout 0.2"
      Then it ends with exit code 1
      And it says "the hook after the scenario"
      And it says "timed out after 200ms"

    Scenario Outline: A hook that blocks <when>
      Given a suite with hooks everywhere
      And the scenario
        """
        @blocks_<when>
        Scenario: One
          When I add 1
        """
      When I run the suite with "--timeout 0.2"
      Then it ends with exit code 1
      And it says "timed out after 200ms; <what> blocks, so its thread is left behind"

      Examples:
        | when            | what                                    |
        | before_scenario | the World, or a hook before the scenario, |
        | before_step     | the step                                |
        | after_scenario  | the World, or a hook after the scenario, |

    @tdd_issue @tdd_issue_1017
    Scenario: A hook that blocks behind a failed assertion
      Given a suite with hooks everywhere
      And the scenario
        """
        @blocks_after_scenario
        Scenario: One
          Given a count of 1
          Then an assertion fails
        """
      When I run the suite with "--timeout 0.2"
      Then it ends with exit code 1
      And it says "error features/one.feature:4: One"
      And it says "this does not hold: one is more than two\n      at crates/runner/tests/features/fixture.rs:"
      And it says "timed out after 200ms; the World, or a hook after the scenario, blocks"
      And it says "step: Then an assertion fails"

    Scenario: A hook that blocks before a feature
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        @blocks_before_feature
        Feature: One
          Scenario: First
            When it prints "number 1"
          Scenario: Second
            When it prints "number 2"
          Scenario: Third
            When it prints "number 3"
        """
      When I run the suite with "--timeout 0.2 --jobs 2"
      Then it ends with exit code 1
      And it says "a hook around the feature or the rule blocks, so its thread is left behind"
      And the last line is "0 passed, 3 failed"
      And it prints exactly ""

    Scenario: A hook that blocks after a feature, behind a step that blocks
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        @blocks_after_feature
        Feature: One
          Scenario: First
            When a step blocks for 60000 ms
        """
      When I run the suite with "--timeout 0.2"
      Then it ends with exit code 1
      And it says "a hook after a feature or a rule blocks, so its thread is left behind"
      And the last line is "0 passed, 2 failed"

    # Together they take longer than the limit, each by itself a small part of it: a busy machine breaks nothing.
    Scenario: Each hook has a time of its own
      Given a suite with hooks that take 4 s in 10 parts
      And 1 scenarios that print their number
      When I run the suite with "--timeout 3.9"
      Then it ends with exit code 0

  Rule: A hook that can never run is told

    Scenario: A hook whose tags are no expression
      Given a suite with hooks misspelt
      And 1 scenarios that print their number
      When I run the suite
      Then it ends with exit code 3
      And it says "the hook before the feature (crates/runner/tests/features/hooked.rs:"
      And it says "\"and\" is not a tag expression"

    Scenario Outline: A hook for tags that no scenario has, <option>
      Given a suite with hooks idle
      And 1 scenarios that print their number
      When I run the suite with "<option>"
      Then it ends with exit code <code>
      And it says "no scenario is for the hook before the scenario"
      And it says "no scenario is for the hook before the rule"
      And it says nothing of "the hook after the run"

      Examples:
        | option              | code |
        | --unused-steps=warn | 0    |
        | --unused-steps=fail | 3    |
