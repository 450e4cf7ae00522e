Feature: Several programs at once
  Everybody reads the configuration, and several write it: two terminals, a script and a person, an editor.
  Atomic is not isolated: writers that each replace the whole file lose one another's updates unless one
  waits for the other before it *reads*.

  Rule: No update is lost, and nobody is refused

    Scenario: sixteen writers, each its own keys
      Given a configuration
      When 16 writers at once set a key of their own 20 times each
      Then no writer was refused
      And all 320 settings are there
      And nothing else is left beside it

    Scenario: sixteen writers where there is no configuration yet
      Given no configuration
      When 16 writers at once set a key of their own 5 times each
      Then no writer was refused
      And all 80 settings are there
      And nothing else is left beside it

  Rule: A reader sees the old configuration or the new one

    Scenario: while two connections take turns
      Given I have run "agents server connect https://server-0.example --namespace team-0"
      When readers look 2000 times while two connections take turns 50 times
      Then no look was torn

    Scenario Outline: while <stage>
      Given a configuration
      And a reader looks while <stage>
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the reader saw the configuration as it <seen>

      Examples:
        | stage                           | seen   |
        | reading the configuration       | was    |
        | creating the temporary file     | was    |
        | writing the new contents        | was    |
        | keeping the metadata            | was    |
        | syncing the new contents        | was    |
        | comparing it with what was read | was    |
        | renaming it into place          | was    |
        | syncing the directory           | is now |
        | clearing the old file away      | is now |

  Rule: A writer that cannot have the lock says who has it, and changes nothing

    Scenario Outline: with a lock time-out of <timeout> s
      Given a configuration
      And another process holds the lock
      When I run "agents --lock-timeout <timeout> server connect https://new.example"
      Then it fails with exit code 4
      And the message contains "config.toml is unchanged: process PID held its lock for <timeout> s"
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | timeout |
        | 0       |
        | 0.2     |

    Scenario: a writer can wait for longer than any clock counts
      Given a configuration
      When I run "agents --lock-timeout 1e19 config set server.url=https://new.example"
      Then it succeeds
      And the configuration contains "https://new.example"

    Scenario: a reader does not wait for the lock
      Given a configuration
      And another process holds the lock
      When I run "agents config get server.url"
      Then it succeeds
      And it prints
        """
        https://old.example
        """

  Rule: What an editor saved meanwhile is kept

    Scenario Outline: an editor that <saves> while <stage>
      Given the configuration
        """
        [server]
        url = "https://old.example"
        """
      And an editor <saves> 1 time while <stage>
        """
        # mine
        [server]
        url = "https://old.example"
        """
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the configuration is now
        """
        # mine
        [server]
        url = "https://new.example"
        namespace = "team"
        tls-verify = true
        # saved
        """
      And nothing else is left beside it

      Examples: before the comparison, and between it and the rename
        | saves                     | stage                           |
        | saves this                | creating the temporary file     |
        | saves this                | comparing it with what was read |
        | saves this                | renaming it into place          |
        | writes this into the file | creating the temporary file     |
        | writes this into the file | comparing it with what was read |
        | writes this into the file | renaming it into place          |

    Scenario: an editor, where the file system has neither an exchange nor hard links
      Given the configuration
        """
        [server]
        url = "https://old.example"
        """
      And not supported strikes while exchanging the files
      And not supported strikes while linking the old file
      And an editor saves this 1 time while syncing the new contents
        """
        # mine
        [server]
        url = "https://old.example"
        """
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration is now
        """
        # mine
        [server]
        url = "https://new.example"
        # saved
        """
      And nothing else is left beside it

    Scenario: someone who takes permissions away
      Given a configuration
      And the configuration has mode 644
      And someone changes its mode to 600 while syncing the new contents
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration has mode 600
      And nothing else is left beside it

    Scenario: an editor that creates the configuration meanwhile
      Given no configuration
      And an editor saves this 1 time while renaming it into place
        """
        [server]
        """
      When I run "agents config set server.namespace=team"
      Then it succeeds
      And the settings are now
        | server.namespace | team |
      And the configuration contains "# saved"
      And nothing else is left beside it

    @tdd_issue @tdd_issue_1202
    Scenario Outline: an editor that saves while <what> is put back
      Given <before>
      And an I/O error strikes while syncing the directory
      And an editor saves this 1 time while putting the old file back
        """
        [server]
        url = "https://third.example"
        """
      When I run "agents config set server.url=https://new.example"
      Then it fails with exit code 1
      And the configuration is now
        """
        [server]
        url = "https://third.example"
        # saved
        """
      And nothing else is left beside it

      Examples:
        | what         | before           |
        | the old file | a configuration  |
        | nothing      | no configuration |

    Scenario: an editor that never stops saving
      Given a configuration
      And an editor saves this 3 times while comparing it with what was read
        """
        [server]
        url = "https://old.example"
        """
      When I run "agents server connect https://new.example"
      Then it fails with exit code 4
      And the message contains "config.toml is as another program left it"
      And the configuration is now
        """
        [server]
        url = "https://old.example"
        # saved
        # saved
        # saved
        """
      And nothing else is left beside it

  Rule: A change that cannot be taken back is told as a change

    @tdd_issue @tdd_issue_1201
    Scenario: the file that gave way cannot be looked at, nor be put back
      Given a configuration
      And an I/O error strikes while looking at the old file
      And an I/O error strikes while putting the old file back
      When I run "agents config set server.url=https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is changed, but may not survive a power cut: "
      And the configuration contains "https://new.example"

  Rule: A directory that takes the place of the locked one is locked in its turn

    Scenario Outline: a copy takes its place while <stage>
      Given the configuration
        """
        [server]
        url = "https://old.example"
        """
      And a copy takes the place of its directory while <stage>
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration is now
        """
        [server]
        url = "https://new.example"
        """

      Examples:
        | stage                           |
        | creating the temporary file     |
        | comparing it with what was read |
        | renaming it into place          |

    @tdd_issue @tdd_issue_1209
    Scenario Outline: a copy takes its place while <stage>, and nothing is left in either
      Given a configuration
      And a copy takes the place of its directory while <stage>
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And neither of the two directories holds anything but a configuration

      Examples:
        | stage                           |
        | writing the new contents        |
        | comparing it with what was read |
        | renaming it into place          |

    @tdd_issue @tdd_issue_1210
    Scenario: the locked one comes back before another one is locked
      Given a configuration
      And a copy takes the place of its directory while comparing it with what was read
      And its directory comes back the 2nd time while opening the directory
      When I run "agents --lock-timeout 0.1 config set server.url=https://new.example"
      Then it succeeds
      And the configuration contains "https://new.example"

    Scenario: a FIFO takes its place, and nobody waits for it
      Given a configuration
      And a FIFO takes the place of its directory while comparing it with what was read
      When I run "agents config set server.url=https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot open its directory: Not a directory"

    Scenario: a copy takes its place, and cannot be locked
      Given a configuration
      And no locks available strikes the 2nd time while locking the directory
      And a copy takes the place of its directory while comparing it with what was read
      When I run "agents config set server.url=https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot lock it: No locks available"

  Rule: A directory that another writer takes away again hinders nobody

    @tdd_issue @tdd_issue_1205
    Scenario: one that was there, and is gone when it is opened
      Given no configuration
      And the directory of the configuration has mode 700
      And someone removes its directory while opening the directory
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration contains "https://new.example"

  Rule: A change that fails takes away the directories that it has made, and no others

    @tdd_issue @tdd_issue_1211
    Scenario: someone puts another one in the place of one that it has made
      Given no configuration
      And a copy takes the place of its directory while creating the temporary file
      And an I/O error strikes while writing the new contents
      When I run "agents config set server.url=https://new.example"
      Then it fails with exit code 1
      And the directory of the configuration is there

    @tdd_issue @tdd_issue_1211
    Scenario: someone takes one of them away, and the second attempt fails
      Given someone removes the directory "~/new/deep" while comparing it with what was read
      And an I/O error strikes the 2nd time while writing the new contents
      When I run "agents --config ../home/new/deep/agents.toml config set server.url=https://new.example"
      Then it fails with exit code 1
      And nothing else is left beside it

  Rule: Where a directory cannot be locked, a lock file is

    Scenario: sixteen writers
      Given a configuration
      And not supported strikes while locking the directory
      When 16 writers at once set a key of their own 5 times each
      Then no writer was refused
      And all 80 settings are there
      And only ".config.toml.lock" is left beside it
