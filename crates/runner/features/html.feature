Feature: Reading a run in a browser
  One page tells the whole run to someone who was not there. It needs no network and no server, finds
  what it is asked for, and shows a failure without being asked.

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

        Rule: Sums are right
          Scenario: Failed
            Given evidence "exit code 7"
            When it prints "a hint"
            Then the count is 1
          @slow
          Scenario Outline: Adding <number>
            When I add <number>
            Then the count is 3
            Examples:
              | number |
              | 3      |
              | 4      |
          Scenario: Error
            When a step unwraps nothing
          Scenario: Pending
            When a step is pending
          Scenario: Skipped
            When a step skips
      """

  @needs_browser
  Rule: The page tells the run at a glance

    @tdd_issue @tdd_issue_1034
    Scenario Outline: What fails outside of the scenarios is none of them: <name>
      Given a suite with hooks everywhere
      And a hook after the run that says "the database hangs"
      When I run the suite with "--name '<name>'"
      And I open the page
      Then it ends with exit code 1
      And its heading is "<heading>"

      Examples:
        | name             | heading                                                                   |
        | Passed           | The scenario is as expected, but 1 error happened outside of it           |
        | Passed\|Error    | 1 of 2 scenarios is not as expected, and 1 error happened outside of them |
        | Passed\|Expected | All 2 scenarios are as expected, but 1 error happened outside of them     |

    Scenario: A red run
      When I run the suite with "--seed 42"
      And I open the page
      Then it ends with exit code 1
      And its heading is "5 of 9 scenarios are not as expected"
      And it shows
        """
        in random order, --seed 42
        """
      And it shows
        """
        2 failed
        """
      And it shows the scenarios
        """
        ✓ Passed
        ≈ Expected expected failure #993
        ★ Fixed fixed #994
        ✗ Failed failed
        ✓ Adding 3
        ✗ Adding 4 failed
        ! Error error
        … Pending pending
        – Skipped skipped
        """

    Scenario: A green run
      When I run the suite with "--name Passed"
      And I open the page
      Then its heading is "The scenario is as expected"
      And it shows the scenarios
        """
        ✓ Passed
        """

    Scenario: Nothing is loaded
      When I run the suite with "--name Passed"
      And I open the page
      Then it has loaded nothing

  @needs_browser
  Rule: A failure is open

    Scenario: A failing scenario
      When I run the suite with "--name Failed"
      And I open the page
      Then it ends with exit code 1
      And it shows
        """
        Then the count is 1 (failed)
        """
      And it shows
        """
        the count
        actual: 0
        expected: 1
        at crates/runner/tests/features/fixture.rs:
        """
      And it shows
        """
        Evidence
        exit code 7
        Output
        a hint was printed
        """
      And it shows
        """
        cargo test --test features -- features/one.feature:16
        """

    Scenario: Its command can be copied
      When I run the suite with "--name Failed"
      And I open the page
      And I click on "Copy"
      Then it ends with exit code 1
      And it shows
        """
        Copied
        """

    Scenario: It can be closed and opened
      When I run the suite with "--name Failed"
      And I open the page
      And I click on the scenario "Failed"
      Then it ends with exit code 1
      And it does not show "Evidence"
      When I click on the scenario "Failed"
      Then it shows
        """
        Evidence
        """

    Scenario: A scenario that passed opens when it is asked to
      When I run the suite with "--name Passed"
      And I open the page
      Then it does not show "Given a count of 1"
      When I click on the scenario "Passed"
      Then it shows
        """
        features/one.feature:3
        """
      And it shows
        """
        Given a count of 1
        """

    Scenario: An error that was tried again
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Flaky
            When a step unwraps nothing
        """
      When I run the suite with "--retry-errors 1"
      And I open the page
      Then it ends with exit code 1
      And it shows
        """
        Attempt 1, which was repeated
        """

    Scenario: What belongs to it stands below the heading of its feature, or of its rule
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Outside of a rule
            Given evidence "exit code 7"
            When it prints "a hint"
            Then the count is 1
          Rule: Two
            Scenario: In a rule
              Given evidence "exit code 8"
              When it prints "a hint"
              Then the count is 1
        """
      When I run the suite with "--jobs 1"
      And I open the page
      Then it ends with exit code 1
      And it has the headings
        """
        1 2 of 2 scenarios are not as expected
        2 One
        3 Evidence
        3 Output
        3 Rule: Two
        4 Evidence
        4 Output
        """

  @needs_browser
  Rule: It shows what it is asked for

    Scenario: By verdict
      When I run the suite
      And I open the page
      And I show only "failed"
      And I show only "expected failure"
      Then it ends with exit code 1
      And it shows the scenarios
        """
        ≈ Expected expected failure #993
        ✗ Failed failed
        ✗ Adding 4 failed
        """
      And it shows
        """
        3 of 9 scenarios shown
        """
      When I show only "failed"
      Then it shows the scenarios
        """
        ≈ Expected expected failure #993
        """

    Scenario Outline: By words: <words>
      When I run the suite with "--jobs 1"
      And I open the page
      And I search for "<words>"
      Then it ends with exit code 1
      And it shows the scenarios
        """
        <found>
        """

      Examples: of its name, its tags, its steps, its message, what was kept of it
        | words           | found                            |
        | passed          | ✓ Passed                         |
        | @slow adding 4  | ✗ Adding 4 failed                |
        | unwraps         | ! Error error                    |
        | bug appears     | ★ Fixed fixed #994               |
        | EXIT code 7     | ✗ Failed failed                  |
        | a hint          | ✗ Failed failed                  |
        | issue_993       | ≈ Expected expected failure #993 |
        | one.feature:32  | – Skipped skipped                |

    Scenario: Nothing matches
      When I run the suite with "--name Passed"
      And I open the page
      And I search for "nowhere"
      Then it shows
        """
        No scenario matches.
        """

    Scenario: One that is linked to
      When I run the suite
      And I open the page at "features/one.feature:7"
      Then it ends with exit code 1
      And the scenario "Expected" has the focus
      And it shows
        """
        When an assertion fails (expected failure)
        """

    Scenario: From the keyboard
      When I run the suite
      And I open the page
      And I press "/"
      And I press "adding"
      Then it ends with exit code 1
      And it shows the scenarios
        """
        ✓ Adding 3
        ✗ Adding 4 failed
        """

    Scenario: The next one that is red
      When I run the suite
      And I open the page
      And I press "n"
      And I press "n"
      Then it ends with exit code 1
      And the scenario "Failed" has the focus

  @needs_browser
  Rule: A text is only ever a text

    Scenario: A name that would end the script
      Given the feature file "features/one"
        """
        Feature: <!-- <script>
          Scenario: </script><b>bold</b> &amp; <img src=x onerror="document.title='torn'">
            When I add 1
        """
      When I run the suite
      And I open the page
      Then its heading is "The scenario is as expected"
      And it has loaded nothing
      And it shows the scenarios
        """
        ✓ </script><b>bold</b> &amp; <img src=x onerror="document.title='torn'">
        """

  @needs_browser
  Rule: Many scenarios are shown as they are needed

    Scenario: More than are shown at once
      Given 300 scenarios that print their number
      When I run the suite with "features/many.feature"
      And I open the page
      Then it shows 250 scenarios
      When I click on "Show 50 more scenarios"
      Then it shows 300 scenarios

    Scenario: One far down that is linked to
      Given 600 scenarios that print their number
      When I run the suite with "features/many.feature"
      And I open the page at "features/many.feature:1200"
      Then the scenario "s600" has the focus

  @needs_browser @needs_official_tools
  Rule: Everybody can read it

    Scenario: Contrast, names and landmarks
      When I run the suite
      And I open the page
      Then it ends with exit code 1
      And axe finds nothing wrong with it, in the light and in the dark
