Feature: Leaving scenarios out
  What cannot run on this machine is left out, but never in silence.

  Rule: A requirement is looked into once, before the first scenario, and only where it matters

    Scenario: A requirement that is not met
      Given the feature file "features/one"
        """
        Feature: One
          @needs_luck
          Scenario: Lucky
            When a step unwraps nothing
          @needs_luck
          Scenario: Lucky again
            When a step unwraps nothing
          Scenario: Plain
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "SKIPPED 2: @needs_luck: no luck today"
      And it says "3 scenarios: 1 passed, 0 expected failures, 0 failed, 0 errors, 2 skipped"
      And the last line is "1 passed, 0 failed, 2 skipped"
      And "probes" is exactly
        """
        probed
        """

    Scenario: A requirement that is declared with the sign of tags
      Given the scenario
        """
        @needs_water
        Scenario: Swimming
          When I add 1
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "SKIPPED 1: @needs_water: it is dry"

    Scenario Outline: A requirement that is declared as <tag>
      Given the scenario
        """
        @luck
        Scenario: Lucky
          When I add 1
        """
      And a suite that requires "<tag>"
      When I run the suite
      Then it ends with exit code 3
      And it says "Suite::requires: @<told> does not begin with @needs_"

      Examples:
        | tag   | told |
        | luck  | luck |
        | @luck | luck |
        | need_luck | need_luck |

    Scenario: A requirement that is met
      Given the scenario
        """
        @needs_air
        Scenario: Breathing
          When I add 1
        """
      When I run the suite
      Then it ends with exit code 0
      And the last line is "1 passed, 0 failed"

    Scenario: A requirement of a scenario that was not chosen
      Given the feature file "features/one"
        """
        Feature: One
          @needs_luck
          Scenario: Lucky
            When I add 1
          Scenario: Plain
            When I add 1
        """
      When I run the suite with "Plain"
      Then it ends with exit code 0
      And "probes" is not there

    Scenario: A requirement that cannot be looked into
      Given the scenario
        """
        @needs_answers
        Scenario: Asking
          When I add 1
        """
      When I run the suite
      Then it ends with exit code 3
      And it says "the set-up panicked: a panic whose payload is not a text"

  Rule: A step can leave its scenario out

    Scenario: A step that skips
      Given the scenario
        """
        Scenario: Working
          When a step skips
          Then an assertion fails
        """
      When I run the suite
      Then it ends with exit code 0
      And it says "SKIPPED 1: not on Mondays"
      And the last line is "0 passed, 0 failed, 1 skipped"

    Scenario: What a skipped scenario left undone is no complaint
      Given the scenario
        """
        Scenario: Working
          Given a complaint "the fault never struck"
          When a step skips
        """
      When I run the suite
      Then it ends with exit code 0
      And the last line is "0 passed, 0 failed, 1 skipped"
