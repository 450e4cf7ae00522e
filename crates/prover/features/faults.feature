Feature: What a call can do to a program
  A call that never fails hides what a program makes of its failure. Each of these programs trusts one call more
  than it should, and is right in all else.

  Background:
    Given the file "settings"
      """
      old = 1
      """
    And the program "trusting"

  Rule: The kernel may copy less than it is asked to

    @tdd_issue @tdd_issue_1109
    Scenario Outline: a short <call>
      When I run "untorn prove --json report.json --protect settings -- PROGRAM <call>"
      Then it exits with 1
      And the case "short:<call>(.new)#1:half" is "TORN"

      Examples:
        | call            |
        | sendfile        |
        | copy_file_range |

  Rule: A disk that is full for data lets nothing be copied, and keeps no room

    @tdd_issue @tdd_issue_1110
    Scenario Outline: <call> fails, and so does each write
      When I run "untorn prove --json report.json --protect settings -- PROGRAM <way>"
      Then it exits with 1
      And it says "TORN  settings is EMPTY"
      And the case "fault:<call>(.new)#1:ENOSPC:data" is "TORN"

      Examples:
        | call            | way           |
        | copy_file_range | copy_or_write |
        | fallocate       | fallocate     |

  Rule: A directory may not let itself be entered

    @tdd_issue @tdd_issue_1112
    Scenario Outline: <call> fails
      Given the directory "sub"
      And the file "sub/settings"
        """
        old = 1
        """
      When I run "untorn prove --json report.json --protect sub/settings -- PROGRAM <call>"
      Then it exits with 1
      And the case "fault:<call>(sub)#1:EACCES:once" is "LIE"

      Examples:
        | call   |
        | chdir  |
        | fchdir |

  Rule: A file may not let itself be mapped

    @tdd_issue @tdd_issue_1113
    Scenario: a file that is mapped to be read
      When I run "untorn prove --json report.json --protect settings -- PROGRAM map"
      Then it exits with 1
      And it says "TORN  settings is MIXED"
      And the case "fault:mmap(settings)#1:ENOMEM:persist" is "TORN"

  Rule: A lock that is asked for and not waited for may be held by another

    @tdd_issue @tdd_issue_1114
    Scenario Outline: <call> finds the lock held
      When I run "untorn prove --json report.json --protect settings -- PROGRAM <call>"
      Then it exits with 1
      And the case "fault:<call>(lock)#1:EAGAIN:once" is "LIE"

      Examples:
        | call  |
        | flock |
        | fcntl |

  Rule: What kills a program may strike in the middle of a long write

    @tdd_issue @tdd_issue_1111
    Scenario: a long write in place, of which a part is new
      Given the file "settings" of 65536 bytes
      When I run "untorn prove --json report.json --protect settings -- PROGRAM overwrite"
      Then it exits with 1
      And it says "TORN  settings is MIXED"
      And the case "kill:write(settings)#1:partway" is "TORN"

  Rule: A call on a descriptor fails as one on a descriptor, however it says so

    @tdd_issue @tdd_issue_1140
    Scenario: fstat looks up no path that it may not search
      When I run "untorn replay 'fault:stat(settings)#1:EACCES:once' --protect settings -- sh -c 'cat settings settings > .new && mv .new settings'"
      Then it exits with 2
      And it says "this command has no case"

    @tdd_issue @tdd_issue_1141
    Scenario: futimens can fail
      When I run "untorn points --protect settings -- sh -c 'cp -p settings .new && echo new = 1 >> .new && mv .new settings'"
      Then it exits with 0
      And it says "utimens(.new)#1"

  Rule: Of several processes, one may be killed alone

    @tdd_issue @tdd_issue_1146
    Scenario: a shell that goes on where a signal has ended its command
      When I run "untorn prove --json report.json --protect settings -- sh -c 'sed s/old/new/ settings > .new; code=$?; test $code -gt 0 -a $code -lt 128 && exit 1; mv .new settings'"
      Then it exits with 1
      And the case "kill:read(settings)#1:before" is "OK"
      And the case "kill:read(settings)#1:alone" is "TORN"

  Rule: Whatever looks at a file may fail, and so may another descriptor for it

    @tdd_issue @tdd_issue_1148
    Scenario Outline: <call> on <file> fails
      When I run "untorn prove --json report.json --protect settings -- PROGRAM <call>"
      Then it exits with 1
      And the case "fault:<call>(<file>)#1:<error>:once" is "TORN"

      Examples:
        | call    | file     | error  |
        | statfs  | .        | ENOMEM |
        | fstatfs | settings | EIO    |
        | dup     | settings | EMFILE |

  Rule: A fault strikes where it says, though a run stops at as few calls as it can

    Scenario Outline: <what>
      When I run this
        """
        untorn prove --json report.json --protect settings -- sh -c '<script>'
        """
      Then the case "<case>" is "<verdict>"

      Examples:
        | what                                                  | script                                                             | case                                     | verdict |
        | a file is opened to be read, then to be written       | read line < settings; echo new > settings                          | fault:open(settings)#2:EIO:once          | OK      |
        | a made-up name is looked for before another is used   | test -e .a$$; echo new > .b$$ && mv .b$$ settings                  | fault:rename({tmp2}>settings)#2:EIO:once | LITTER  |
        | what fails a call that changes something fails once   | { echo new > .new && mv .new settings; } \|\| read line < settings | fault:open(.new)#1:EMFILE:once           | LIE     |
        | what fails a call that changes something fails others | { echo new > .new && mv .new settings; } \|\| read line < settings | fault:open(.new)#1:EMFILE:persist        | OK      |

    @tdd_issue @tdd_issue_1153
    Scenario: what is left is called after when it first appeared to any call
      When I run this
        """
        untorn prove --json report.json --protect settings -- sh -c '
          { echo new > .new && mv .new settings; } || { test -e .a$$; echo left > .b$$; exit 1; }'
        """
      Then the case "fault:open(.new)#1:EIO:once" leaves "{tmp2}" beside
