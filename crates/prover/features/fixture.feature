Feature: The copy is like what it was made from
  A program is proved on a copy of the files. Where that differs from them, the program may do otherwise than at home.

  Background:
    Given the file "settings"
      """
      old = 1
      """
    And the file "all/settings"
      """
      old = 1
      """

  Rule: What was modified long ago is so in each run

    @tdd_issue @tdd_issue_1143
    Scenario Outline: the time of <what>, though the command touches it
      Given the script "touched"
        """
        touch -d @981173106 settings all/settings all && exec "$@"
        """
      When I run "untorn prove <options> --protect settings -- sh -c '(test -e mark || test $(stat -c %Y <file>) = 981173106) && echo > mark && touch <file> && echo new > .new && mv .new settings'" by "./touched"
      Then it exits with 0

      Examples:
        | what                       | options       | file     |
        | a protected file           |               | settings |
        | a file of a fixture        | --fixture all | settings |
        | the directory of a fixture | --fixture all | .        |

  Rule: That a file of several names is copied as several files is told

    @tdd_issue @tdd_issue_1144
    Scenario Outline: <what>
      Given the script "linked"
        """
        ln settings other && ln all/settings all/other && exec "$@"
        """
      When I run "untorn prove <options> --protect settings -- sh -c 'echo new > .new && mv .new settings'" by "./linked"
      Then it exits with 0
      And it says "warning: <files> several names (hard links), and each copy has one"

      Examples:
        | what               | options       | files                 |
        | a protected file   |               | settings has          |
        | files of a fixture | --fixture all | other and 1 more have |
