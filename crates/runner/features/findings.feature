Feature: Finding what is wrong before anything runs
  A run that starts with half of its steps undefined costs time and hides the rest.
  So everything that can be known beforehand is told at once, and nothing runs until it is put right.

  Rule: Every finding is told, with file, line and column

    Scenario: Several files with several findings
      Given the feature file "features/a"
        """
        Feature: A
          Scenario: One
            When I jump
            Then I land
        """
      And the feature file "features/b/c"
        """
        Feature: C
          @tdd_issue_7
          Scenario: Two
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/a.feature:3:5: this step is undefined: When I jump
        features/a.feature:4:5: this step is undefined: Then I land
        features/b/c.feature:2:3: @tdd_issue_7: @tdd_issue_<N> needs @tdd_issue
        """
      And it says "3 to put right; nothing was run"
      And "target/bdd/junit.xml" is not there

  Rule: Every step has exactly one function

    Scenario: An undefined step comes with the function to write
      Given the scenario
        """
        Scenario: One
          When I jump "far" for 3 times
        """
      When I run the suite
      Then it ends with exit code 3
      And it says
        """
        features/one.feature:4:3: this step is undefined: When I jump "far" for 3 times
            #[when(expr = "I jump {string} for {int} times")]
            fn i_jump_for_times(world: &mut World, value_1: String, value_2: i64) {
                pending!();
            }
        """

    @tdd_issue @tdd_issue_1020
    Scenario Outline: The function to write for "<step>" has a name that it can have
      Given the scenario
        """
        Scenario: One
          When <step>
            | a table |
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "fn <name>(world: &mut World, "

      Examples:
        | step    | name         |
        | match   | step_match   |
        | loop 3  | step_loop    |
        | type    | step_type    |
        | world   | step_world   |
        | step    | step_step    |
        | value_1 | step_value_1 |

    @tdd_issue @tdd_issue_1020
    Scenario: The function to write for a text with a quote in it
      Given the scenario
        """
        Scenario: One
          When a "q\"uo(ted" x(y)
        """
      When I run the suite
      Then it ends with exit code 3
      And it says
        """
            #[when(expr = "a {string} x\\(y)")]
            fn a_x_y(world: &mut World, value_1: String) {
        """

    Scenario: An ambiguous step comes with the functions that it could mean
      Given the scenario
        """
        Scenario: One
          Given something ambiguous
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "features/one.feature:4:3: this step is ambiguous: Given something ambiguous"
      And it says "^something amb.*$ --> "
      And it says "tests/features/fixture.rs:"

    Scenario: A background is no different
      Given the feature file "features/one"
        """
        Feature: One
          Background:
            Given a moon

          Scenario: One
            When I add 1

          Scenario: Two
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:3:5: this step is undefined: Given a moon
        """

    Scenario: A step function that nothing uses is worth a warning
      Given the scenario
        """
        Scenario: One
          When I add 1
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "warning: no scenario uses Then the count is {int}"
      And it says nothing of "no scenario uses When I add {int}"

    Scenario: A step function that nothing uses can be a finding
      Given the scenario
        """
        Scenario: One
          When I add 1
        """
      When I run the suite with "--unused-steps=fail"
      Then it ends with exit code 3
      And it says ": no scenario uses Then the count is {int}"

    Scenario: It is no warning where only a part of the suite runs
      Given the scenario
        """
        Scenario: One
          When I add 1
        """
      When I run the suite with "--unused-steps=warn One"
      Then it ends with exit code 0
      And it says nothing of ": warning: no scenario uses"

    @tdd_issue @tdd_issue_1006
    Scenario Outline: It can be a finding whatever runs, with <arguments>
      Given the scenario
        """
        Scenario: One
          When I add 1
        """
      When I run the suite with "--unused-steps=fail <arguments>"
      Then it ends with exit code 3
      And it says ": no scenario uses Then the count is {int}"
      And it says nothing of "no scenario uses When I add {int}"

      Examples:
        | arguments           |
        | --skip zzz          |
        | --dry-run features/ |

  Rule: Every scenario tests something

    Scenario Outline: <what>
      Given the feature file "features/one"
        """
        Feature: One
        <text>
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        <finding>
        """

      Examples:
        | what                      | text                                                            | finding                                                        |
        | A feature without one     | \n                                                               | features/one.feature:1:1: this feature has no scenario         |
        | A scenario without steps  | Scenario: One                                                    | features/one.feature:2:1: this scenario has no steps, so it tests nothing |
        | An outline without rows   | Scenario Outline: One\nWhen I add 1                              | features/one.feature:2:1: this outline has no rows, so it tests nothing |
        | Examples with a header only | Scenario Outline: One\nWhen I add 1\nExamples:\n\| n \|        | features/one.feature:4:1: these examples have no rows, so they test nothing |
        | Examples without a table  | Scenario Outline: One\nWhen I add 1\nExamples:                   | features/one.feature:4:1: these examples have no rows, so they test nothing |
        | Two of the same name      | Scenario: One\nWhen I add 1\nScenario: One\nWhen I add 1         | features/one.feature:4:1: line 2 has the name "One" already    |

    @tdd_issue @tdd_issue_1041
    Scenario: An outline without rows, and a row of its name
      Given the feature file "features/one"
        """
        Feature: One
          Scenario Outline: gamma 1
            When I add 1
            Examples:
              | n |
          Scenario Outline: gamma <n>
            When I add <n>
            Examples:
              | n |
              | 1 |
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:4:5: these examples have no rows, so they test nothing
        features/one.feature:10:5: line 2 has the name "gamma 1" already
        """

    @tdd_issue @tdd_issue_1004
    Scenario Outline: <what> have one name
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: <name>
            When I add 1
          Scenario Outline: gamma <n>
            When I add <n>

            Examples:
              | n |
              | 1 |
              | 2 |
              | 1 |
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "features/one.feature:<line>:<column>: line <first> has the name <twice> already"

      Examples:
        | what                   | name    | n   | line | column | first | twice         |
        | A scenario and a row   | gamma 2 | <n> | 10   | 5      | 2     | \\"gamma 2\\" |
        | Two rows of an outline | another | <n> | 11   | 5      | 9     | \\"gamma 1\\" |

    @tdd_issue @tdd_issue_1030
    Scenario: A rule without a scenario
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: One
            When I add 1

          @slow
          Rule: Nothing shows this
            Background:
              Given a count of 1

          Rule: Something shows this
            Scenario: Two
              When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:6:3: this rule has no scenario
        """

    Scenario Outline: An outline without rows in <language>
      Given the feature file "features/one"
        """
        # language: <language>
        <feature>: One
          <outline>: One
            * I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "features/one.feature:3:3: this outline has no rows, so it tests nothing"

      Examples:
        | language | feature        | outline               |
        | de       | Funktionalität | Szenariogrundriss     |
        | fr       | Fonctionnalité | Plan du scénario      |
        | ja       | フィーチャ     | シナリオアウトライン  |
        | formal   | Section        | Demonstration         |

  Rule: Every column of an outline is used, and every name has a column

    Scenario: Wrong columns
      Given the feature file "features/one"
        """
        Feature: One
          Scenario Outline: <what> is added
            When I add <number>
            Then the count is <sum>

            Examples:
              | number | reason | number |
              | 1      | none   | 2      |
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:2:3: there is no column for <what>
        features/one.feature:4:5: there is no column for <sum>
        features/one.feature:7:7: nothing uses the column "reason"
        features/one.feature:7:7: the column "number" is there twice
        """

    Scenario: A row that is longer than its header
      Given the feature file "features/one"
        """
        Feature: One
          Scenario Outline: One
            When I add <number>

            Examples:
              | number |
              | 1 | 2 |
              | 3 \| 4 |
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "features/one.feature:7:7: this row has 2 cells, and its table 1 columns"
      And it says nothing of "features/one.feature:8:7"

  Rule: Tags that mean something are spelt right and stand together

    Scenario Outline: <tags>
      Given the feature file "features/one"
        """
        Feature: One

          <tags>
          Scenario: One
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "features/one.feature:3:<column>: <finding>"

      Examples:
        | tags                                                        | column | finding                                                             |
        | @tdd_issue_7                                                | 3      | @tdd_issue_7: @tdd_issue_<N> needs @tdd_issue                        |
        | @slow @tdd_expected_fail                                    | 9      | @tdd_expected_fail: @tdd_expected_fail needs @tdd_issue              |
        | @tdd_issue @tdd_expected_fail                               | 14     | @tdd_expected_fail: @tdd_expected_fail needs @tdd_issue_<N>          |
        | @tdd_issue @tdd_issue_1 @tdd_issue_2 @tdd_expected_fail     | 40     | @tdd_expected_fail: @tdd_expected_fail needs exactly one             |
        | @tdd_issue @tdd_issue_x1                                    | 14     | @tdd_issue_x1: an issue is a number                                  |
        | @tdd_expected_failure                                       | 3      | @tdd_expected_failure: there is no such tag                          |
        | @needs_wings                                                | 3      | @needs_wings: nothing says when this is met                          |
        | @inprocess                                                  | 3      | @inprocess: @inprocess needs @serial                                 |

    Scenario Outline: @<tag> is near to a tag that means something
      Given the feature file "features/one"
        """
        Feature: One
          @<tag>
          Scenario: One
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:2:3: @<tag>: did you mean @<meant>?
        """

      Examples:
        | tag         | meant       |
        | seriall     | serial      |
        | Serial      | serial      |
        | need_luck   | needs_luck  |
        | needs-luck  | needs_luck  |
        | tdd-issue   | tdd_issue   |
        | TDD_issue_7 | tdd_issue_7 |
        | inprocess_  | inprocess   |
        | Retry(2)    | retry(2)    |

    Scenario: A tag that means nothing to the runner is not one that is misspelt
      Given the scenario
        """
        @series @aerial @cereal @network @retro @entry @process @needless @issue @tdd
        Scenario: One
          When I add 1
        """
      When I run the suite
      Then it ends with exit code 0

    Scenario: A tag is found where it stands
      Given the feature file "features/one"
        """
        @tdd_issue_1
        Feature: One

          @inprocess @tdd_issue_2
          Rule: Something

            Scenario Outline: One
              When I add <n>

              @tdd_issue_3
              # a comment
              @tdd_x
              Examples:
                | n |
                | 1 |
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:1:1: @tdd_issue_1: @tdd_issue_<N> needs @tdd_issue
        features/one.feature:4:3: @inprocess: @inprocess needs @serial, for failpoints in the process are shared
        features/one.feature:4:14: @tdd_issue_2: @tdd_issue_<N> needs @tdd_issue
        features/one.feature:10:7: @tdd_issue_3: @tdd_issue_<N> needs @tdd_issue
        features/one.feature:12:7: @tdd_x: there is no such tag; there are tdd_issue, tdd_issue_<N>, tdd_expected_fail
        """

  Rule: Every file can be read

    Scenario: A file that does not parse
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: One
            When I add 1
            Whne I add 2
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:4:5: this does not parse: no keyword begins this line
        """

    @tdd_issue @tdd_issue_1019
    Scenario Outline: A file that ends with <what>
      Given the feature file "features/one"
        """
        Feature: One
        Scenario: One
        When I add 1
        <end>
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:<line>:1: this does not parse: <reason>
        """

      Examples:
        | what                   | end               | line | reason                                                    |
        | a line of no keyword   | Foo bar\n\n       | 4    | no keyword begins this line, or nothing stands behind it  |
        | a step without a text  | When              | 4    | no keyword begins this line, or nothing stands behind it  |
        | a colon behind a Given | And I add 2\nGiven: x | 5 | no keyword begins this line, or nothing stands behind it  |
        | a tag                  | @slow @net        | 4    | nothing stands below this tag                             |
        | a tag and a comment    | @slow\n# a comment | 4   | nothing stands below this tag                             |
        | a text without an end  | """\nWhen I add 1 | 4    | this text has no end                                      |

    @tdd_issue @tdd_issue_1039
    Scenario: A text without an end that looks like a table
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: One
            When I add 1
              ```
              | a |
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:4:7: this does not parse: this text has no end
        """

    @tdd_issue @tdd_issue_1039
    Scenario: A step below a keyword without its colon
      Given the feature file "features/one"
        """
        Feature: One
          Rule: One
            Scenario Outline
              When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:4:7: this does not parse: this line cannot stand here: When I add 1
        """

    @tdd_issue @tdd_issue_1040
    Scenario: A word among tags
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: One
            When I add 1
              ```
              @slow test
              ```
          @slow test @net # because of the net
          Scenario: Two
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:7:9: this does not parse: a tag begins with @, and "test" does not
        """

    @tdd_issue @tdd_issue_1019
    Scenario: A file with nothing in it
      Given the feature file "features/one"
        """
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:1:1: this does not parse: there is no feature in it
        """

    @tdd_issue @tdd_issue_1019
    Scenario: A language that does not exist
      Given the feature file "features/one"
        """
        # language: xx
        Feature: One
          Scenario: One
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:1:1: this does not parse: Requested language 'xx' is not supported.
        """

    Scenario Outline: A line in the wrong place: <what>
      Given the feature file "features/one"
        """
        Feature: One
          Background:
            Given a count of 1

          Scenario Outline: One
            When I add 1
            Examples:
              | n |
              | 1 |
          <line>
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "features/one.feature:10:3: this does not parse: this line cannot stand here: <line>"

      Examples:
        | what                           | line         |
        | a second feature               | Feature: Two |
        | a background after a scenario  | Background:  |
        | a step after the examples      | Then I land  |

    Scenario: A byte order mark is as if it were not there
      Given the feature file "features/one" that begins with a byte order mark
        """
        Feature: One
          Scenario: One
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 0
      And the last line is "1 passed, 0 failed"

    Scenario: A cell with an escape that Gherkin does not know
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: One
            When I add 1
              | a \x b |
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:4:7: this does not parse: in a cell, a backslash stands before |, n or another backslash
        """

    @tdd_issue @tdd_issue_1035
    Scenario Outline: A row that no bar ends, <where>
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: One
            When the values are
              | a | b |
              <row>
            <below>
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one.feature:5:7: this does not parse: no | ends this row
        """

      Examples:
        | where                      | row              | below        |
        | at the end of the file     | \| 1 \| 2        |              |
        | above a comment            | \| 1 \| 2        | # the end    |
        | above a step               | \| 1 \| 2        | When I add 1 |
        | above a row that one ends  | \| 1 \| 2        | \| 3 \| 4 \| |
        | but one that is escaped    | \| 1 \| 2 \\\|   | When I add 1 |
        | of which nothing is there  | \|               |              |
        | for a comment is behind it | \| 1 \| 2 \| # 3 | When I add 1 |

    Scenario: A description that begins with a keyword
      Given the feature file "features/one"
        """
        Feature: One
          Scenarios are what this describes.
          Scenario: One
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "features/one.feature:2:3: this does not parse: this line cannot stand here: Scenarios are what this describes."

    Scenario: A table that is out of shape
      Given the feature file "features/one"
        """
        Feature: One
          Scenario Outline: One
            When I add <a>
            Examples:
              | a | b |
              | 1 |
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "this does not parse: Inconsistent cell count"

    Scenario: A file that is not text
      Given the feature file "features/one" that is not UTF-8
      When I run the suite
      Then it ends with exit code 3
      And it says "features/one.feature:1:1: stream did not contain valid UTF-8"

    Scenario: A file whose ending is spelt in another case
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: One
            When I add 1
        """
      And the file "features/two.Feature"
        """
        Feature: Two
        """
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/two.Feature:1:1: the ending of a feature file is .feature, in small letters
        """

    Scenario Outline: A link to a folder that it stands in: <to>
      Given the feature file "features/one/two"
        """
        Feature: Two
          Scenario: One
            When I add 1
        """
      And the link "features/one/link" to "<to>"
      And the link "features/one/other" to "<to>"
      When I run the suite
      Then it ends with exit code 3
      And it finds
        """
        features/one/link:1:1: this link leads back to a folder that it stands in
        features/one/other:1:1: this link leads back to a folder that it stands in
        """

      Examples:
        | to |
        | .  |
        | .. |

    Scenario: A link to a folder beside it is followed
      Given the feature file "elsewhere/two"
        """
        Feature: Two
          Scenario: One
            When I add 1
        """
      And the link "features/link" to "../elsewhere"
      When I run the suite with "--list --format terse"
      Then it lists
        """
        link::two::2:One: test
        """

  Rule: A suite without features is red

    Scenario: An empty folder
      When I run the suite
      Then it ends with exit code 3
      And it says "features:1:1: there is no feature file in here"

    Scenario: No folder
      Given no folder of features
      When I run the suite
      Then it ends with exit code 3
      And it says "features:1:1: cannot read: No such file or directory"
