Feature: What cannot be followed is never passed
  An answer is only as good as what was seen. Each way around the eyes of `untorn` is closed to the program, and
  named; where that can change what the program does, or where something happened unseen, there is no answer.

  Background:
    Given the file "settings"
      """
      old = 1
      """

  Rule: A call after which nothing could be followed is refused, and the answer is inconclusive

    Scenario Outline: <what>
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM <act>"
      Then it exits with 3
      And it says "<reason>"

      Examples:
        | what                                         | act      | reason                                       |
        | it asks to be traced                         | traceme  | ptrace was refused to it                     |
        | it traces another process                    | attach   | ptrace was refused to it                     |
        | it has another process watch its calls       | listener | seccomp was refused to it                    |
        | it starts a process that nobody may trace    | untraced | clone was refused to it                      |
        | it mounts a file system                      | mount    | mount was refused to it                      |
        | it makes a call of the x32 interface         | x32      | it makes system calls of another architecture |

    @needs_32_bit_calls
    Scenario: it makes a call of 32 bits
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM int80"
      Then it exits with 3
      And it says "it makes system calls of another architecture"

    @needs_strace
    Scenario: a tracer, which does not work here
      When I run "untorn prove --protect settings -- strace -o /dev/null sh -c 'echo new > settings'"
      Then it exits with 3
      And it says "the command ended with exit 1; ptrace was refused to it"

  Rule: What changes outside of the sandbox makes the answer inconclusive

    Scenario Outline: <what> outside of the sandbox
      Given the program "exotic"
      When I run "untorn prove --protect settings -- sh -c 'echo new > .new && mv .new settings; <command>'"
      Then it exits with 3
      And it says "it writes outside of the sandbox: <place>"

      Examples:
        | what               | command                                              | place        |
        | a mode             | chmod 755 PROGRAM                                    | /            |
        | a time             | touch PROGRAM                                        | /            |
        | an attribute       | setfattr -n user.x -v y PROGRAM                      | /            |
        | a file by two dots | echo x > $HOME/../../tmp/untorn-e; rm /tmp/untorn-e  | /tmp/untorn- |
        | shared memory      | echo x > /dev/shm/untorn-e; rm /dev/shm/untorn-e     | /dev/shm/    |

    @tdd_issue @tdd_issue_1102
    Scenario: a file beside the devices
      When I run "untorn prove --protect settings -- sh -c 'echo new > .new && mv .new settings; echo x > /dev/untorn-e && rm /dev/untorn-e'"
      Then it exits with 3
      And it says "it writes outside of the sandbox: /dev/untorn-e, which was refused"

    @tdd_issue @tdd_issue_1102
    Scenario: the mode of a device
      When I run "untorn prove --protect settings -- sh -c 'echo new > .new && mv .new settings; chmod 666 /dev/null; true'"
      Then it exits with 3
      And it says "it writes outside of the sandbox: /dev/null, which was refused"

    @tdd_issue @tdd_issue_1103
    Scenario: a socket
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM bind HERE/socket"
      Then it exits with 3
      And it says "it writes outside of the sandbox: HERE/socket, which was refused"

    @tdd_issue @tdd_issue_1137
    Scenario: a file beside the home directory
      When I run "untorn prove --protect settings -- sh -c 'echo new > .new && mv .new settings; echo x > ../untorn-e && rm ../untorn-e'"
      Then it exits with 3
      And it says "/untorn-e, which was refused"

    @tdd_issue @tdd_issue_1138
    Scenario Outline: <what>, which it writes as it is
      When I run "untorn prove --protect settings -- sh -c 'echo new > .new && mv .new settings; read it < <file>; echo $it > <file>'"
      Then it exits with 3
      And it says "it writes outside of the sandbox: <file>, which was refused"

      Examples:
        | what                         | file                      |
        | a setting of the kernel      | /proc/sys/kernel/panic    |
        | a number that it counts up   | /sys/kernel/uevent_seqnum |
        | a mark of another process    | /proc/1/oom_score_adj     |

    @tdd_issue @tdd_issue_1139
    Scenario Outline: what processes share by <call>
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM <call>"
      Then it exits with 3
      And it says "<call> was refused to it"

      Examples:
        | call   |
        | shmget |
        | semget |
        | msgget |

    @tdd_issue @tdd_issue_1103
    Scenario: a queue of messages
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM mq_open"
      Then it exits with 3
      And it says "mq_open was refused to it"

  Rule: Data that was not seen makes the answer inconclusive

    Scenario Outline: <call>
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM <call>"
      Then it exits with 3
      And it says "the effect of <call> cannot be followed"

      Examples:
        | call      |
        | splice    |
        | io_submit |

    @tdd_issue @tdd_issue_1115
    Scenario: a mapping that may be made writable, and what is written through it is written again
      Given the program "trusting"
      When I run "untorn prove --protect settings -- PROGRAM make_writable"
      Then it exits with 3
      And it says "the effect of mmap cannot be followed"

  Rule: What the kernel copies is seen

    Scenario Outline: the kernel copies by <call>
      Given the program "exotic"
      When I run "untorn prove --json report.json --protect settings -- PROGRAM <call>"
      Then it exits with 0
      And a point is "<call>(.to)#1"

      Examples:
        | call            |
        | sendfile        |
        | copy_file_range |

    Scenario: what it sends elsewhere is read
      Given the program "exotic"
      When I run "untorn points --protect settings -- PROGRAM send"
      Then it says "sendfile(settings)#1"

    Scenario: a clone, which a file system in memory does not have
      Given the program "exotic"
      When I run "untorn points --protect settings -- PROGRAM ficlone"
      Then it says "clone(.to)#1"
      And it says "EOPNOTSUPP"

  Rule: Where a write goes, and what mode a file gets, is seen

    @tdd_issue @tdd_issue_1125
    Scenario: a write that could go elsewhere, and goes on where the last one ended
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM pwritev2"
      Then it exits with 0
      And it says "ALL OR NOTHING"

    @tdd_issue @tdd_issue_1124
    Scenario: a list of who may do what, which sets a mode
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM acl"
      Then it exits with 0
      And it says "ALL OR NOTHING"

    @tdd_issue @tdd_issue_1124
    Scenario Outline: <what>, as <command> does it
      When I run "untorn prove --protect settings -- sh -c '<command>'"
      Then it exits with <code>
      And it says "<answer>"

      Examples:
        | what                            | command                                                  | code | answer         |
        | a copy with its mode            | echo new > .a && cp -p .a .new && mv .new settings       | 0    | ALL OR NOTHING |
        | a move from another file system | echo new > $TMPDIR/a && mv $TMPDIR/a settings            | 1    | NOT SAFE       |
        | an edit of a copy               | sed -i s/old/new/ settings                               | 0    | ALL OR NOTHING |

  Rule: What is made and is no file is seen

    @tdd_issue @tdd_issue_1151
    Scenario: a pipe that has a name
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM mkfifo"
      Then it exits with 0
      And it says "ALL OR NOTHING"

  Rule: A file that gets its name later is seen

    Scenario: a link from /proc/self/fd
      Given the program "exotic"
      When I run "untorn prove --json report.json --protect settings -- PROGRAM unnamed"
      Then it exits with 0
      And a point is "link({tmp1}>.named)#1"

    Scenario: a file that is opened as /dev/fd
      When I run "untorn prove --json report.json --protect settings -- sh -c 'echo new 9> .new > /dev/fd/9 && mv .new settings'"
      Then it exits with 0
      And a point is "open(.new)#2"

  Rule: The extended attributes of a file are a part of it

    @needs_attributes
    Scenario: an attribute that changes before the file does
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM attributes"
      Then it exits with 1
      And it says "TORN  settings is MIXED"
      And it says "on disk     settings 8 bytes: old = 1\n, user.state=half"

    @needs_attributes
    Scenario: an attribute that is lost with the old file
      Given the file "settings" has the attribute "user.origin" = "site"
      When I run "untorn prove --protect settings -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "before: settings 8 bytes: old = 1\n, user.origin=site"

    @needs_attributes
    @needs_root
    Scenario: a file system that has no attributes
      Given the file "settings" has the attribute "user.origin" = "site"
      And the file "bare"
        """
        #!/bin/sh
        mount -t ramfs ramfs "$TMPDIR" && exec "$@"
        """
      And the file "bare" can be executed
      When I run "untorn prove --plain --protect settings -- sh -c 'echo new > .new && mv .new settings'" by "unshare -m ./bare"
      Then it exits with 0
      And it says "warning: the sandbox has no extended attributes"

  Rule: What is refused, and what a program can do without, is a warning

    Scenario: io_uring
      Given the program "exotic"
      When I run "untorn prove --protect settings -- PROGRAM io_uring"
      Then it exits with 0
      And it says "warning: io_uring was refused to it"

    Scenario: a program with the rights of another user
      Given a program with the rights of another user
      When I run "untorn prove --protect settings -- sh -c 'PROGRAM --version; echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "runs without the rights that it has elsewhere"

    @needs_root @tdd_issue @tdd_issue_1132
    Scenario: a program with the rights of another user, for one who has the number of nobody
      Given the script "as_nobody"
        """
        chmod 777 . scratch && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
        """
      When I run "untorn prove --protect settings -- sh -c 'su --version; echo new > .new && mv .new settings'" by "./as_nobody"
      Then it exits with 0
      And it says "runs without the rights that it has elsewhere"

    @needs_root
    Scenario: a program with capabilities
      Given a program with capabilities
      When I run "untorn prove --protect settings -- sh -c 'PROGRAM; echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "runs without the rights that it has elsewhere"

  Rule: Nobody else can read what is proved

    Scenario: a plain scratch directory
      When I run "untorn prove --plain --protect settings -- sh -c 'test $(stat -c %a ../..) = 700 && echo new > .new && mv .new settings'"
      Then it exits with 0
