@tdd_issue @tdd_issue_993
Feature: Connecting writes three settings whole or not at all
  `agents server connect` sets `server.url`, `server.namespace` and `server.tls-verify`.
  They only mean something together: a URL with the namespace of another server sends work to the wrong
  place, and later commands fail in confusing ways. The first version wrote them one after the other, and
  left a mixture behind when the second or the third write failed.

  Rule: A connect that succeeds sets all three

    Scenario: over a configuration that exists
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        """
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And nothing else is left beside it

    Scenario: where there is no configuration yet
      Given no configuration
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And nothing else is left beside it

  Rule: A connect that fails at its second or third write changes nothing

    Scenario Outline: <fault> at the <write> write, over a configuration that exists
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        """
      And <fault> strikes at the <write> write of a setting
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And the configuration is still as it was
      And the settings are still
        | server.url        | https://old.example |
        | server.namespace  | staging             |
        | server.tls-verify | false               |
      And nothing else is left beside it
      And the message contains "config.toml is unchanged: cannot write a setting"
      And the same command succeeds once the fault is gone

      Examples:
        | fault                   | write |
        | no space left           | 2nd   |
        | quota exceeded          | 2nd   |
        | permission denied       | 2nd   |
        | an I/O error            | 2nd   |
        | a read-only file system | 2nd   |
        | no space left           | 3rd   |
        | quota exceeded          | 3rd   |
        | permission denied       | 3rd   |
        | an I/O error            | 3rd   |
        | a read-only file system | 3rd   |

    Scenario Outline: <fault> at the <write> write, where there is no configuration yet
      Given no configuration
      And <fault> strikes at the <write> write of a setting
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And there is still no configuration
      And nothing else is left beside it
      And the message contains "config.toml is unchanged: cannot write a setting"
      And the same command succeeds once the fault is gone

      Examples:
        | fault                   | write |
        | no space left           | 2nd   |
        | quota exceeded          | 2nd   |
        | permission denied       | 2nd   |
        | an I/O error            | 2nd   |
        | a read-only file system | 2nd   |
        | no space left           | 3rd   |
        | quota exceeded          | 3rd   |
        | permission denied       | 3rd   |
        | an I/O error            | 3rd   |
        | a read-only file system | 3rd   |

    Scenario Outline: <fault> at the <write> write, which ends the process, over a configuration that exists
      Given the configuration
        """
        [server]
        url = "https://old.example"
        namespace = "staging"
        tls-verify = false
        """
      And <fault> strikes at the <write> write of a setting
      When I run "agents server connect https://new.example --namespace team"
      Then it <end>
      And the configuration is still as it was
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | fault   | write | end                      |
        | a panic | 2nd   | fails with exit code 101 |
        | a panic | 3rd   | fails with exit code 101 |
        | a kill  | 2nd   | is killed                |
        | a kill  | 3rd   | is killed                |

    Scenario Outline: <fault> at the <write> write, which ends the process, where there is no configuration yet
      Given no configuration
      And <fault> strikes at the <write> write of a setting
      When I run "agents server connect https://new.example --namespace team"
      Then it <end>
      And there is still no configuration
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | fault   | write | end                      |
        | a panic | 2nd   | fails with exit code 101 |
        | a panic | 3rd   | fails with exit code 101 |
        | a kill  | 2nd   | is killed                |
        | a kill  | 3rd   | is killed                |

  @commit_steps
  Rule: A connect that fails at any step of the commit changes nothing

    Scenario Outline: <fault> while <stage>, over a configuration that exists
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        """
      And <fault> strikes while <stage>
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And the configuration is still as it was
      And the settings are still
        | server.url        | https://old.example |
        | server.namespace  | staging             |
        | server.tls-verify | false               |
      And nothing else is left beside it
      And the message contains "config.toml is unchanged: cannot <step>: "
      And the same command succeeds once the fault is gone
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |

      Examples:
        | fault                   | stage                           | step                                |
        | permission denied       | locking the directory           | lock it                             |
        | an I/O error            | locking the directory           | lock it                             |
        | no locks available      | locking the directory           | lock it                             |
        | an I/O error            | locking the file                | lock it                             |
        | no locks available      | locking the file                | lock it                             |
        | permission denied       | reading the configuration       | read it                             |
        | an I/O error            | reading the configuration       | read it                             |
        | no space left           | creating the temporary file     | create a temporary file beside it   |
        | quota exceeded          | creating the temporary file     | create a temporary file beside it   |
        | permission denied       | creating the temporary file     | create a temporary file beside it   |
        | an I/O error            | creating the temporary file     | create a temporary file beside it   |
        | a read-only file system | creating the temporary file     | create a temporary file beside it   |
        | too many open files     | creating the temporary file     | create a temporary file beside it   |
        | no space left           | writing the new contents        | write the new contents              |
        | quota exceeded          | writing the new contents        | write the new contents              |
        | an I/O error            | writing the new contents        | write the new contents              |
        | no space left           | keeping the metadata            | keep its mode, owner and attributes |
        | permission denied       | keeping the metadata            | keep its mode, owner and attributes |
        | an I/O error            | keeping the metadata            | keep its mode, owner and attributes |
        | no space left           | syncing the new contents        | sync the new contents               |
        | quota exceeded          | syncing the new contents        | sync the new contents               |
        | an I/O error            | syncing the new contents        | sync the new contents               |
        | permission denied       | comparing it with what was read | compare it with what was read       |
        | an I/O error            | comparing it with what was read | compare it with what was read       |
        | no space left           | renaming it into place          | rename the new contents into place  |
        | quota exceeded          | renaming it into place          | rename the new contents into place  |
        | permission denied       | renaming it into place          | rename the new contents into place  |
        | an I/O error            | renaming it into place          | rename the new contents into place  |
        | a read-only file system | renaming it into place          | rename the new contents into place  |
        | no space left           | syncing the directory           | sync its directory                  |
        | quota exceeded          | syncing the directory           | sync its directory                  |
        | an I/O error            | syncing the directory           | sync its directory                  |
        | a read-only file system | syncing the directory           | sync its directory                  |

    Scenario Outline: <fault> while <stage>, where there is no configuration yet
      Given no configuration
      And <fault> strikes while <stage>
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And there is still no configuration
      And nothing else is left beside it
      And the message contains "config.toml is unchanged: cannot <step>: "
      And the same command succeeds once the fault is gone
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |

      Examples:
        | fault                   | stage                           | step                                |
        | no space left           | making the directory            | make its directory                  |
        | quota exceeded          | making the directory            | make its directory                  |
        | permission denied       | making the directory            | make its directory                  |
        | an I/O error            | making the directory            | make its directory                  |
        | a read-only file system | making the directory            | make its directory                  |
        | no space left           | syncing the parent directory    | sync the parent of its directory    |
        | quota exceeded          | syncing the parent directory    | sync the parent of its directory    |
        | an I/O error            | syncing the parent directory    | sync the parent of its directory    |
        | permission denied       | locking the directory           | lock it                             |
        | an I/O error            | locking the directory           | lock it                             |
        | no locks available      | locking the directory           | lock it                             |
        | no space left           | creating the temporary file     | create a temporary file beside it   |
        | quota exceeded          | creating the temporary file     | create a temporary file beside it   |
        | permission denied       | creating the temporary file     | create a temporary file beside it   |
        | an I/O error            | creating the temporary file     | create a temporary file beside it   |
        | a read-only file system | creating the temporary file     | create a temporary file beside it   |
        | too many open files     | creating the temporary file     | create a temporary file beside it   |
        | no space left           | writing the new contents        | write the new contents              |
        | quota exceeded          | writing the new contents        | write the new contents              |
        | an I/O error            | writing the new contents        | write the new contents              |
        | no space left           | keeping the metadata            | keep its mode, owner and attributes |
        | permission denied       | keeping the metadata            | keep its mode, owner and attributes |
        | an I/O error            | keeping the metadata            | keep its mode, owner and attributes |
        | no space left           | syncing the new contents        | sync the new contents               |
        | quota exceeded          | syncing the new contents        | sync the new contents               |
        | an I/O error            | syncing the new contents        | sync the new contents               |
        | permission denied       | comparing it with what was read | compare it with what was read       |
        | an I/O error            | comparing it with what was read | compare it with what was read       |
        | no space left           | renaming it into place          | rename the new contents into place  |
        | quota exceeded          | renaming it into place          | rename the new contents into place  |
        | permission denied       | renaming it into place          | rename the new contents into place  |
        | an I/O error            | renaming it into place          | rename the new contents into place  |
        | a read-only file system | renaming it into place          | rename the new contents into place  |
        | no space left           | syncing the directory           | sync its directory                  |
        | quota exceeded          | syncing the directory           | sync its directory                  |
        | an I/O error            | syncing the directory           | sync its directory                  |
        | a read-only file system | syncing the directory           | sync its directory                  |

    Scenario Outline: a panic while <stage>, over a configuration that exists
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        """
      And a panic strikes while <stage>
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 101
      And the configuration is still as it was
      And nothing else is left beside it
      And the same command succeeds once the fault is gone

      Examples:
        | stage                           |
        | locking the directory           |
        | locking the file                |
        | reading the configuration       |
        | creating the temporary file     |
        | writing the new contents        |
        | keeping the metadata            |
        | syncing the new contents        |
        | comparing it with what was read |
        | renaming it into place          |
        | syncing the directory           |

    Scenario Outline: a panic while <stage>, where there is no configuration yet
      Given no configuration
      And a panic strikes while <stage>
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 101
      And there is still no configuration
      And nothing else is left beside it
      And the same command succeeds once the fault is gone

      Examples:
        | stage                           |
        | making the directory            |
        | syncing the parent directory    |
        | locking the directory           |
        | creating the temporary file     |
        | writing the new contents        |
        | keeping the metadata            |
        | syncing the new contents        |
        | comparing it with what was read |
        | renaming it into place          |
        | syncing the directory           |

    Scenario: an interrupted call while writing the new contents is tried again
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        """
      And an interrupted call strikes once while writing the new contents
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |

    Scenario: a short write is continued until all has arrived
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        """
      And a short write strikes while writing the rest of the new contents
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the configuration is now
        """
        # Where the agents run.
        [server]
        url = "https://new.example"   # since last year
        namespace = "team"
        tls-verify = true
        """
      And nothing else is left beside it

    Scenario Outline: a short write before <fault>, <where>
      Given <state>
      And a short write strikes once while writing the rest of the new contents
      And <fault> strikes the 2nd time while writing the new contents
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And the configuration is still as it was
      And nothing else is left beside it
      And the message contains "config.toml is unchanged: cannot write the new contents: "
      And the same command succeeds once the fault is gone
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |

      Examples:
        | fault          | where                               | state            |
        | no space left  | over a configuration that exists    | a configuration  |
        | quota exceeded | over a configuration that exists    | a configuration  |
        | an I/O error   | over a configuration that exists    | a configuration  |
        | no space left  | where there is no configuration yet | no configuration |
        | quota exceeded | where there is no configuration yet | no configuration |
        | an I/O error   | where there is no configuration yet | no configuration |

    Scenario Outline: a short write before <fault>, which ends the process, <where>
      Given <state>
      And a short write strikes once while writing the rest of the new contents
      And <fault> strikes the 2nd time while writing the new contents
      When I run "agents server connect https://new.example --namespace team"
      Then it <end>
      And the configuration is still as it was
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | fault   | where                               | state            | end                      |
        | a panic | over a configuration that exists    | a configuration  | fails with exit code 101 |
        | a kill  | over a configuration that exists    | a configuration  | is killed                |
        | a panic | where there is no configuration yet | no configuration | fails with exit code 101 |
        | a kill  | where there is no configuration yet | no configuration | is killed                |

  @commit_steps
  Rule: A connect whose change can neither be made durable nor put back says that it is in place

    Scenario Outline: <fault> while putting the old file back, <where>
      Given <state>
      And an I/O error strikes while syncing the directory
      And <fault> strikes while putting the old file back
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And the message contains "config.toml is changed, but may not survive a power cut: "
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And nothing else is left beside it
      And the same command succeeds once the fault is gone

      Examples:
        | fault                   | where                               | state                     |
        | no space left           | over a configuration that exists    | a configuration           |
        | quota exceeded          | over a configuration that exists    | a configuration           |
        | an I/O error            | over a configuration that exists    | a configuration           |
        | permission denied       | over a configuration that exists    | a configuration           |
        | a read-only file system | over a configuration that exists    | a configuration           |
        | no space left           | where there is no configuration yet | no configuration          |
        | quota exceeded          | where there is no configuration yet | no configuration          |
        | an I/O error            | where there is no configuration yet | no configuration          |
        | permission denied       | where there is no configuration yet | no configuration          |
        | a read-only file system | where there is no configuration yet | no configuration          |

    Scenario Outline: a panic while putting the old file back, <where>
      Given <state>
      And an I/O error strikes while syncing the directory
      And a panic strikes while putting the old file back
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 101
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | where                               | state            |
        | over a configuration that exists    | a configuration  |
        | where there is no configuration yet | no configuration |

  @commit_steps
  Rule: A connect that is killed leaves the old configuration or the new one, and the next command clears up

    Scenario Outline: a kill while <stage>, over a configuration that exists
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        """
      And a kill strikes while <stage>
      When I run "agents server connect https://new.example --namespace team"
      Then it is killed
      And the configuration is still as it was
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples: until the new file takes the place of the old one
        | stage                           |
        | locking the directory           |
        | locking the file                |
        | reading the configuration       |
        | creating the temporary file     |
        | writing the new contents        |
        | keeping the metadata            |
        | syncing the new contents        |
        | comparing it with what was read |
        | renaming it into place          |

    Scenario Outline: a kill while <stage>, where there is no configuration yet
      Given no configuration
      And a kill strikes while <stage>
      When I run "agents server connect https://new.example --namespace team"
      Then it is killed
      And there is still no configuration
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples: until the new file is in place
        | stage                           |
        | making the directory            |
        | syncing the parent directory    |
        | locking the directory           |
        | creating the temporary file     |
        | writing the new contents        |
        | keeping the metadata            |
        | syncing the new contents        |
        | comparing it with what was read |
        | renaming it into place          |

    Scenario Outline: a kill while <stage>, <where>
      Given <state>
      And a kill strikes while <stage>
      When I run "agents server connect https://new.example --namespace team"
      Then it is killed
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples: from the moment when the new file is in place
        | stage                      | where                               | state            |
        | syncing the directory      | over a configuration that exists    | a configuration  |
        | syncing the directory      | where there is no configuration yet | no configuration |
        | clearing the old file away | over a configuration that exists    | a configuration  |

    Scenario: a kill while putting the old file back
      Given a configuration
      And an I/O error strikes while syncing the directory
      And a kill strikes while putting the old file back
      When I run "agents server connect https://new.example --namespace team"
      Then it is killed
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

  @commit_steps
  Rule: What cannot be cleared away after the change is no failure of the change

    Scenario: an I/O error while clearing the old file away
      Given a configuration
      And an I/O error strikes while clearing the old file away
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And nothing else is left beside it

  @commit_steps
  Rule: Where a file system lacks an exchange, a hard link keeps the old file until the new one is durable

    Scenario: a connect that succeeds
      Given a configuration
      And not supported strikes while exchanging the files
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And nothing else is left beside it

    Scenario: a connect that succeeds where there is no configuration yet
      Given no configuration
      And not supported strikes while exchanging the files
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And nothing else is left beside it

    Scenario Outline: <fault> while <stage>
      Given a configuration
      And not supported strikes while exchanging the files
      And <fault> strikes while <stage>
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And the configuration is still as it was
      And nothing else is left beside it
      And the same command succeeds once the fault is gone

      Examples:
        | fault         | stage                 |
        | an I/O error  | linking the old file  |
        | no space left | linking the old file  |
        | an I/O error  | syncing the directory |

    Scenario: a directory that cannot be synced where there are no hard links either
      Given a configuration
      And not supported strikes while exchanging the files
      And not supported strikes while linking the old file
      And an I/O error strikes while syncing the directory
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And the message contains "config.toml is changed, but may not survive a power cut: "
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And nothing else is left beside it
