Feature: A proof that is written as a feature
  `untorn prove --feature F` writes what it has found as a feature that runs. It passes as long as the program does
  what it did, findings included, so a finding that is fixed is noticed as well as one that is new.

  Background:
    Given the directory "features"
    And the directory "home"
    And the file "home/settings"
      """
      old = 1
      """
    And the script "change"
      """
      echo new = 1 > settings
      """

  Rule: The feature passes while the command does the same

    Scenario Outline: a command that is torn, under <runner>
      When I run "untorn prove --fixture home --protect settings --feature features/found.feature -- ./change"
      Then it exits with 1
      And the file "features/found.feature" contains "Rule: A fault can leave the files torn"
      When the features are run by <runner>
      Then it exits with 0
      And it says "<passed>"

      Examples:
        | runner        | passed                |
        | untorn-runner | 0 failed, 0 errors    |
        | cucumber-rs   | scenarios             |

    Scenario: a fixture of all kinds, a reader and a command of several lines
      Given the directory "home/empty"
      And the script "home/run"
        """

        	echo "<$1> | \" $VALUE" > .new
        printf '\r\n\001 ' >> .new
          mv .new settings
        """
      And the file "home/no line break" of 5 bytes
      And the file "home/tabs"
        """
        <a>	\ |

        # b
        """
      When I run:
        """
        untorn prove --fixture home --protect settings --protect tabs --env 'VALUE="<a> b' --plain --timeout 50s
          --shard 1/4 --reader 'cat settings tabs' --feature features/found.feature -- sh -c './run "$1" &&
            true' sh 'a `b` | <c>'
        """
      Then it exits with 1
      And the file "features/found.feature" contains 'And in it "run" has the mode 7'
      And the file "features/found.feature" contains "containing, with escapes:"
      When the features are run by untorn-runner
      Then it exits with 0
      And it says "0 failed, 0 errors"

    Scenario: the same text each time
      When I run "untorn prove --fixture home --protect settings --feature features/found.feature -- ./change"
      And I run "untorn prove --jobs 1 --fixture home --protect settings --feature again.feature -- ./change"
      Then the file "again.feature" is the same as "features/found.feature"

    Scenario: a call that does not come up again
      When I run:
        """
        untorn prove --jobs 99 --fixture home --protect settings --feature features/found.feature -- sh -c '
          read -r line < /proc/$PPID/stat; set -- ${line##*) }; test $9 = 0 || echo more > .more
          echo new > settings'
        """
      Then it exits with 1
      And the file "features/found.feature" contains "# The call did not come up again, which says nothing: fault:write({tmp1})#1:EIO:once"
      When the features are run by untorn-runner
      Then it exits with 0

    Scenario: a command that cannot be judged
      When I run "untorn prove --fixture home --protect settings --feature features/found.feature -- true"
      Then it exits with 3
      And the file "features/found.feature" contains "# the command does not change the protected files"
      When the features are run by untorn-runner
      Then it exits with 0

    Scenario: a budget that is spent at once
      When I run "untorn prove --budget 0s --fixture home --protect settings --feature features/found.feature -- ./change"
      Then it exits with 3
      And the file "features/found.feature" contains "more faults were not tried"
      When the features are run by untorn-runner
      Then it exits with 0

    Scenario: a shard
      When I run "untorn prove --shard 1/9 --fixture home --protect settings --feature features/found.feature -- ./change"
      Then the file "features/found.feature" contains "# Only shard 1/9 was tried."
      When the features are run by untorn-runner
      Then it exits with 0

    Scenario: a fixture that is too large to be told is named
      Given the directory "home/cache"
      And the file "home/cache/large" of 20000 bytes
      When I run "untorn prove --fixture home --protect settings --feature features/found.feature -- ./change"
      Then the file "features/found.feature" contains 'Given a home directory like "home"'
      When the features are run by untorn-runner
      Then it exits with 0

  Rule: It fails when the command does something else

    Scenario: a finding is fixed
      When I run "untorn prove --fixture home --protect settings --feature features/found.feature -- ./change"
      And the script "change" becomes
        """
        echo new = 1 > .new && mv .new settings
        """
      And the features are run by untorn-runner
      Then it exits with 1
      And it says "this command has no case fault:write(settings)#1:EIO:once"

    Scenario: a call is added
      When I run "untorn prove --fixture home --protect settings --feature features/found.feature -- ./change"
      And the script "change" becomes
        """
        echo new = 1 > settings
        cat settings
        """
      And the features are run by untorn-runner
      Then it exits with 1
      And it says "faults, not "

    Scenario: the exit code changes
      When I run "untorn prove --fixture home --protect settings --feature features/found.feature -- ./change"
      And the script "change" becomes
        """
        echo new = 1 > settings || exit 9
        """
      And the features are run by untorn-runner
      Then it exits with 1
      And it says "it does not end with "

    Scenario: an expectation is edited
      When I run "untorn prove --fixture home --protect settings --feature features/found.feature -- ./change"
      And the file "features/found.feature" has "is ZEROS" in place of "is EMPTY"
      And the features are run by untorn-runner
      Then it exits with 1
      And it says "settings is not ZEROS"
      And it says "untorn replay "

  Rule: What a feature cannot hold is refused

    Scenario: a file that is too large, and in no directory that was named
      Given the file "settings" of 20000 bytes
      When I run "untorn prove --protect settings --feature features/found.feature -- ./change"
      Then it exits with 1
      And it says "a feature cannot hold these files of 20000 bytes"

    Scenario: a shard in which nothing was tried
      When I run "untorn prove --budget 0s --shard 1/2 --fixture home --protect settings --feature features/found.feature -- ./change"
      Then it exits with 3
      And it says "nothing was tried, so a feature would hold nothing"

    Scenario: a place that is not there
      When I run "untorn prove --fixture home --protect settings --feature nowhere/found.feature -- ./change"
      Then it exits with 1
      And it says "cannot write the report nowhere/found.feature"
