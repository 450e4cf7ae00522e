Feature: Choosing scenarios
  Any single scenario is one command away, in the words of cargo, of editors and of Gherkin's users.

  Background:
    Given the feature file "features/sums"
      """
      @sum
      Feature: Sums
        Scenario: Small numbers
          When I add 1

        @slow @tdd_issue @tdd_issue_7
        Scenario: Large numbers
          When I add 1000

        Scenario Outline: Number <n>
          When I add <n>

          Examples:
            | n |
            | 1 |

            | 2 |
      """
    And the feature file "features/more/sums"
      """
      Feature: More sums
        @slow
        Scenario: Huge numbers
          When I add 1000000
      """

  Rule: A list tells every scenario by its id, in the order of files and lines

    Scenario: A list for people
      When I run the suite with "--list"
      Then it lists
        """
        more::sums::3:Huge numbers: test
        sums::3:Small numbers: test
        sums::7:Large numbers: test
        sums::15:Number 1: test
        sums::17:Number 2: test

        5 tests, 0 benchmarks
        """

    Scenario: A list for nextest
      When I run the suite with "--list --format terse Large"
      Then it lists
        """
        sums::7:Large numbers: test
        """

    Scenario: Nothing is ever ignored
      When I run the suite with "--list --format terse --ignored"
      Then it says nothing of "test"

  Rule: Every filter narrows the others

    Scenario Outline: <arguments>
      When I run the suite with "--list --format=terse <arguments>"
      Then it lists
        """
        <chosen>
        """

      Examples: a part of an id, or a whole one
        | arguments                                 | chosen                                                     |
        | Small                                     | sums::3:Small numbers: test                                |
        | Small Huge                                | more::sums::3:Huge numbers: test\nsums::3:Small numbers: test |
        | more:: --skip Small                       | more::sums::3:Huge numbers: test                           |
        | --skip numbers                            | sums::15:Number 1: test\nsums::17:Number 2: test           |
        | --exact 'sums::3:Small numbers'           | sums::3:Small numbers: test                                |
        | --exact 'sums::3:Small numbers' --nocapture | sums::3:Small numbers: test                              |

      Examples: a file, or a line in it
        | arguments                                 | chosen                                                     |
        | features/more/sums.feature                | more::sums::3:Huge numbers: test                           |
        | ./features/more/sums.feature:3            | more::sums::3:Huge numbers: test                           |
        | features/sums.feature:7                   | sums::7:Large numbers: test                                |
        | features/sums.feature:8                   | sums::7:Large numbers: test                                |
        | features/sums.feature:17                  | sums::17:Number 2: test                                    |
        | features/sums.feature:10                  | sums::15:Number 1: test\nsums::17:Number 2: test           |
        | features/sums.feature:3 more/sums.feature | more::sums::3:Huge numbers: test\nsums::3:Small numbers: test |

      Examples: tags, with or without their sign
        | arguments                                 | chosen                                                     |
        | --tags slow                               | more::sums::3:Huge numbers: test\nsums::7:Large numbers: test |
        | --tags '@slow and @sum'                   | sums::7:Large numbers: test                                |
        | --tags 'sum and not (slow or fast)' Small | sums::3:Small numbers: test                                |
        | --tags slow --tags sum                    | sums::7:Large numbers: test                                |
        | --issue 7                                 | sums::7:Large numbers: test                                |

      Examples: a name
        | arguments                                 | chosen                                                     |
        | --name '^Number [12]$'                    | sums::15:Number 1: test\nsums::17:Number 2: test           |
        | --name numbers --tags slow more           | more::sums::3:Huge numbers: test                           |

    Scenario: An id that ends like a file
      Given the feature file "features/files"
        """
        Feature: Files
          Scenario: Reading a.feature:3
            When I add 1
        """
      When I run the suite with "--exact 'files::2:Reading a.feature:3'"
      Then it ends with exit code 0
      And the last line is "1 passed, 0 failed"

    Scenario Outline: An id that begins like <what>
      Given the feature file "features/<file>"
        """
        Feature: Odd
          Scenario: Odd
            When I add 1
        """
      When I run the suite with "--exact <file>::2:Odd --nocapture"
      Then it ends with exit code 0
      And the last line is "1 passed, 0 failed"

      Examples:
        | what         | file   |
        | a rerun file | @odd   |
        | an option    | -x     |
        | a long one   | --list |

    Scenario Outline: A value that looks like an id is that of its option, <arguments>
      When I run the suite with "--list --format terse Small <arguments>"
      Then it lists
        """
        sums::3:Small numbers: test
        """

      Examples:
        | arguments                       |
        | --skip=sums::7:Large            |
        | --skip sums::7:Large            |

    Scenario: A file whose name looks like the beginning of an id
      Given the feature file "features/x::y"
        """
        Feature: Odd
          Scenario: Odd
            When I add 1
        """
      When I run the suite with "features/x::y.feature:2"
      Then it ends with exit code 0
      And the last line is "1 passed, 0 failed"

    Scenario: Only what is chosen runs
      When I run the suite with "features/sums.feature:7"
      Then it ends with exit code 0
      And the last line is "1 passed, 0 failed"

  Rule: A place may be a folder, a file, a rule or a scenario

    Scenario Outline: <place>
      Given the feature file "features/deep/rules"
        """
        Feature: Rules
          Scenario: Outside
            When I add 1

          Rule: One
            Scenario: Inside
              When I add 1
            Scenario: Inside, too
              When I add 1
        """
      When I run the suite with "<place>"
      Then it ends with exit code 0
      And the last line is "<count> passed, 0 failed"

      Examples:
        | place                                  | count |
        | features/deep/                         | 3     |
        | ./features/more/                       | 1     |
        | features/deep/ features/more/          | 4     |
        | features/                              | 8     |
        | features/deep/rules.feature            | 3     |
        | features/deep/rules.feature:1          | 3     |
        | features/deep/rules.feature:5          | 2     |
        | features/deep/rules.feature:7          | 1     |

    Scenario: A whole path is no part of another
      Given the feature file "features/features/sums"
        """
        Feature: Sums below
          Scenario: Sums below
            When I add 1
        """
      When I run the suite with "features/sums.feature:3 --list --format terse"
      Then it lists
        """
        sums::3:Small numbers: test
        """

    Scenario: A path that begins above the project
      Given the feature file "features/features/sums"
        """
        Feature: Sums below
          Scenario: Sums below
            When I add 1
        """
      When I run the suite with "/elsewhere/features/features/sums.feature --list --format terse"
      Then it lists
        """
        features::sums::2:Sums below: test
        """

  Rule: Every line of a scenario stands for it

    Background:
      Given the feature file "features/deep/long"
        """
        Feature: Long
          Scenario: Plain
            Then the values are
              | 1 |
              | 2 |

          # a comment
          @tag
          Scenario Outline: Row <n>
            Then the text is
              ```
              <n>
              ```

            @some
            Examples: some
              how

              | n |
              | 1 |
              | 2 |

            Examples: others
              | n |
              | 3 |
        """

    Scenario Outline: Line <line>, <what>
      When I run the suite with "deep/long.feature:<line> --list --format terse"
      Then it lists
        """
        <chosen>
        """

      Examples:
        | line | what                      | chosen                                                                               |
        | 5    | the last row of a table   | deep::long::2:Plain: test                                                            |
        | 12   | in a text                 | deep::long::20:Row 1: test\ndeep::long::21:Row 2: test\ndeep::long::25:Row 3: test |
        | 13   | the end of a text         | deep::long::20:Row 1: test\ndeep::long::21:Row 2: test\ndeep::long::25:Row 3: test |
        | 16   | the keyword of examples   | deep::long::20:Row 1: test\ndeep::long::21:Row 2: test                              |
        | 17   | what examples are about   | deep::long::20:Row 1: test\ndeep::long::21:Row 2: test                              |
        | 19   | the header                | deep::long::20:Row 1: test\ndeep::long::21:Row 2: test                              |
        | 21   | a row                     | deep::long::21:Row 2: test                                                           |
        | 23   | the next examples         | deep::long::25:Row 3: test                                                           |

    Scenario Outline: Line <line> is between two of them
      When I run the suite with "deep/long.feature:<line>"
      Then it ends with exit code 4

      Examples:
        | line |
        | 6    |
        | 7    |
        | 14   |
        | 22   |
        | 26   |

  Rule: Shards part a run, so that together they are all of it

    Scenario Outline: Shard <shard>
      Given 5 scenarios that print their number
      When I run the suite with "features/many.feature --jobs 1 --shard <shard>"
      Then it ends with exit code 0
      And it prints exactly "<numbers>"

      Examples: of one, of two, of three
        | shard | numbers   |
        | 1/1   | 1 2 3 4 5 |
        | 1/2   | 1 3 5     |
        | 2/2   | 2 4       |
        | 1/3   | 1 4       |
        | 2/3   | 2 5       |
        | 3/3   | 3         |

    Scenario: A shard is taken of what the filters let through
      Given 5 scenarios that print their number
      When I run the suite with "--list --format terse features/many.feature --name [345] --shard 2/2"
      Then it lists
        """
        many::8:s4: test
        """

    Scenario: A shard for which nothing is left
      Given 2 scenarios that print their number
      When I run the suite with "features/many.feature --shard 3/3"
      Then it ends with exit code 4
      And it says "no scenario is left for shard 3/3"

  Rule: A filter that matches nothing is red

    Scenario Outline: <arguments> matches nothing
      When I run the suite with "<arguments>"
      Then it ends with exit code 4
      And it says "no scenario matches <what>"
      And the last line is "0 passed, 0 failed"

      Examples:
        | arguments                        | what                                              |
        | Tiny                             | \\"Tiny\\"                                        |
        | Small Tiny                       | \\"Tiny\\"                                        |
        | --exact Small                    | \\"Small\\"                                       |
        | features/none.feature            | features/none.feature                             |
        | features/sums.feature:99         | features/sums.feature:99                          |
        | features/none/                   | features/none/                                    |
        | --tags fast                      | --tags \\"fast\\"                                 |
        | --name ^numbers                  | --name \\"^numbers\\"                             |
        | --issue 8                        | --issue 8                                         |
        | Small --tags slow                | all filters together                              |
        | --skip s                         | all filters together                              |
        | --ignored                        | --ignored, for none is ever ignored               |

    Scenario: Under --list it is only an empty list
      When I run the suite with "--list Tiny"
      Then it lists
        """

        0 tests, 0 benchmarks
        """

  Rule: What was red is one argument away

    Scenario: A rerun file
      Given the feature file "features/red"
        """
        Feature: Red
          Scenario: One
            Then an assertion fails
          Scenario Outline: Row <n>
            Then the count is <n>
            Examples:
              | n |
              | 0 |
              | 1 |
        """
      When I run the suite
      Then it ends with exit code 1
      And "target/bdd/rerun.txt" is exactly
        """
        features/red.feature:2
        features/red.feature:9
        """
      When I run the suite with "@target/bdd/rerun.txt --list --format terse"
      Then it lists
        """
        red::2:One: test
        red::9:Row 1: test
        """

    @tdd_issue @tdd_issue_1007
    Scenario: A rerun file that names more than is begun
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: One
            When an assertion fails
          Scenario: Two
            When an assertion fails
          Scenario: Three
            When I add 1
        """
      When I run the suite with "--jobs 1 features/one.feature"
      And I run the suite with "--jobs 1 --fail-fast @target/bdd/rerun.txt"
      Then it ends with exit code 1
      And "target/bdd/rerun.txt" is exactly
        """
        features/one.feature:2
        features/one.feature:4
        """

    Scenario: A rerun file of a green run
      When I run the suite
      Then it ends with exit code 0
      And "target/bdd/rerun.txt" is empty
      When I run the suite with "@target/bdd/rerun.txt"
      Then it ends with exit code 4
      And it says "the rerun file is empty, nothing failed last time"

    Scenario: A line of a rerun file is always a place
      Given the feature file "features/x::y"
        """
        Feature: Red
          Scenario: One
            When an assertion fails
        """
      When I run the suite with "x::y"
      Then it ends with exit code 1
      When I run the suite with "@target/bdd/rerun.txt --list --format terse"
      Then it lists
        """
        x::y::2:One: test
        """

    Scenario: A rerun file that is none
      Given the file "notes.txt"
        """
        features/sums.feature:3
        and so on
        """
      When I run the suite with "@notes.txt"
      Then it ends with exit code 2
      And it says "notes.txt: \"and so on\" is not a FILE.feature:LINE"
