Feature: Proving a command in the words of a feature
  A feature that promises that a file is changed whole or not at all can prove it: `untorn::steps!` takes these
  steps into any World of cucumber-rs. This very suite has them by that macro.

  Background:
    Given a home directory with "settings" containing:
      """
      old = 1
      old = 2
      """
    And the protected file "settings"

  Rule: Every fault of a command can be tried

    Scenario: a command that moves a finished file into place
      When I prove `sh -c 'echo new > .new && mv .new settings'`
      Then every outcome is all-or-nothing
      And the exit code tells the truth
      And a clean re-run succeeds
      And the answer is "ALL OR NOTHING"

    Scenario: a command that is torn, recorded as it was found
      When I prove `sh -c 'echo new > settings'`
      Then the answer is "NOT SAFE"
      And it is "TORN" at `fault:write(settings)#1:ENOSPC:once`
      And it is "OK" at `kill:write(settings)#1:after`

    Scenario: a reader decides what is the same
      Given the state is read with `head -n 1 settings`
      When I prove `sh -c 'echo new > .new && mv .new settings && echo more >> settings'`
      Then every outcome is all-or-nothing

    Scenario: what cannot be judged
      When I prove `true`
      Then the answer is "INCONCLUSIVE"

  Rule: One fault can be told in words

    Scenario Outline: torn when <fault>
      Given the command `sh -c 'echo new > settings; echo more >> settings'`
      When <fault>
      Then the verdict is "TORN"
      And "settings" is <tear>

      Examples:
        | fault                                                             | tear      |
        | the 1st write to "settings" fails with "ENOSPC" from then on      | EMPTY     |
        | the 2nd write to "settings" fails with "EIO"                      | TRUNCATED |
        | the 2nd open of "settings" fails with "EACCES" from then on       | TRUNCATED |
        | the process is killed before the 1st write to "settings"          | EMPTY     |
        | the process is killed before the 2nd write                        | TRUNCATED |
        | the disk has room for only half of the 1st write to "settings"    | TRUNCATED |
        | the case `fault:write(settings)#1:ENOSPC:persist` is run          | EMPTY     |

    Scenario Outline: made good when <fault>
      Given the command `sh -c 'echo new > settings; echo more >> settings'`
      When <fault>
      Then the file is fully new
      And it ends with "exit 0"

      Examples:
        | fault                                                         |
        | the 1st write to "settings" fails with "EINTR"                |
        | only half of the 2nd write to "settings" is written           |
        | only 1 byte of the 2nd write is written                       |
        | only all but 1 byte of the 2nd write to "settings" is written |

    Scenario: a kill in between
      Given the command `sh -c 'echo new > .new && mv .new settings'`
      When the process is killed before the rename onto "settings"
      Then the file is fully old
      And every outcome is all-or-nothing
      And it ends with "killed"
      And a clean re-run succeeds
      And no temporary file is left

    Scenario: a kill at the end
      Given the command `sh -c 'echo new > .new && mv .new settings'`
      When the process is killed after its last call
      Then the file is fully new
      And the exit code tells the truth

    Scenario: a disk that is full
      Given the command `sh -c 'echo new > .new && mv .new settings'`
      When the disk has room for only half of the write
      Then the file is fully old
      And the verdict is "LITTER"
      And a temporary file is left

    Scenario: a lock that stays
      Given the command `sh -c 'set -C; echo new > .lock && mv .lock settings'`
      When the write to ".lock" fails with "ENOSPC"
      Then the verdict is "STUCK"
      And a clean re-run fails
      And the file is fully old

    Scenario: a command that does not end
      Given the command `sh -c 'echo new > .new; mv .new settings || exec sleep 60'`
      And the command may take 2000 ms
      When the rename onto "settings" fails with "EACCES"
      Then it does not end
      And the file is fully old

    Scenario: several files are one unit
      Given in it "other" containing:
        """
        old = 1
        """
      And the protected files "settings", "other"
      And the command:
        """
        sh -c 'echo new > .1 && echo new > .2 &&
          mv .1 settings && mv .2 other'
        """
      When the process is killed before the rename onto "other"
      Then the verdict is "TORN"
      And "settings" is MIXED

  Rule: The home directory can be told in words

    Scenario: all that can stand in it
      Given an empty home directory
      And in it "bin/set" containing:
        """
        printf "%s$VALUE" "$(cat "$1")" > .new
        mv .new settings
        """
      And in it "bin/set" has the mode 600
      And in it "settings" containing, with escapes:
        """
        \x20old\xff\n
        """
      And in it the directory "empty"
      And in it the link "link" to "settings"
      And the command has "VALUE=!" in its environment
      And the command may take 30000 ms
      And the command runs without name spaces
      And the command `sh -ec 'test -d empty && test "$(stat -c %a bin/set) $(stat -c %s link)" = "600 8" && sh bin/set link'`
      When the process is killed after its last call
      Then the file is fully new

    Scenario: a copy of a directory
      Given a home directory like "tests/corpus/fixture"
      And the protected file "config.toml"
      When I prove `sh -c 'grep -v "^#" config.toml > .new && mv .new config.toml'`
      Then every outcome is all-or-nothing

  Rule: The documentation lists each sentence, and no other

    Scenario: the list
      Then the documentation lists the steps that there are

    Scenario: the example of the README
      Given the directory "features"
      And the feature of the README as "features/settings.feature"
      When the features are run by cucumber-rs
      Then it exits with 0
      And it says "2 scenarios (2 passed)"
