Feature: Proving a command
  `untorn prove` runs a command on a scratch copy, lets each of its file-system calls fail, and kills it at each.

  Background:
    Given the file "settings"
      """
      old = 1
      """

  Rule: The exit code and the first line say what it comes to

    Scenario: a command that is torn
      When I run "untorn prove --protect settings --json report.json -- sh -c 'echo new > settings'"
      Then it exits with 1
      And it says "NOT SAFE"
      And it says "TORN  settings is EMPTY"
      And it says "untorn replay"
      And the violations are "TORN"

    Scenario: a command that moves a finished file into place
      When I run "untorn prove --protect settings -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "ALL OR NOTHING"

    Scenario: two files are one unit
      When I run "untorn prove --protect settings --protect other -- sh -c 'echo 2 > .1 && echo 2 > .2 && mv .1 settings && mv .2 other'"
      Then it exits with 1
      And it says "TORN"

    Scenario: a budget that is spent at once
      When I run "untorn prove --budget 0s --protect settings -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 3
      And it says "INCONCLUSIVE"
      And it says "more faults were not tried"

    Scenario: a shard tries its part
      When I run "untorn prove --shard 1/2 --protect settings -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "of shard 1/2"

    @tdd_issue @tdd_issue_1152
    Scenario: a shard that no fault falls to
      When I run "untorn prove --shard 500/500 --protect settings -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 3
      And it says "none of the "
      And it says " faults falls to shard 500/500"

  Rule: A report says what was run, and how to run it again

    Scenario: the program and the fixture
      Given the file "home/settings"
        """
        old = 1
        """
      And the file "home/notes"
        """
        More.
        """
      And the file "new.sh"
        """
        echo new > settings
        """
      When I run "untorn prove --fixture home --protect settings --json report.json -- sh HERE/new.sh"
      Then it says "fixture: home, 2 files, 14 bytes"
      And the report names the 2 programs with what sha256sum says of them

    Scenario: the replay line has every option that matters
      When I run "untorn prove --plain --timeout 1500ms --env VALUE=new --protect settings --reader 'head -n 1 settings' -- sh -c 'echo $VALUE > settings'"
      Then it says "--reader 'head -n 1 settings' --env 'VALUE=new' --timeout 1.5s --plain -- sh -c"
      When I run the replay that it names
      Then it exits with 1
      And it says "TORN  settings is EMPTY"

  Rule: A counter-example can be read without running anything

    Scenario: the calls, the file beside what it was, and what a clean run does
      When I run "untorn prove --protect settings -- sh -c 'echo new > settings'"
      Then it says
        """
        TORN  settings is TRUNCATED
          strikes     fault:write(settings)#1:ENOSPC:data
                   1  stat(.)#1                           ok
                   2  stat(.)#2                           ok
                   3  open(settings)#1   O_CREAT O_TRUNC  3
                   4  close(settings)#1                   ok
                   5  write(settings)#1  4 bytes          2  <- injected
                   6  write(settings)#2  2 bytes          ENOSPC  <- injected
          then        exit 1
          was         settings 8 bytes: old = 1\n
          on disk     settings 2 bytes: ne
          a clean run exit 0; new
          replay      untorn replay
        """

    @tdd_issue @tdd_issue_4
    Scenario: a torn file with exit 0 breaks a second guarantee
      When I run "untorn prove --protect settings -- sh -c 'echo new > settings; true'"
      Then it says "exit 0 means that they are new                           50     27"

    @tdd_issue @tdd_issue_4
    Scenario: a torn file that stops the next run breaks a second guarantee
      When I run "untorn prove --protect settings -- sh -c 'grep -q . settings && echo new > settings'"
      Then it says "a clean run afterwards makes them new                    68     56"

    Scenario: a long run is cut to what matters
      When I run 'untorn prove --shard 1/5 --protect settings -- sh -c "exec 3> settings; cat none none none none none none none none none none none none 2> .log; echo new >&3; rm .log"'
      Then it says "open(settings)#1   O_CREAT O_TRUNC"
      And it says "more calls"
      And it says "<- injected"

    Scenario: a case that comes to something else the second time
      Given the pipe "once", out of which one byte can be read
      When I run "untorn prove --jobs 1 --protect settings -- sh -c 'echo new > settings || { dd if=HERE/once iflag=nonblock bs=1 count=1 || rm settings; }'"
      Then it says "warning: fault:open(settings)#1:ENOSPC:persist: a second time, it was TORN"

    Scenario: more kinds than one can read
      When I run "untorn prove --protect settings -- sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do echo $i; done > settings'"
      Then it says
        """
        TORN  settings is TRUNCATED
          strikes     kill:write(settings)#2:before
        """
      And it says "more kinds of counter-example: --html and --json have them all"

    @tdd_issue @tdd_issue_1107
    Scenario: a protected link, and what it leads to
      Given the file "home/real"
        """
        old = 1
        """
      And the link "home/settings" to "real"
      And the file "home/other"
        """
        old = 1
        """
      When I run "untorn prove --fixture home --protect settings --protect other -- sh -c 'echo 2 > .2 && echo new = 1 > settings && mv .2 other'"
      Then it exits with 1
      And it says "TORN  settings is TRUNCATED"
      And it says "was         settings is a link to real: 8 bytes: old = 1\n"

    Scenario: several files, each beside what it was
      When I run "untorn prove --protect settings --protect other -- sh -c 'echo 2 > .1 && echo 2 > .2 && mv .1 settings && mv .2 other'"
      Then it says "was         settings 8 bytes: old = 1\n"
      And it says "on disk     settings 2 bytes: 2\n"
      And it says "was         other is not there"
      And it says "on disk     other is not there"

    Scenario: what a reader makes of it
      When I run "untorn prove --protect settings --reader 'wc -c settings' -- sh -c 'echo new > settings'"
      Then it says "was read as exit 0, 11 bytes: 8 settings\n"
      And it says "is read as  exit 0, 11 bytes: 0 settings\n"

    Scenario: the same as JSON
      When I run "untorn prove --jobs 2 --json report.json --protect settings -- sh -c 'echo new > settings'"
      Then the case "fault:write(settings)#1:ENOSPC:data" of the report has
        | /verdict              | TORN                 |
        | /files/0/name         | settings             |
        | /files/0/was          | 8 bytes: old = 1\\n |
        | /files/0/now          | 2 bytes: ne          |
        | /calls                | 6                    |
        | /line/4/number        | 5                    |
        | /line/4/point/call    | write(settings)      |
        | /line/4/is_injected   | true                 |
        | /rerun                | exit 0; new          |
      And the first of each kind of counter-example has a time line, and no other case
      And the README tells every member of the report and of its cases

  Rule: Nothing in a file, its name or an output drives the terminal

    Scenario: a control character in a file
      Given the file "settings" of the bytes "\x1b]0;title\x07\xff\xe2\x80\xae"
      When I run "untorn prove --protect settings -- sh -c 'echo new > settings'"
      Then it says "was         settings 14 bytes: \u{1b}]0;title\u{7}\xff\u{202e}"
      And it has no control character

    Scenario: a control character in a name
      When I run "untorn prove --protect setESC[2Jtings -- sh -c 'echo new > setESC[2Jtings; echo > litESC[2Jter; rm litESC[2Jter; true'"
      Then it says "TORN  set\u{1b}[2Jtings is EMPTY"
      And it says "left beside lit\u{1b}[2Jter"
      And it says "fault:write(set\u{1b}[2Jtings)#1:ENOSPC:data"
      And it says "--protect $'set\033[2Jtings'"
      And it has no control character

    Scenario: a control character in what a command prints
      When I run "untorn prove --protect settings -- sh -c 'echo ESC[2J; exit 7'"
      Then it says "\u{1b}[2J"
      And it has no control character

  Rule: The user's own files are not touched

    Scenario: the command runs on a copy
      When I run "untorn prove --protect settings -- sh -c 'echo new > settings'"
      Then the file "settings" contains "old = 1"
      And nothing is left of the scratch directories

    Scenario: without name spaces
      When I run "untorn prove --plain --protect settings -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "warning: no name spaces (none were asked for): it ran in a plain temporary directory"
      And nothing is left of the scratch directories

    Scenario Outline: <signal> ends it in the middle, <where>
      When "untorn prove <option> --protect settings -- sleep <time>" gets <signal> after 300 ms
      Then nothing is left of the scratch directories
      And nothing that it started is alive

      Examples:
        | signal  | where               | option  | time  |
        | SIGKILL | in name spaces      | --jobs 2 | 12.71 |
        | SIGINT  | in name spaces      | --jobs 2 | 12.72 |
        | SIGTERM | in name spaces      | --jobs 2 | 12.73 |
        | SIGKILL | without name spaces | --plain | 12.74 |
        | SIGINT  | without name spaces | --plain | 12.75 |
        | SIGTERM | without name spaces | --plain | 12.76 |

  Rule: A reader decides what is the same

    Scenario: a reader to whom only the first line matters
      When I run "untorn prove --protect settings --reader 'head -n 1 settings' -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 0

    @tdd_issue @tdd_issue_1129
    Scenario: a reader that cannot read
      When I run "untorn prove --protect settings --reader no-such-reader -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 3
      And it says "the reader ends with exit 127, before and after: sh: 1: no-such-reader: not found"

  Rule: What was not seen makes the answer inconclusive

    Scenario: a write outside of the sandbox
      Given the file "own"
        """
        mine
        """
      When I run "untorn prove --protect settings -- sh -c 'echo new > .new && mv .new settings; echo x > HERE/own; true'"
      Then it exits with 3
      And it says "it writes outside of the sandbox: HERE/own, which was refused"
      And the file "own" contains "mine"

    Scenario: a command that does not do the same twice
      When I run "untorn prove --protect settings -- sh -c 'date +%N > .new && mv .new settings'"
      Then it exits with 3
      And it says "two undisturbed runs do not give the same files"

    @tdd_issue @tdd_issue_1117
    Scenario Outline: a command that writes the second at which it runs, <how>
      Given a second has just begun
      When I run "untorn prove --protect settings -- sh -c 'date <format> > .new && mv .new settings'"
      Then it exits with 3
      And it says "two undisturbed runs do not give the same files"

      Examples:
        | how                 | format |
        | counted since 1970  | +%s    |
        | as a time of day    | +%T    |

    @tdd_issue @tdd_issue_1145
    Scenario Outline: a command that writes the second at which it runs, as a number of 32 bits, <order> end first
      Given a second has just begun
      When I run 'untorn prove --protect settings -- PYTHON -IS -c "import os, struct, time; open(\".new\", \"wb\").write(struct.pack(\"<format>\", int(time.time()))); os.rename(\".new\", \"settings\")"'
      Then it exits with 3
      And it says "two undisturbed runs do not give the same files"

      Examples:
        | order  | format |
        | little | <I     |
        | big    | >I     |

    Scenario: a command that changes nothing
      When I run "untorn prove --protect settings -- true"
      Then it exits with 3
      And it says "the command does not change the protected files"

    Scenario: a shared mapping that is written to
      When I run 'untorn prove --protect settings -- PYTHON -c "import mmap; f = open(\"settings\", \"r+\"); m = mmap.mmap(f.fileno(), 0); m[0:3] = b\"new\""'
      Then it exits with 3
      And it says "the effect of mmap cannot be followed"

    Scenario: a mapping that is made writable later
      When I run 'untorn prove --protect settings -- PYTHON -c "import ctypes, os; c = ctypes.CDLL(None); c.mmap.restype = ctypes.c_void_p; p = c.mmap(None, ctypes.c_size_t(4096), 1, 1, os.open(\"settings\", os.O_RDWR), ctypes.c_long(0)); c.mprotect(ctypes.c_void_p(p), ctypes.c_size_t(4096), 3); ctypes.memmove(p, b\"new\", 3)"'
      Then it exits with 3
      And it says "the recording, replayed, does not give the files that are there"

  Rule: Bad input is said clearly

    Scenario Outline: <what>
      Given the directory "folder"
      When I run "untorn prove --protect <file> -- <command>"
      Then it exits with <code>
      And it says "<message>"
      And nothing is left of the scratch directories

      Examples:
        | what                                | file        | command            | code | message                          |
        | a program that is not there         | settings    | no-such-program    | 2    | there is no program no-such      |
        | a command that fails by itself      | settings    | sh -c 'exit 7'     | 3    | undisturbed, the command ended with exit 7 |
        | a protected file elsewhere          | ../settings | true               | 2    | it is outside of the fixture     |
        | a command that is killed by itself  | settings    | sh -c 'kill -9 $$' | 3    | undisturbed, the command ended with SIGKILL |

    Scenario: a protected directory
      Given the directory "all/folder"
      When I run "untorn prove --fixture all --protect folder -- true"
      Then it exits with 2
      And it says "it is a directory"

    Scenario: a fixture that is not there
      When I run "untorn prove --fixture nowhere --protect settings -- true"
      Then it exits with 2
      And it says "cannot read the fixture nowhere"

    Scenario: a file of the fixture whose name is not UTF-8
      Given a file below "all" whose name is not UTF-8
      When I run "untorn prove --fixture all --protect settings -- true"
      Then it exits with 2
      And it says "its name is not UTF-8"

    Scenario: a name that is not UTF-8, made by the command
      When I run "untorn prove --protect settings -- sh -c 'echo new > settings; echo > $(printf \"\\377\")'"
      Then it exits with 3

    @tdd_issue @tdd_issue_1126
    Scenario: such a name is told
      When I run "untorn prove --protect settings -- sh -c 'echo new > settings; echo > $(printf \\377)'"
      Then it exits with 3
      And it says "it has a file whose name is not UTF-8: \xff"

    @tdd_issue @tdd_issue_1126
    Scenario: a protected file whose name is not UTF-8
      Given the script "protect"
        """
        exec "$1" prove --protect "$(printf 'settings\377')" -- true
        """
      When I run "untorn" by "./protect"
      Then it exits with 2
      And it says "settings\xff cannot be protected: its name is not UTF-8"

    @tdd_issue @tdd_issue_1130
    Scenario Outline: a protected file that is inside, told as <file>
      Given the file "home/settings"
        """
        old = 1
        """
      And the directory "home/all"
      When I run "untorn points <option> --protect <file> -- sh -c 'echo new > settings'"
      Then it exits with 0
      And it says "write(settings)#1"

      Examples:
        | option              | file               |
        | --fixture home      | HERE/home/settings |
        | --fixture home      | all/../settings    |
        | --fixture HERE/home | ./all/../settings  |
        |                     | HERE/settings      |

    @tdd_issue @tdd_issue_1130
    Scenario: a fixture with a pipe
      Given the directory "home/all"
      And the pipe "home/all/pipe", out of which one byte can be read
      When I run "untorn prove --fixture home --protect settings -- true"
      Then it exits with 2
      And it says "cannot read the fixture home/all/pipe: it is neither a file, a directory nor a link"

    Scenario: a command that hangs
      When I run "untorn prove --timeout 200ms --protect settings -- sleep 30"
      Then it exits with 3
      And it says "undisturbed, the command had no end within 200ms"
      And nothing is left of the scratch directories

    Scenario: a command that computes for ever
      When I run "untorn prove --timeout 200ms --protect settings -- sh -c 'while :; do :; done'"
      Then it exits with 3
      And it says "no end within"

    Scenario: a command that waits for a while before it gives up
      When I run "untorn replay 'fault:open(.new)#1:EACCES:once' --protect settings -- sh -c '(echo new > .new) || { sleep 4; exit 1; }; mv .new settings'"
      Then it exits with 0
      And it says "then        exit 1"

    Scenario: a command that leaves something running
      When I run "untorn prove --shard 1/20 --protect settings -- sh -c 'sleep 30 & echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "warning: something outlived the command, and was killed"

    Scenario: a command that starts a daemon
      When I run "untorn prove --budget 0s --protect settings -- sh -c 'setsid -f sleep 31.25; echo new > .new && mv .new settings'"
      Then it says "warning: something outlived the command, and was killed"
      And nothing that has the argument "31.25" is alive

    Scenario: a command that writes only something else
      When I run "untorn prove --protect settings -- sh -c 'echo new > other'"
      Then it exits with 3
      And it says "the command does not change the protected files"

    Scenario: a protected file that is not there yet
      When I run "untorn prove --protect first -- sh -c 'echo new > .new && mv .new first'"
      Then it exits with 0
      And it says "before: first is not there"

    Scenario: a protected file that is not there yet, and is made in place
      When I run "untorn prove --protect first -- sh -c 'echo new > first'"
      Then it exits with 1
      And it says "TORN  first is EMPTY"

    Scenario: a command that cannot be executed
      Given the file "broken"
        """
        #!/no/such/interpreter
        """
      And the file "broken" can be executed
      When I run "untorn prove --protect settings -- ./broken"
      Then it exits with 3
      And it says "the program cannot be executed"

    @needs_strace
    Scenario: no ptrace, for something traces us already
      When I run "untorn prove --protect settings -- true" by "strace -f -o /dev/null"
      Then it exits with 3
      And it says "ptrace is not permitted here"
      And nothing is left of the scratch directories

    @needs_user_namespaces
    Scenario: no name spaces
      Given the file "barred"
        """
        #!/bin/sh
        for it in user mnt net; do echo 0 > /proc/sys/user/max_${it}_namespaces; done
        exec "$@"
        """
      And the file "barred" can be executed
      When I run "untorn prove --protect settings -- sh -c 'echo new > .new && mv .new settings'" by "unshare -Ur ./barred"
      Then it exits with 0
      And it says "warning: no name spaces ("
      And nothing is left of the scratch directories

    @needs_two_cores @tdd_issue @tdd_issue_4
    Scenario: a core of which there are more
      When I run "untorn points --protect settings -- sh -c 'grep Cpus_allowed_list /proc/self/status; exit 1'" by "taskset -c 1"
      Then it says "Cpus_allowed_list:\t1"

    Scenario: ten thousand points, and a budget
      Given the program "many_writes"
      When I run "untorn prove --budget 1s --protect settings -- PROGRAM 10000"
      Then it exits with 3
      And it says "INCONCLUSIVE"
      And it says "10004 calls"
      And it says "more faults were not tried"

    Scenario Outline: an option that makes no sense, <option>
      When I run "untorn prove --protect settings <option> -- true"
      Then it exits with 2
      And it says "<message>"

      Examples:
        | option        | message              |
        | --shard 3/2   | say K/N              |
        | --budget soon | say 500ms, 60s or 2m |
        | --env NAME    | say NAME=VALUE       |

    @tdd_issue @tdd_issue_1136
    Scenario: an option that makes no sense, no time at all
      When I run "untorn prove --protect settings --timeout 0s -- true"
      Then it exits with 2
      And it says "say more than 0s"

    Scenario: a variable for the command
      When I run "untorn prove --env VALUE=new --jobs 1 --protect settings -- sh -c 'echo $VALUE > .new && mv .new settings'"
      Then it exits with 0

  Rule: A case can be looked at again

    Scenario: the points of a command
      When I run "untorn points --protect settings -- sh -c 'cat < none; echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "ENOENT    0 faults"
      And it says "write(.new)#1"
      And it says "rename(.new>settings)#1"

    Scenario: the time line of a case
      When I run "untorn replay 'fault:write(settings)#1:ENOSPC:persist' --keep kept --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 1
      And it says "ENOSPC  <- injected"
      And it says "on disk     settings is empty"
      And the file "kept/settings" contains ""

    Scenario: a disk that is full for data only
      When I run "untorn replay 'fault:write(settings)#1:ENOSPC:data' --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 1
      And it says "TORN  settings is TRUNCATED"

    Scenario Outline: a call is named after what it leads to when it runs, <way>
      Given the program "elsewhere"
      When I run "untorn points --protect settings -- PROGRAM <way>"
      Then it exits with 0
      And it says "<written>"
      And it says "<moved>"

      Examples: what a descriptor or a relative path leads to changes
        | way         | written                  | moved                              |
        | close       | write(.new)#1            | rename(.new>settings)#1            |
        | dup2        | write(.new)#1            | rename(.new>settings)#1            |
        | dup3        | write(.new)#1            | rename(.new>settings)#1            |
        | close_range | write(.new)#1            | rename(.new>settings)#1            |
        | thread      | write(.new)#1            | rename(.new>settings)#1            |
        | exec        | write(.new)#1            | rename(.new>settings)#1            |
        | rename      | write(.former)#1         | rename(.former>.new)#1             |
        | chdir       | write(directory/.new)#1  | rename(directory/.new>settings)#1 |
        | fchdir      | write(directory/.new)#1  | rename(directory/.new>settings)#1 |

    @tdd_issue @tdd_issue_4
    Scenario: a link with a slash behind it leads to its directory
      When I run "untorn points --protect settings -- sh -c 'mkdir there; ln -s there link; ls link/; echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "open(there)#1"

    Scenario: a case that there is not
      When I run "untorn replay 'fault:write(nowhere)#1:ENOSPC:persist' --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 2
      And it says "this command has no case fault:write(nowhere)#1:ENOSPC:persist"

    Scenario: what tracing costs
      When I run "untorn pace --rounds 3 --protect settings -- sleep 0.02"
      Then it exits with 0
      And it says "ms, traced "
      And it says "ms, at each call "

    @tdd_issue @tdd_issue_1147
    Scenario: strace kills one process, and not all of them
      When I run "untorn strace 'kill:read(settings)#1:before' --protect settings -- sh -c 'sed s/old/new/ settings > .new && mv .new settings'"
      Then it exits with 2
      And it says "strace cannot do it: strace kills the process that makes the call, and not those beside it"

    @tdd_issue @tdd_issue_1150
    Scenario: strace does not know that no file can be opened any more
      When I run "untorn strace 'fault:open(settings)#1:EMFILE:persist' --protect settings -- sh -c 'read line < settings; echo new > .new && mv .new settings'"
      Then it exits with 2
      And it says "strace cannot do it: strace fails the calls on that file, and this error is one of all files"

    Scenario: what strace cannot do
      When I run "untorn strace 'short:write(settings)#1:half' --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 2
      And it says "strace cannot do it: strace cannot cut a write short"

    @tdd_issue @tdd_issue_1119
    Scenario: strace is told of the home directory by a name
      When I run "untorn strace 'fault:stat(.)#1:EIO:once' --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 0
      And it says '-P . -P "$PWD" -e trace='

    @tdd_issue @tdd_issue_1120
    Scenario: strace counts each close
      When I run "untorn strace 'kill:close(settings)#1:before' --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 2
      And it says "strace cannot do it: strace counts each close, that of a file that was only read as well"

    @tdd_issue @tdd_issue_1121
    Scenario: strace counts in each thread by itself
      When I run "untorn strace 'fault:open(settings)#1:EIO:once' --protect settings -- sh -c 'cat settings > .new; cat settings >> .new; mv .new settings'"
      Then it exits with 2
      And it says "strace cannot do it: several threads make such calls, and strace counts those of each by itself"

    @tdd_issue @tdd_issue_1122
    Scenario: strace does not see which opening is to write
      When I run "untorn strace 'fault:open(settings)#1:ENOMEM:persist' --protect settings -- sh -c 'read line < settings; echo new > settings'"
      Then it exits with 2
      And it says "strace cannot do it: strace would fail more calls from then on"

    @tdd_issue @tdd_issue_1123
    Scenario Outline: strace compares the texts of paths, <what>
      When I run this
        """
        untorn strace '<id>' --protect settings -- PYTHON -c "import os; <code>"
        """
      Then it exits with 2
      And it says "strace cannot do it: the command names the file in a way that strace does not know it by"

      Examples:
        | what                       | id                                       | code                                                                          |
        | a path below /proc/self/fd | fault:open(settings)#2:EIO:once          | f = open('settings'); open('/proc/self/fd/%d' % f.fileno(), 'w').write('new') |
        | the second one of a rename | fault:rename({tmp1}>settings)#1:EIO:once | n = str(os.getpid()); open(n, 'w').write('new'); os.rename(n, 'settings')     |

    Scenario Outline: the page of <verdict>
      When I run "untorn explain <verdict>"
      Then it exits with 0
      And it says "<verdict>"

      Examples:
        | verdict      |
        | TORN         |
        | LIE          |
        | STUCK        |
        | IN-DOUBT     |
        | LITTER       |
        | INCONCLUSIVE |

    Scenario: a verdict that there is not
      When I run "untorn explain BROKEN"
      Then it exits with 2
      And it says "there is no verdict BROKEN"

  Rule: What a case leaves can be looked at in a shell

    Background:
      Given the script "shell"
        """
        here=$(dirname "$0")
        pwd > "$here/where"
        ls -A > "$here/listing"
        stat -c %a . > "$here/mode"
        echo changed > settings
        exit 7
        """
      And the variable "SHELL" is "HERE/shell"

    Scenario: in a copy that is gone afterwards
      When I run "untorn replay 'kill:rename(.new>settings)#2:before' --shell --protect settings -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 0
      And it says "is in HERE/scratch/untorn-"
      And it says "a copy, which is removed when the shell ends"
      And the file "listing" contains ".new"
      And the file "listing" contains "settings"
      And the file "where" contains "/scratch/untorn-"
      And the file "mode" contains "700"
      And the file "settings" contains "old = 1"
      And nothing is left of the scratch directories

    Scenario: in the directory in which it is kept
      When I run "untorn replay 'fault:write(settings)#1:ENOSPC:data' --shell --keep kept --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 1
      And it says "is in HERE/kept: a copy, which stays"
      And the file "where" contains "/kept"
      And the file "kept/settings" contains "changed"
      And the file "settings" contains "old = 1"

    Scenario: an interrupt is for the shell, not for untorn
      Given the script "shell"
        """
        kill -INT $PPID
        kill -HUP $PPID
        kill -INT $$
        """
      When I run "untorn replay 'fault:write(settings)#1:ENOSPC:data' --shell --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 1
      And nothing is left of the scratch directories

    Scenario: a directory that cannot be written to
      When I run "untorn replay 'fault:write(settings)#1:ENOSPC:data' --shell --protect settings -- sh -c 'mkdir -m 555 dir 2> .log; echo new > settings'"
      Then it exits with 1
      And the file "listing" contains "dir"
      And nothing is left of the scratch directories

    Scenario: no shell of one's own
      Given the variable "SHELL" is ""
      When I run "untorn replay 'fault:write(settings)#1:ENOSPC:data' --shell --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 1
      And it says "a copy, which is removed when the shell ends"
      And nothing is left of the scratch directories

    Scenario: a shell that is not there
      Given the variable "SHELL" is "HERE/no-shell"
      When I run "untorn replay 'fault:write(settings)#1:ENOSPC:data' --shell --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 3
      And it says "cannot start the shell HERE/no-shell: No such file"
      And nothing is left of the scratch directories

    @tdd_issue @tdd_issue_1101
    Scenario: a directory to keep it in that holds something
      Given the file "kept/settings"
        """
        precious
        """
      When I run "untorn replay 'fault:write(settings)#1:ENOSPC:data' --keep kept --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 2
      And it says "cannot keep it in kept: Directory not empty"
      And the lines of the file "kept/settings" are "precious"

    Scenario: a directory to keep it in that cannot be made
      When I run "untorn replay 'fault:write(settings)#1:ENOSPC:data' --keep settings/kept --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 3
      And it says "cannot keep it in settings/kept: Not a directory"

  Rule: A CI job can read the report

    Scenario: JUnit names each call once
      When I run "untorn prove --junit junit.xml --protect settings -- sh -c 'echo new > settings'"
      Then the file "junit.xml" contains "write(settings)#1"
      And the file "junit.xml" contains "TORN  settings is EMPTY"
      And the file "junit.xml" contains "O_CREAT O_TRUNC"
      And the file "junit.xml" contains "was         settings 8 bytes: old = 1\n"

    Scenario: one page has everything
      When I run "untorn prove --html report.html --protect settings -- sh -c 'echo new > settings'"
      Then the page says "NOT SAFE"
      And the page says "the files are wholly old or wholly new"
      And the page says "TORN  settings is TRUNCATED"
      And the page says "O_CREAT O_TRUNC"
      And the page says "injected"
      And the page says "8 bytes: old = 1\n"
      And the page says "2 bytes: ne"
      And the page says "more faults to the same"
      And the page says "ENOSPC:data"
      And the page says "kill:before"
      And the page says "untorn replay 'fault:write(settings)#1:ENOSPC:data' --protect settings -- sh -c 'echo new > settings'"
      And the page has no script, and nothing that it loads
      And its headings skip no level, and its table headers say what they head

    Scenario: a page of what is right
      When I run "untorn prove --plain --html report.html --protect settings -- sh -c 'echo new > .new && mv .new settings'"
      Then the page says "ALL OR NOTHING"
      And the page says "it ran in a plain temporary directory"

    Scenario: a page of what is not certain
      When I run "untorn prove --html report.html --protect settings -- true"
      Then the page says "INCONCLUSIVE"
      And the page says "the command does not change the protected files"
      And the page says "not tried"
      And the page says "None among the faults that were tried."

    Scenario: names and commands that are markup
      Given the file "<script>&quot;&x"
        """
        <b>
        """
      When I run 'untorn prove --html report.html --protect "<script>&quot;&x" -- sh -c "echo \"<i>\" > \"<script>&quot;&x\"" "</title>"'
      Then the page says "TORN  <script>&quot;&x is EMPTY"
      And the page says "4 bytes: <b>\n"
      And the page has no script, and nothing that it loads

    @needs_browser
    Scenario: a browser runs nothing of it
      When I run 'untorn prove --html report.html --protect "<script>document.title=1<script>" -- sh -c "echo > \"<script>document.title=1<script>\""'
      Then in a browser its title begins with "NOT SAFE: sh -c 'echo &gt;"

    Scenario: a report that does not fit leaves the former one as it was
      Given the file "report.json"
        """
        The former one.
        """
      And no file can have more than 4096 bytes
      When I run "untorn prove --json report.json --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 1
      And it says "cannot write the report report.json: File too large"
      And the file "report.json" contains "The former one."
      And there is nothing but "report.json scratch settings"

    @tdd_issue @tdd_issue_1149
    Scenario Outline: a run that proves nothing leaves no report of a former one, <option>
      Given the file "report"
        """
        The former one.
        """
      When I run "untorn prove <option> report --protect settings -- <command>"
      Then it exits with <code>
      And there is nothing but "scratch settings"

      Examples:
        | option  | command         | code |
        | --json  | sh -c 'exit 7'  | 3    |
        | --junit | sh -c 'exit 7'  | 3    |
        | --html  | /no/such/thing  | 2    |

    Scenario: a report that leads elsewhere
      Given the file "reports/1.json"
        """
        The former one.
        """
      And the link "report.json" to "reports/1.json"
      When I run "untorn prove --json report.json --protect settings -- sh -c 'echo new > settings'"
      Then the violations are "TORN"
      And the file "reports/1.json" contains "TORN"

    Scenario: a report for a pipe
      When I run "untorn prove --json /dev/stdout --protect settings -- sh -c 'echo new > settings'"
      Then it says '"answer": "violation"'
      And it says '"schema": 2'

    @tdd_issue @tdd_issue_1135
    Scenario Outline: a violation whose report cannot be written is one all the same, <option>
      When I run "untorn prove <option> nowhere/report --protect settings -- sh -c 'echo new > settings'"
      Then it exits with 1
      And it says "NOT SAFE"
      And it says "cannot write the report nowhere/report"

      Examples:
        | option    |
        | --json    |
        | --feature |

    Scenario: a report that cannot be written
      When I run "untorn prove --json nowhere/report.json --protect settings -- sh -c 'echo new > .new && mv .new settings'"
      Then it exits with 3
      And it says "cannot write the report nowhere/report.json"
