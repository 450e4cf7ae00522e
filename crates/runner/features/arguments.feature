Feature: Understanding the command line
  cargo passes the same arguments to every test binary, so what libtest knows must be known here;
  and what is not known must not be ignored.

  Background:
    Given the scenario
      """
      Scenario: One
        When I add 1
      """

  Rule: What libtest knows is known

    Scenario Outline: <arguments>
      When I run the suite with "<arguments>"
      Then it ends with exit code 0
      And the last line is "1 passed, 0 failed"

      Examples:
        | arguments            |
        | --nocapture          |
        | --no-capture         |
        | --show-output        |
        | --include-ignored    |
        | --test-threads 1     |
        | --test-threads=2     |
        | -q                   |
        | --quiet              |
        | --color never        |
        | --color always       |
        | --color auto         |
        | --format pretty      |
        | -j 3                 |
        | --unused-steps warn  |
        | --retry-errors 2     |
        | --shard 1/1          |
        | --seed 7             |
        | --seed random        |

  Rule: What is not known is refused, by name

    Scenario Outline: <arguments> is refused
      When I run the suite with "<arguments>"
      Then it ends with exit code 2
      And it says "<complaint>"
      And "target/bdd/junit.xml" is not there

      Examples:
        | arguments              | complaint                                              |
        | --bogus                | invalid option '--bogus'                               |
        | -x                     | invalid option '-x'                                    |
        | --exact=yes            | unexpected argument for option '--exact'               |
        | --skip                 | missing argument for option '--skip'                   |
        | --jobs 0               | the number of jobs is 1 or more, not \\"0\\"           |
        | --timeout -1           | a time-out is a number of seconds above 0, not \\"-1\\" |
        | --timeout soon         | a time-out is a number of seconds above 0, not \\"soon\\" |
        | --format json          | --format is one of pretty, terse, not \\"json\\"       |
        | --color red            | --color is one of auto, always, never, not \\"red\\"   |
        | --unused-steps maybe   | --unused-steps is one of warn, fail, not \\"maybe\\"   |
        | --retry-errors some    | invalid digit found in string                          |
        | --seed soon            | a seed is a number, or `random`, not \\"soon\\"         |
        | --shard 2              | a shard is K/N with K from 1 to N, not \\"2\\"        |
        | --shard 0/2            | a shard is K/N with K from 1 to N, not \\"0/2\\"      |
        | --shard 3/2            | a shard is K/N with K from 1 to N, not \\"3/2\\"      |
        | --report               | missing argument for option '--report'                 |
        | --issue seven          | invalid digit found in string                          |
        | --tags 'a b'           | \\"a b\\" is not a tag expression                      |
        | --name '('             | regex parse error                                      |
        | @none.txt              | none.txt: No such file or directory                    |

    @tdd_issue @tdd_issue_1022
    Scenario Outline: What is wrong with <arguments> is told once, with the name of the option
      When I run the suite with "<arguments>"
      Then it ends with exit code 2
      And all that it says on standard error is "<complaint>"

      Examples:
        | arguments           | complaint                                                                 |
        | --issue x           | --issue: \\"x\\": invalid digit found in string                              |
        | --retry-errors -1   | --retry-errors: \\"-1\\": invalid digit found in string                      |
        | --shard 0/2         | --shard: a shard is K/N with K from 1 to N, not \\"0/2\\"                    |
        | --tags 'a b'        | --tags: \\"a b\\" is not a tag expression                            |
        | --jobs 0            | --jobs: the number of jobs is 1 or more, not \\"0\\"                         |
        | -j 0                | -j: the number of jobs is 1 or more, not \\"0\\"                             |
        | --seed soon         | --seed: a seed is a number, or `random`, not \\"soon\\"                      |
        | --timeout -1        | --timeout: a time-out is a number of seconds above 0, not \\"-1\\"           |
        | --name '('          | --name: regex parse error:\n    (\n    ^\nerror: unclosed group           |

    @tdd_issue @tdd_issue_1037
    Scenario: A folder without a name is no place for reports
      When I run the suite with "--report ''"
      Then it ends with exit code 2
      And it says "--report: the name of a folder is expected"

  Rule: Some arguments only tell

    Scenario: Help
      When I run the suite with "--help"
      Then it ends with exit code 0
      And it says "Usage: cargo test --test features -- [FILTERS] [OPTIONS]"

    Scenario: A dry run
      When I run the suite with "--dry-run"
      Then it ends with exit code 0
      And it says "1 scenarios, nothing to put right; nothing was run"

    Scenario: The catalogue of steps
      When I run the suite with "--steps"
      Then it ends with exit code 0
      And it says "1  When I add {int}"
      And it says "0  Then the count is {int}"

  Rule: A guard can stop everything

    Scenario: A set-up that fails
      Given a set-up guard that says "the program has no failpoints"
      When I run the suite
      Then it ends with exit code 3
      And it says "failed: the program has no failpoints"
      And "target/bdd/junit.xml" is not there
