@needs_git
Feature: Holding each commit to the workflow of a bug
  A bug arrives as a scenario that is expected to fail, in a commit of its own; the commit that fixes it
  takes that tag off. Done otherwise, a tag can hide a regression, or a fix can prove nothing. So
  `--tdd-gate BASE` looks at each commit since BASE, and refuses the one that does it otherwise.

  Background:
    Given the file "src/lib.rs"
      """
      // as it was
      """
    And the commit "begin"

  Rule: A capture adds a scenario that is expected to fail, and changes nothing of the product

    Scenario: A new scenario and a new step
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          Then the count is 1
        """
      And the file "tests/support/src/lib.rs"
        """
        // a step
        """
      And the commit "capture issue 7: nothing is counted"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " captures issue 7 (1 scenarios): capture issue 7: nothing is counted"
      And the last line is "1 commits: 1 captures, 0 fixes, 0 refused"

    Scenario: Each row of an outline counts, with the tags of all that it stands in
      Given the feature file "features/one"
        """
        @tdd_issue
        Feature: One
          @tdd_issue_7
          Rule: Two and two
            Scenario Outline: Adding <n>
              When I add <n>

              Examples: those that work
                | n |
                | 1 |

              @tdd_expected_fail
              Examples: those that do not
                | n |
                | 2 |
                | 3 |
        """
      And the commit "capture issue 7"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " captures issue 7 (2 scenarios): capture issue 7"

    Scenario Outline: <files> of the product change beside it
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          Then the count is 1
        """
      And the file "crates/one/src/lib.rs"
        """
        // changed
        """
      And the file "<another>"
        """
        // changed
        """
      And the commit "capture issue 7"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says " (capture issue 7): features/one.feature:4: The bug: a capture changes nothing of the product, but this commit changes <told>; capture the bug in a commit of its own"
      And the last line is "1 commits: 1 captures, 0 fixes, 1 refused"

      Examples:
        | files     | another      | told                             |
        | one file  | tests/lib.rs | crates/one/src/lib.rs            |
        | two files | src/lib.rs   | crates/one/src/lib.rs and 1 more |

    Scenario: It says that it fixes another issue
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: One bug
          Then the count is 1
        """
      And the commit "capture issue 7"
      And the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: One bug
          Then the count is 1

        @tdd_issue @tdd_issue_8 @tdd_expected_fail
        Scenario: Another bug
          Then the count is 2
        """
      And the commit "fix issue 7"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says " fixes issue 7 (1 scenarios): fix issue 7"
      And it says "features/one.feature:8: Another bug: a capture fixes nothing, but this commit says that it fixes issue 7; capture the bug in a commit of its own"

    Scenario: Its tags break a rule
      Given the scenario
        """
        @tdd_issue @tdd_expected_fail
        Scenario: The bug
          Then the count is 1
        """
      And the commit "capture something"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4: The bug: @tdd_expected_fail: @tdd_expected_fail needs @tdd_issue_<N>, the issue that it captures"

  Rule: The tag is not put on a scenario that was there without it

    Scenario Outline: <how>
      Given the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The sum
          When I add 1
          Then the count is 1
        """
      And the commit "a scenario that passes"
      And the file "features/one.feature" is now "<file>"
      And the feature file "<file>"
        """
        Feature: One
          @tdd_issue @tdd_issue_7 @tdd_expected_fail
          Scenario: <name>
            When I add <n>
            Then the count is 1
        """
      And the commit "capture issue 7"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "<file>.feature:3: <name>: @tdd_expected_fail would hide a regression, for this scenario was there without it (features/one.feature:4); capture the bug as a scenario of its own"

      Examples:
        | how                        | file             | name    | n |
        | where it stands            | features/one     | The sum | 1 |
        | renamed                    | features/one     | The bug | 1 |
        | in a file that is renamed  | features/two     | The sum | 1 |
        | moved and renamed          | features/two/two | The bug | 1 |
        | with other steps           | features/one     | The sum | 2 |
        | moved, with other steps    | features/two     | The sum | 2 |

    Scenario: It has the name of one in another file, which changes beside it
      Given the feature file "features/two"
        """
        Feature: Two
          Scenario: The sum
            When I add 1
        """
      And the commit "a scenario that passes"
      And the feature file "features/one"
        """
        Feature: One
          @tdd_issue @tdd_issue_7 @tdd_expected_fail
          Scenario: The sum
            When I add 2
            Then the count is 1
        """
      And the feature file "features/two"
        """
        Feature: Two
          Scenario: The sum
            When I add 3
        """
      And the commit "capture issue 7"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " captures issue 7 (1 scenarios): capture issue 7"

  Rule: A fix says so, and takes the tag off every scenario of its issue

    Background:
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          Given a count of 1
          Then the count is 2
        """
      And the commit "capture issue 7"

    Scenario Outline: It says <message>
      Given the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          Given a count of 1
          Then the count is 2
        """
      And the file "src/lib.rs"
        """
        // mended
        """
      And the commit "<message>"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " fixes issue 7 (1 scenarios): "
      And the last line is "1 commits: 0 captures, 1 fixes, 0 refused"

      Examples:
        | message                                 |
        | fix issue 7                             |
        | fix issue 7: count                      |
        | Fixes #7                                |
        | count: fixes: #7                        |
        | closes issue 7                          |
        | Resolved issue #7.                      |
        | count\\n\\nThis fixes\\nissue 7.        |

    @tdd_issue @tdd_issue_1031
    Scenario Outline: It says <message>, as people do
      Given the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          Given a count of 1
          Then the count is 2
        """
      And the commit "<message>"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " fixes issue 7 (1 scenarios): "

      Examples:
        | message                         |
        | Fixing issue 7                  |
        | fix 7                           |
        | Fixed 7: count                  |
        | count: resolving 7.             |
        | count\\n\\n- closed: 7      |
        | fixes bug 7                     |
        | closing bug #7                  |
        | fixes GH-7                      |

    @tdd_issue @tdd_issue_1031
    Scenario Outline: It says of two issues: <message>
      Given the feature file "features/more"
        """
        Feature: More
          @tdd_issue @tdd_issue_8 @tdd_expected_fail
          Scenario: Another bug
            Then the count is 2
        """
      And the commit "capture issue 8"
      And the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          Given a count of 1
          Then the count is 2
        """
      And the feature file "features/more"
        """
        Feature: More
          @tdd_issue @tdd_issue_8
          Scenario: Another bug
            Then the count is 2
        """
      And the commit "<message>"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " fixes issue 7 (1 scenarios): "
      And it says " fixes issue 8 (1 scenarios): "

      Examples:
        | message                  |
        | Fix #7, #8               |
        | fixes issue 7, issue 8   |
        | count: fix issues 7 and 8 |
        | closes #7, and #8        |
        | fix 7 & 8                |

    Scenario Outline: It says no more than <message>
      Given the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          Given a count of 1
          Then the count is 2
        """
      And the commit "<message>"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4: The bug: it loses @tdd_expected_fail, but the commit does not say that it fixes issue 7; say `fix issue 7` in its message, or leave the tag where it is"

      Examples:
        | message                  |
        | count                    |
        | fix the issue            |
        | fix 7 scenarios          |
        | fixed 7 of 30 rows       |
        | count\\n\\nWe fixed 7. |
        | for issue 7              |
        | prefix #7                |
        | fix issue 70             |
        | Revert \\"fix issue 7\\" |
        | `fix issue 7` is a claim |
        | fixup! fix issue 7       |

    Scenario Outline: The tag stays, and the commit says that it fixes issue 7: <what>
      Given the feature file "features/more"
        """
        Feature: More
          @tdd_issue @tdd_issue_7 @tdd_expected_fail
          Scenario: More of it
            Then the count is 2
        """
      And the commit "capture more of issue 7"
      And the scenario
        """
        @tdd_issue @tdd_issue_7 <tag>
        Scenario: The bug
          Given a count of 1
          Then the count is 2
        """
      And the commit "fix issue 7"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/more.feature:3: More of it: it still has @tdd_expected_fail, but the commit says that it fixes issue 7; take the tag off"

      Examples:
        | what                  | tag                |
        | on one of two         | @slow              |
        | on both               | @tdd_expected_fail |

    Scenario: There is nothing to take off
      Given the commit "fix issue 8"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says " (fix issue 8): it says that it fixes issue 8, but no scenario of issue 8 was expected to fail; capture the bug in a commit before"

    Scenario: The issue is that of another suite in the repository
      Given the feature file "other/features/one"
        """
        Feature: Other
          @tdd_issue @tdd_issue_8 @tdd_expected_fail
          Scenario: Another bug
            Then the moon is blue
        """
      And the commit "the other suite"
      And the commit "fix issue 8"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " fixes issue 8 in another suite: fix issue 8"

    Scenario Outline: The fix proves nothing, for <why>
      Given the scenario
        """
        <tags>
        Scenario: <name>
          Given a count of <count>
          Then the count is 2
        """
      And the commit "fix issue 7"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4: <name>: <reason>"

      Examples:
        | why                      | tags                                | name    | count | reason |
        | its steps change         | @tdd_issue @tdd_issue_7             | The bug | 2     | it is not the scenario that was expected to fail (features/one.feature:4), for its steps differ; leave it as it was captured |
        | it may be left out now   | @tdd_issue @tdd_issue_7 @needs_luck | The bug | 1     | it is not the scenario that was expected to fail (features/one.feature:4), for @needs_luck may leave it out; leave it as it was captured |
        | it forgets its issue     | @tdd_issue                          | The bug | 1     | it loses @tdd_issue_7; the tags of its issue stay, only @tdd_expected_fail goes |
        | it is no issue any more  | @slow                               | The bug | 1     | it loses @tdd_issue, @tdd_issue_7; the tags of its issue stay, only @tdd_expected_fail goes |

    Scenario: A scenario may move and get a better name while it is fixed
      Given the file "features/one.feature" is now "features/two"
      And the feature file "features/two"
        """
        Feature: Two
          @tdd_issue @tdd_issue_7
          Scenario: What was the bug
            Given a count of 1
            Then the count is 2
        """
      And the commit "fix issue 7"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " fixes issue 7 (1 scenarios): fix issue 7"

  Rule: A captured bug stays captured until it is fixed

    Background:
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          Given a count of 1
          Then the count is 2
        """
      And the commit "capture issue 7"

    Scenario Outline: It is deleted, and the commit says <message>
      Given the scenario
        """
        Scenario: Something else
          When I add 3
        """
      And the commit "<message>"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4 before it: The bug: it is gone, with the bug of issue 7 in it; leave it there until the bug is fixed, or revert the commit that captured it"

      Examples:
        | message     |
        | tidy up     |
        | fix issue 7 |

    Scenario: It is renamed and moved
      Given the file "features/one.feature" is now "features/two"
      And the feature file "features/two"
        """
        Feature: Two
          @tdd_issue @tdd_issue_7 @tdd_expected_fail
          Scenario: The bug of issue 7
            Given a count of 1
            Then the count is 2
        """
      And the commit "sort the features"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And the last line is "1 commits: 0 captures, 0 fixes, 0 refused"

    Scenario: It is told in other words, in a commit of their own
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          When I add 1
          Then the count is 2
        """
      And the commit "say it better"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " captures issue 7 (1 scenarios): say it better"

    Scenario: It is told in other words beside a change of the product
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          When I add 1
          Then the count is 2
        """
      And the file "src/lib.rs"
        """
        // changed
        """
      And the commit "say it better"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4: The bug: a capture changes nothing of the product, but this commit changes src/lib.rs"

    Scenario: It becomes that of another issue
      Given the scenario
        """
        @tdd_issue @tdd_issue_8 @tdd_expected_fail
        Scenario: The bug
          Given a count of 1
          Then the count is 2
        """
      And the commit "another issue"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4: The bug: it loses @tdd_issue_7; the tags of its issue stay, only @tdd_expected_fail goes"

    @tdd_issue @tdd_issue_1032
    Scenario Outline: It may be left out from now on, <how>
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail @needs_luck
        Scenario: The bug
          Given a count of <count>
          Then the count is 2
        """
      And the commit "say what it needs"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4: The bug: @needs_luck may leave it out, and the bug of issue 7 with it; take that tag off, or revert the commit that captured it and capture it again"
      And the last line is "1 commits: 0 captures, 0 fixes, 1 refused"

      Examples:
        | how                 | count |
        | with the same steps | 1     |
        | with other steps    | 3     |

  Rule: What is reverted is as it was

    Background:
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          Then the count is 2
        """
      And the commit "capture issue 7"

    Scenario: A capture is reverted
      Given the last commit is reverted
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 0
      And it says " reverts issue 7 (1 scenarios): Revert \"capture issue 7\""

    Scenario: A fix is reverted, and so is that
      Given the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          Then the count is 2
        """
      And the file "src/lib.rs"
        """
        // mended
        """
      And the commit "fix issue 7"
      And the last commit is reverted
      And the last commit is reverted
      When I run the suite with "--tdd-gate HEAD~3"
      Then it ends with exit code 0
      And it says " reverts issue 7 (1 scenarios): Revert \"fix issue 7\""
      And it says " reverts issue 7 (1 scenarios): Reapply \"fix issue 7\""
      And the last line is "3 commits: 0 captures, 1 fixes, 0 refused"

    Scenario Outline: <what> is no revert of it
      Given the commit "something else"
      And no file "features/one.feature"
      And the commit "tidy up\n\nThis reverts commit <commit>."
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4 before it: The bug: it is gone, with the bug of issue 7 in it"

      Examples:
        | what                            | commit                                   |
        | a commit that is not there      | 0123456789012345678901234567890123456789 |
        | a commit from before the capture | HEAD~2                                  |
        | a commit after the capture      | HEAD                                     |

    Scenario: What the capture did is not what is taken back
      Given the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          Then the count is 2
        """
      And the commit "tidy up\n\nThis reverts commit HEAD."
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4: The bug: it loses @tdd_expected_fail, but the commit does not say that it fixes issue 7"

    Scenario: What is taken back is not as the capture left it
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail @needs_air
        Scenario: The bug
          Then the count is 2
        """
      And the commit "say what it needs"
      And the commit "something else"
      And no file "features/one.feature"
      And the commit "tidy up\n\nThis reverts commit HEAD~2."
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:4 before it: The bug: it is gone, with the bug of issue 7 in it"

    Scenario: A commit that left the features alone has nothing to take back
      Given the feature file "features/two"
        """
        Feature: Two
          Scenario: The same steps
            Then the count is 2
        """
      And the commit "the same steps"
      And the commit "something else"
      And the scenario
        """
        Scenario: The bug
          Then the count is 2
        """
      And the feature file "features/two"
        """
        Feature: Two
          @tdd_issue @tdd_issue_7 @tdd_expected_fail
          Scenario: The same steps
            Then the count is 2
        """
      And the commit "swap\n\nThis reverts commit HEAD."
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says "features/one.feature:3: The bug: it loses @tdd_expected_fail"
      And it says "features/two.feature:3: The same steps: @tdd_expected_fail would hide a regression"

  Rule: A merge only merges

    Background:
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          Then the count is 2
        """
      And the commit "capture issue 7"
      And the branch "side" from "HEAD"
      And the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          Then the count is 2
        """
      And the commit "fix issue 7"
      And the branch "main-again" from "HEAD~1"
      And the file "src/lib.rs"
        """
        // meanwhile
        """
      And the commit "meanwhile"

    Scenario: It brings a fix
      Given the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          Then the count is 2
        """
      And the merge "Merge: fix issue 7" of "side"
      When I run the suite with "--tdd-gate HEAD~2"
      Then it ends with exit code 0
      And the last line is "3 commits: 0 captures, 1 fixes, 0 refused"

    Scenario: It captures something by itself
      Given the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          Then the count is 2

        @tdd_issue @tdd_issue_8 @tdd_expected_fail
        Scenario: Another bug
          Then the count is 3
        """
      And the merge "Merge: fix issue 7" of "side"
      When I run the suite with "--tdd-gate HEAD~2"
      Then it ends with exit code 1
      And it says " (Merge: fix issue 7): features/one.feature:8: Another bug: a merge only merges, but this scenario is captured; do that in a commit of its own"

    Scenario Outline: It does what <who> did: the scenario has <what>
      Given the branch "other" from "HEAD"
      And the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail <tags>
        Scenario: The bug
          Then the count is <count>
        """
      And the commit "say it better"
      And the branch "again" from "main-again"
      And the commit "meanwhile"
      And the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail <tags>
        Scenario: The bug
          Then the count is <merged>
        """
      And the merge "Merge" of "other"
      When I run the suite with "--tdd-gate main-again"
      Then it ends with exit code <code>
      And it says "3 commits: <captures> captures, 0 fixes, <refused> refused"

      Examples:
        | who        | what                  | tags       | count | merged | code | captures | refused |
        | a parent   | other steps           | @slow      | 3     | 3      | 0    | 1        | 0       |
        | a parent   | another requirement   | @needs_air | 2     | 2      | 1    | 0        | 1       |
        | no parent  | yet other steps       | @slow      | 3     | 4      | 1    | 1        | 1       |
        | no parent  | the steps from before | @slow      | 3     | 2      | 1    | 1        | 1       |

    Scenario: It brings a fix to a scenario that was told in other words meanwhile
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          When I add 1
          Then the count is 2
        """
      And the commit "say it better"
      And the scenario
        """
        @tdd_issue @tdd_issue_7
        Scenario: The bug
          When I add 1
          Then the count is 2
        """
      And the merge "Merge" of "side"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says " (Merge): features/one.feature:4: The bug: a merge only merges, but this scenario loses @tdd_expected_fail; do that in a commit of its own"

    Scenario Outline: It loses a captured bug that <which> its parents have
      Given the branch "other" from "<from>"
      And the commit "something else"
      And the branch "again" from "main-again"
      And no file "features/one.feature"
      And the merge "Merge" of "other"
      When I run the suite with "--tdd-gate main-again~2"
      Then it ends with exit code 1
      And it says " (Merge): features/one.feature:4 before it: The bug: a merge only merges, but this scenario is gone; do that in a commit of its own"
      And it says "1 refused"

      Examples:
        | which       | from         |
        | one of      | main-again~2 |
        | all         | main-again~1 |

    Scenario: It brings a capture that only one of its parents has
      Given the branch "other" from "main-again~2"
      And the commit "something else"
      And the branch "again" from "main-again"
      And the merge "Merge" of "other"
      When I run the suite with "--tdd-gate other~1"
      Then it ends with exit code 0
      And the last line is "4 commits: 1 captures, 0 fixes, 0 refused"

    Scenario: It brings a fix to a scenario that got another place and another name meanwhile
      Given the file "features/one.feature" is now "features/two"
      And the feature file "features/two"
        """
        Feature: Two
          @tdd_issue @tdd_issue_7 @tdd_expected_fail
          Scenario: The bug of issue 7
            Then the count is 2
        """
      And the commit "sort the features"
      And the feature file "features/two"
        """
        Feature: Two
          @tdd_issue @tdd_issue_7
          Scenario: The bug of issue 7
            Then the count is 2
        """
      And the merge "Merge" of "side"
      When I run the suite with "--tdd-gate HEAD~3"
      Then it ends with exit code 0
      And the last line is "4 commits: 0 captures, 1 fixes, 0 refused"

  Rule: Each commit is looked at by itself, and everything is told at once

    Scenario: Two commits that are refused, and one between them
      Given the commit "fix issue 7"
      And the scenario
        """
        @tdd_issue @tdd_issue_8 @tdd_expected_fail
        Scenario: The bug
          Then the count is 2
        """
      And the commit "capture issue 8"
      And the commit "closes #9"
      When I run the suite with "--tdd-gate HEAD~3"
      Then it ends with exit code 1
      And it says " (fix issue 7): "
      And it says " captures issue 8 (1 scenarios): capture issue 8"
      And it says " (closes #9): "
      And it says "3 commits: 1 captures, 0 fixes, 2 refused"

    Scenario: A file that does not parse is not compared, neither with what is before nor with what is after
      Given the scenario
        """
        @tdd_issue @tdd_issue_7 @tdd_expected_fail
        Scenario: The bug
          Then the count is 2
        """
      And the commit "capture issue 7"
      And the feature file "features/one"
        """
        Feature: One
          Scenario: The bug
            When I add 1
            Whne I add 2
        """
      And the commit "a slip"
      And the scenario
        """
        Scenario: Something else
          Then the count is 2
        """
      And the commit "another slip"
      When I run the suite with "--tdd-gate HEAD~2"
      Then it ends with exit code 1
      And it says " (a slip): features/one.feature:4:5: this does not parse: no keyword begins this line"
      And it says "2 commits: 0 captures, 0 fixes, 1 refused"

    Scenario: A file that is not text
      Given the feature file "features/one" that is not UTF-8
      And the commit "a slip"
      When I run the suite with "--tdd-gate HEAD~1"
      Then it ends with exit code 1
      And it says " (a slip): features/one.feature:1:1: invalid utf-8 sequence"

    Scenario: What is not a commit yet is not looked at
      Given the feature file "features/one" that is not UTF-8
      When I run the suite with "--tdd-gate HEAD"
      Then it ends with exit code 0
      And it says "no commit between HEAD and HEAD, so there is nothing to look at"

  Rule: A BASE that leads nowhere is refused

    Scenario Outline: <arguments>
      Given the branch "side" from "HEAD"
      And the commit "aside"
      And the branch "main-again" from "HEAD~1"
      And the commit "more"
      When I run the suite with "<arguments>"
      Then it ends with exit code 2
      And it says "<complaint>"

      Examples:
        | arguments              | complaint                                                                                   |
        | --tdd-gate             | missing argument for option '--tdd-gate'                                                    |
        | --tdd-gate nowhere     | git knows no commit \\"nowhere\\"                                                           |
        | --tdd-gate side        | HEAD does not descend from \\"side\\"; give the commit where they part: git merge-base side HEAD |
        | --tdd-gate HEAD One    | --tdd-gate looks at every scenario, so no filter goes with it                               |

    Scenario: A clone that lacks the older commits
      Given a clone without the older commits
      When I run the suite with "--tdd-gate HEAD"
      Then it ends with exit code 3
      And it says "this clone is shallow, so commits may be missing; get them: git fetch --unshallow"

    Scenario: No repository
      Given no repository
      When I run the suite with "--tdd-gate HEAD"
      Then it ends with exit code 3
      And it says "git rev-parse: fatal: not a git repository"

    Scenario: No git
      Given no program on the path
      When I run the suite with "--tdd-gate HEAD"
      Then it ends with exit code 3
      And it says "cannot run git: No such file or directory"
