Feature: What is left beside
  A program may leave files whose names it makes up: a log of each run, a temporary file after a failure.
  Only what undisturbed runs do not leave as well is litter.

  Background:
    Given the file "settings"
      """
      old = 1
      """

  Rule: What each undisturbed run leaves is no litter

    Scenario: a log of its own for each run
      When I run "untorn prove --json report.json --protect settings -- sh -c 'echo begun > log.$$; echo new > .new && mv .new settings'"
      Then it exits with 0
      And nothing but ".new" is ever left beside

    Scenario: a temporary file of a made-up name
      When I run "untorn prove --json report.json --protect settings -- sh -c 'echo new > .new.$$ && mv .new.$$ settings'"
      Then it exits with 0
      And the case "fault:rename({tmp1}>settings)#2:EIO:once" leaves "{tmp1}" beside

  Rule: What is left among the temporary files is told, too

    @tdd_issue @tdd_issue_1142
    Scenario: a temporary file that cannot be removed
      When I run "untorn prove --json report.json --protect settings -- sh -c 'echo new > $TMPDIR/new && cat $TMPDIR/new > .new && mv .new settings && rm $TMPDIR/new'"
      Then it exits with 0
      And the case "fault:unlink($TMPDIR/new)#1:EIO:once" leaves "$TMPDIR/new" beside

    Scenario: a temporary file that stays after each undisturbed run
      When I run "untorn prove --json report.json --protect settings -- sh -c 'echo new > $TMPDIR/new.$$ && cat $TMPDIR/new.$$ > .new && mv .new settings'"
      Then nothing but ".new" is ever left beside

  Rule: A clean run is not done twice for the same files

    Scenario: files that differ in made-up names only
      When I run "untorn prove --json report.json --protect settings -- sh -c 'echo begun > log.$$; echo new > .new && mv .new settings'"
      Then fewer than half of the faults needed a clean run

    Scenario: what is left decides what the next run does
      When I run "untorn prove --jobs 1 --json report.json --protect settings -- sh -c 'for it in .new.*; do test ! -e $it || exec mv $it settings; done; echo new > .new.$$; mv .new.$$ settings'"
      Then it exits with 1
      And the case "kill:write({tmp1})#1:before" is "STUCK"
      And the case "kill:rename({tmp1}>settings)#2:before" is "OK"

    @tdd_issue @tdd_issue_1105
    Scenario: a lock that is left among temporary files
      When I run "untorn prove --jobs 1 --protect settings -- sh -c 'mkdir $TMPDIR/lock && rm -f settings && rmdir $TMPDIR/lock'"
      Then it exits with 1
      And it says "STUCK"

  Rule: A clean run has to end as an undisturbed one does

    @tdd_issue @tdd_issue_1116
    Scenario: a mark that is left once the file is new, and stops all later runs
      Given the program "trusting"
      When I run "untorn prove --protect settings -- PROGRAM mark"
      Then it exits with 1
      And it says "STUCK"
      And it says "a clean run exit 1; new, but an undisturbed run ends otherwise"

    Scenario: a command that cannot be run twice in any case
      When I run "untorn prove --protect settings -- sh -c 'test ! -e done && echo new > .new && mv .new settings && echo > done'"
      Then it says "a second run on top of the first ends with exit 1"
      And it exits with 0

  Rule: A large fixture costs no more than a small one, and is put back all the same

    Scenario: a command that moves a directory of many files
      Given 500 files below "all/many"
      And the directory "all/other"
      When I run "untorn prove --json report.json --shard 1/4 --fixture all --protect many/1 -- sh -c 'test ! -e other/many || mv other/many .; echo new > many/.1 && mv many/.1 many/1 && mv many other/ && rm other/many/2 && chmod 700 other/many && mv other/many .'"
      Then nothing is doubtful
      And the case "kill:open(many/.1)#1:before" is "OK"
