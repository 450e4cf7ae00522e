Feature: Faults in the process of the tests
  A library that has failpoints of the `fail` crate is struck in the process of its tests. There is one
  registry of failpoints for all of it, so a fault has to be kept away from every other scenario.

  Rule: A fault strikes when it is told to

    Scenario Outline: An I/O error <when> time
      Given the scenario
        """
        @serial @inprocess
        Scenario: One
          Given an I/O error strikes <when> time at "library::write"
          When the library writes 4 times
          Then it said "<said>"
        """
      When I run the suite
      Then it ends with exit code 0

      Examples:
        | when            | said            |
        | every           | EIO EIO EIO EIO |
        | the 1st         | EIO ok ok ok    |
        | the 3rd         | ok ok EIO ok    |
        | from the 3rd on | ok ok EIO EIO   |

  Rule: A fault that never struck is an error

    Scenario Outline: <what>
      Given the scenario
        """
        @serial @inprocess
        Scenario: One
          Given an I/O error strikes <when> time at "library::write"
          When the library writes 2 times
        """
      When I run the suite
      Then it ends with exit code <code>
      And it says "<words>"

      Examples:
        | what                              | when            | code | words                                                     |
        | it strikes at the last time       | the 2nd         | 0    | 1 passed                                                  |
        | it would strike later             | the 3rd         | 1    | armed in this process, but never struck: library::write   |
        | it would strike from later on     | from the 3rd on | 1    | armed in this process, but never struck: library::write   |

    Scenario: In a scenario that is left out, nothing has to strike
      Given the scenario
        """
        @serial @inprocess
        Scenario: One
          Given an I/O error strikes every time at "library::write"
          When a step skips
        """
      When I run the suite
      Then it ends with exit code 0
      And the last line is "0 passed, 0 failed, 1 skipped"

    @tdd_issue @tdd_issue_1002
    Scenario: For a child process that never runs into it
      Given the scenario
        """
        Scenario: One
          Given an I/O error strikes the 2nd time at "library::write" in a child process
          And no space left strikes every time at "library::sync" in a child process
          When a child process writes
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "armed for a child process, but never struck: library::sync\n"

  Rule: What cannot strike is refused

    Scenario Outline: <what> is refused
      Given the scenario
        """
        <tags>
        Scenario: One
          Given <fault> strikes every time at "<first>"
          And an I/O error strikes every time at "<second>"
          When the library writes 1 times
        """
      When I run the suite
      Then it ends with exit code <code>
      And it says "<words>"

      Examples:
        | what                        | tags                | fault        | first          | second         | code | words                                                                       |
        | a scenario beside others    | @quick              | an I/O error | library::write | library::sync  | 1    | a fault in this process needs @serial                                       |
        | a tag without the other     | @inprocess          | an I/O error | library::write | library::sync  | 3    | @inprocess: @inprocess needs @serial, for failpoints in the process are     |
        | a misspelt point            | @serial @inprocess  | an I/O error | library::wirte | library::sync  | 1    | there is no failpoint \\"library::wirte\\"; did you mean \\"library::write\\"? |
        | a point that is armed twice | @serial @inprocess  | an I/O error | library::write | library::write | 1    | the failpoint \\"library::write\\" is armed already                           |

    Scenario: An action that leaves no trace
      Given the scenario
        """
        @serial @inprocess
        Scenario: One
          Given the action "sleep(1)" at "library::write"
          When the library writes 1 times
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "the action of a fault in this process is a return(…), not \"sleep(1)\""

    Scenario: An action that is none
      Given the scenario
        """
        @serial @inprocess
        Scenario: One
          Given the action "return(EIO" at "library::write"
          When the library writes 1 times
        """
      When I run the suite
      Then it ends with exit code 1

    Scenario: A thread that comes back late does not take the fault of another scenario away
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Late
            When a step blocks for 1000 ms
          @serial @inprocess
          Scenario: Struck
            Given an I/O error strikes every time at "library::write"
            When a step blocks for 350 ms
            And a step blocks for 350 ms
            When the library writes 1 times
            Then it said "EIO"
        """
      When I run the suite with "--jobs 1 --timeout 0.8"
      Then it ends with exit code 1
      And the last line is "1 passed, 1 failed"

  Rule: A fault never outlives its scenario

    Scenario Outline: After <how>
      Given the feature file "features/one"
        """
        Feature: One
          @serial @inprocess
          Scenario: First
            Given an I/O error strikes every time at "library::write"
            When the library writes 1 times
            And <step>

          Scenario: Second
            When the library writes 2 times
            Then it said "ok ok"
        """
      When I run the suite with "--jobs 1 --timeout 0.2"
      Then it ends with exit code <code>
      And the last line is "<numbers>"

      Examples:
        | how                  | step                         | code | numbers            |
        | an end               | I add 1                      | 0    | 2 passed, 0 failed |
        | a failed assertion   | an assertion fails           | 1    | 1 passed, 1 failed |
        | a panic              | a step unwraps nothing       | 1    | 1 passed, 1 failed |
        | a time-out           | a step waits for ever        | 1    | 1 passed, 1 failed |
        | a step that blocks   | a step blocks for 5000 ms    | 1    | 1 passed, 1 failed |
