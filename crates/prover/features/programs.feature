Feature: Programs that most developers have
  What they do is told as it was found, not as one would wish; `strace`, which knows nothing of us, finds the same.

  @needs_git
  Rule: git config keeps the file whole when a write fails, but not when a read does

    Background:
      Given the file "settings"
        """
        [user]
        	name = Old
        """

    Scenario: git config
      When I run "untorn prove --json report.json --protect settings -- git config --file settings user.name New"
      Then it exits with 1
      And the violations are "STUCK TORN"
      And it says "strikes     fault:read(settings)#1:EIO:persist"
      And it says "left beside settings.lock"

    @needs_strace
    Scenario: strace finds the same of git config
      When I run "untorn strace 'fault:read(settings)#1:EIO:persist' --protect settings -- git config --file settings user.name New"
      And I run what it says
      Then it exits with 0
      And the file "settings" contains "name = Old"
      And the file "settings" contains "name = New"

  @needs_npm
  Rule: npm config set empties the file before it writes it, and loses what it could not read

    Background:
      Given the file ".npmrc"
        """
        registry=https://registry.example/
        fund=true
        """

    Scenario Outline: npm config set, where <fault> leaves <left>
      When I run "untorn replay '<id>' --protect .npmrc --env npm_config_update_notifier=false -- npm config set fund false"
      Then it exits with 1
      And it says "<verdict>"
      And it says "then        <end>"

      Examples:
        | fault                      | left                    | id                                   | verdict               | end      |
        | an I/O error of the write  | nothing                 | fault:write(.npmrc)#1:EIO:persist    | TORN  .npmrc is EMPTY | exit 251 |
        | an I/O error of the lookup | only the changed line   | fault:stat(.npmrc)#1:EIO:persist     | TORN  .npmrc is MIXED | exit 0   |

    @needs_strace
    Scenario Outline: strace finds the same of npm config set, where <fault> strikes
      When I run "untorn strace '<id>' --protect .npmrc --env npm_config_update_notifier=false -- npm config set fund false"
      And I run what it says
      Then it exits with <code>
      And the lines of the file ".npmrc" are "<left>"

      Examples:
        | fault                      | id                                   | code | left         |
        | an I/O error of the write  | fault:write(.npmrc)#1:EIO:persist    | 251  |              |
        | an I/O error of the lookup | fault:stat(.npmrc)#1:EIO:persist     | 0    | fund=false   |

  @needs_pip
  Rule: pip config set empties the file before it writes it

    Background:
      Given the directory ".config/pip"
      And the file ".config/pip/pip.conf"
        """
        [global]
        timeout = 10
        """

    Scenario Outline: pip config set, where <fault> leaves <left>
      When I run "untorn replay '<id>' --protect .config/pip/pip.conf -- PYTHON -m pip config set global.timeout 60"
      Then it exits with 1
      And it says "TORN  .config/pip/pip.conf is <tear>"
      And it says "then        <end>"

      Examples:
        | fault       | left    | id                                                 | tear      | end    |
        | a full disk | nothing | fault:write(.config/pip/pip.conf)#1:ENOSPC:persist | EMPTY     | exit 1 |
        | a kill      | nothing | kill:write(.config/pip/pip.conf)#1:before          | EMPTY     | killed |

    @needs_strace
    Scenario Outline: strace finds the same of pip config set, where <fault> strikes
      When I run "untorn strace '<id>' --protect .config/pip/pip.conf -- PYTHON -m pip config set global.timeout 60"
      And I run what it says
      Then it exits with <code>
      And the lines of the file ".config/pip/pip.conf" are ""

      Examples:
        | fault       | id                                                 | code |
        | a full disk | fault:write(.config/pip/pip.conf)#1:ENOSPC:persist | 1    |
        | a kill      | kill:write(.config/pip/pip.conf)#1:before          | 137  |

  @needs_sqlite3
  Rule: sqlite3 keeps a transaction whole for who reads it by SQLite, if it has its journal

    Background:
      Given the database "app.db"
        """
        create table a(name text);
        create table b(name text);
        insert into a values ('old');
        insert into b values ('old');
        """

    Scenario: sqlite3 and a reader
      When I run this
        """
        untorn prove --shard 1/3 --protect app.db --reader "sqlite3 app.db 'select a.name, b.name from a, b'"
        -- sqlite3 app.db "begin; update a set name = 'new'; update b set name = 'new'; commit"
        """
      Then it exits with 0
      And it says "ALL OR NOTHING"

    Scenario: sqlite3, where a kill leaves bytes that only the journal can make whole
      When I run this
        """
        untorn replay 'kill:write(app.db)#3:before' --protect app.db
        -- sqlite3 app.db "begin; update a set name = 'new'; update b set name = 'new'; commit"
        """
      Then it exits with 1
      And it says "TORN  app.db is MIXED"
      And it says "a clean run exit 0; new"

    Scenario: sqlite3 without a journal
      When I run this
        """
        untorn replay 'kill:write(app.db)#3:before' --protect app.db --reader "sqlite3 app.db 'select a.name, b.name from a, b'"
        -- sqlite3 app.db "pragma journal_mode = off; begin; update a set name = 'new'; update b set name = 'new'; commit"
        """
      Then it exits with 1
      And it says "TORN  app.db is MIXED"

    @needs_strace
    Scenario Outline: strace finds the same of sqlite3 <how>
      When I run this
        """
        untorn strace 'kill:write(app.db)#3:before' --protect app.db
        -- sqlite3 app.db "<mode>begin; update a set name = 'new'; update b set name = 'new'; commit"
        """
      And I run what it says
      Then it exits with 137
      And the database "app.db" answers "select a.name, b.name from a, b" with "<answer>"

      Examples:
        | how               | mode                        | answer   |
        | with a journal    |                             | old\|old |
        | without a journal | pragma journal_mode = off;  | new\|old |
