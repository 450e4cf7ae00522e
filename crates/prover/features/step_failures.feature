Feature: Steps that do not pass
  Green means that it was tried and is so. Whatever else there is, is red, in both runners; and only what was tried
  and is not so is a failure to untorn-runner, so that a torn file can be an expected one.

  Rule: What is not as the step says fails, with the smallest counter-example

    Scenario Outline: a command that is torn, under <runner>
      Given the directory "features"
      And the file "features/torn.feature"
        ```
        Feature: A setting is changed whole or not at all
          Scenario: a writer in place
            Given a home directory with "settings" containing:
              """
              old
              """
            And the protected file "settings"
            When I prove `sh -c 'echo new > settings'`
            Then every outcome is all-or-nothing
        ```
      When the features are run by <runner>
      Then it exits with 1
      And it says "it is not all or nothing"
      And it says "TORN  settings is EMPTY"
      And it says "strikes     kill:"
      When I run the replay that it names
      Then it exits with 1
      And it says "TORN  settings is EMPTY  kill:"

      Examples:
        | runner        |
        | untorn-runner |
        | cucumber-rs   |

    Scenario Outline: <step>
      Given the directory "features"
      And the file "features/missed.feature"
        ```
        Feature: A setting is changed whole or not at all
          Scenario: a writer in place, cut off
            Given a home directory with "settings" containing:
              """
              old
              """
            And the protected file "settings"
            And the command `sh -c 'echo new > .new && mv .new settings'`
            When the rename onto "settings" fails with "EACCES"
            Then <step>
        ```
      When the features are run by untorn-runner
      Then it exits with 1
      And it says "0 errors"
      And it says "<message>"
      And it says "EACCES  <- injected"
      And it says "untorn replay "

      Examples:
        | step                          | message                        |
        | the file is fully new         | the files are not fully new    |
        | no temporary file is left     | something is left beside       |
        | a clean re-run fails          | a clean re-run succeeds        |
        | the verdict is "TORN"         | the verdict is not TORN        |
        | it ends with "exit 0"         | it does not end with           |
        | "settings" is EMPTY           | settings is not EMPTY          |

    Scenario: a lie
      Given the directory "features"
      And the file "features/lie.feature"
        ```
        Feature: Success means that it is done
          Scenario: an error that is swallowed
            Given a home directory with "settings" containing:
              """
              old
              """
            And the protected file "settings"
            And the command `sh -c 'echo new > .new && mv .new settings; exit 0'`
            When the rename onto "settings" fails with "EACCES"
            Then the exit code tells the truth
        ```
      When the features are run by untorn-runner
      Then it exits with 1
      And it says "the exit code does not tell the truth"
      And it says "LIE  fault:rename(.new>settings)#"

    Scenario: a captured bug
      Given the directory "features"
      And the file "features/captured.feature"
        ```
        Feature: A setting is changed whole or not at all
          @tdd_issue @tdd_issue_7 @tdd_expected_fail
          Scenario: a writer in place
            Given a home directory with "settings" containing:
              """
              old
              """
            And the protected file "settings"
            When I prove `sh -c 'echo new > settings'`
            Then every outcome is all-or-nothing
        ```
      When the features are run by untorn-runner
      Then it exits with 0
      And it says "1 expected failures"

  Rule: What was not tried is an error, never a pass and never a failure

    Scenario Outline: <when> and <then>
      Given the directory "features"
      And the file "features/wrong.feature"
        ```
        Feature: A setting is changed whole or not at all
          Scenario: a writer
            Given a home directory with "settings" containing:
              """
              old
              """
            And the protected file "settings"
            And the command `sh -c 'echo new > .new && echo new > settings && rm .new'`
            When <when>
            Then <then>
        ```
      When the features are run by untorn-runner
      Then it exits with 1
      And it says "1 errors"
      And it says "0 failed"
      And it says "<message>"

      Examples: a fault that is not in the plan
        | when                                               | then                             | message                                    |
        | the case `fault:write(none)#1:EIO:once` is run     | every outcome is all-or-nothing  | this command has no case fault:write(none) |
        | the write to "settings" fails with "EPERM"         | every outcome is all-or-nothing  | at that call there are: kill:write(settings)#1:before |
        | the 7th write to "settings" fails with "EIO"       | every outcome is all-or-nothing  | so there is none with the number 7         |
        | the write fails with "EIO"                         | every outcome is all-or-nothing  | say which                                  |
        | the link onto "settings" fails with "EIO"          | every outcome is all-or-nothing  | there is no call of link on                |

      Examples: a word that there is not
        | when                                               | then                             | message                                    |
        | the process is killed before the unlink            | the verdict is "BROKEN"          | there is no such word as BROKEN            |
        | the process is killed before the unlink            | "settings" is BROKEN             | there is no such word as BROKEN            |
        | the command is proved                              | the answer is "YES"              | there is no answer YES                     |

      Examples: a step that is about something else
        | when                                               | then                             | message                                    |
        | the command is proved                              | the file is fully old            | this is about one case                     |
        | its faults are listed                              | every outcome is all-or-nothing  | nothing was proved                         |
        | the process is killed before the unlink            | there are 7 faults               | the faults were not listed                 |
        | the process is killed before the unlink            | it is "OK" at `kill:x#1:before`  | nothing was proved                         |
        | the command is proved                              | it is "OK" at `kill:x#1:before`  | this command has no case kill:x#1:before   |

      Examples: a command that cannot be judged
        | when                                               | then                             | message                                    |
        | I prove `true`                                     | every outcome is all-or-nothing  | inconclusive: the command does not change the protected files |
        | I prove `no-such-program`                          | every outcome is all-or-nothing  | there is no program no-such-program        |
        | I prove `sh 'not closed`                           | every outcome is all-or-nothing  | are not the words of a command             |
        | I prove `sh -c 'exit 7'`                           | every outcome is all-or-nothing  | undisturbed, the command ended with exit 7 |

    Scenario: a call that does not come up again
      Given the directory "features"
      And the file "features/unreached.feature"
        ```
        Feature: A setting is changed whole or not at all
          Scenario: a writer that does more where its parent has had children before
            Given a home directory with "settings" containing:
              """
              old
              """
            And the protected file "settings"
            And the command:
              """
              sh -c 'read -r line < /proc/$PPID/stat; set -- ${line##*) }; test $9 = 0 || echo more > .more
                     echo new > .new && mv .new settings'
              """
            When the write to "{tmp1}" fails with "EIO"
            Then every outcome is all-or-nothing
        ```
      When the features are run by untorn-runner
      Then it exits with 1
      And it says "1 errors"
      And it says "nothing was tried: the call of fault:write({tmp1})#1:EIO:once did not come up again"

    Scenario Outline: a home directory with <what>
      Given the directory "features"
      And the file "features/home.feature"
        ```
        Feature: A setting is changed whole or not at all
          Scenario: a writer
            Given <what>
            And the protected file "settings"
            When I prove `sh -c 'echo new > settings'`
            Then the answer is "NOT SAFE"
        ```
      When the features are run by untorn-runner
      Then it exits with 1
      And it says "1 errors"
      And it says "<message>"

      Examples:
        | what                                      | message                             |
        | a home directory with "../x" containing:  | no doc string says what ../x is     |
        | in it the directory "../x"                | is outside of the home directory    |
        | in it the link "/x" to "y"                | is outside of the home directory    |
        | in it "none" has the mode 600             | there is no file                    |
        | a home directory like "nowhere"           | cannot read the fixture nowhere     |
        | the command has "NAME" in its environment | is not NAME=VALUE                   |
        | in it the directory "settings"            | it is a directory                   |
