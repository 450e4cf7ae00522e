Feature: Disconnecting from a server
  Half a connection is worse than none: a token without its server, or a switched-off verification that
  waits for the next one. `agents server disconnect` takes the whole connection away, or leaves all of it.

  Rule: A disconnect takes away the URL, the namespace, the verification and the token, and nothing else

    Scenario: a connection among other things
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        token = "hunter2"
        # How often they look.
        sync.interval = 60

        [plugins]
        url = "https://plugins.example"
        """
      When I run "agents server disconnect"
      Then it succeeds
      And it prints
        """
        server.url = (not set)
        server.namespace = (not set)
        server.tls-verify = (not set)
        server.token = (not set)
        """
      And there is no message
      And the configuration is now
        """
        # Where the agents run.
        [server]
        # How often they look.
        sync.interval = 60

        [plugins]
        url = "https://plugins.example"
        """
      And nothing else is left beside it

    Scenario Outline: what is left of a connection: <setting>
      Given the configuration
        """
        <setting>
        """
      When I run "agents server disconnect"
      Then it succeeds
      And the configuration is now
        """
        """

      Examples:
        | setting                            |
        | "server.url" = "https://x.example" |
        | server.namespace = "staging"       |
        | server.tls-verify = false          |
        | server.token = "hunter2"           |

  Rule: Where the file holds no connection, a disconnect fails with exit code 3

    Scenario: no configuration
      Given no configuration
      When I run "agents server disconnect"
      Then it fails with exit code 3
      And it prints nothing
      And the message is
        """
        error: nothing changed: the global file ~/.cleveragents/config.toml holds no connection to a server
        """
      And there is still no configuration
      And nothing else is left beside it

    Scenario: other settings
      Given the configuration
        """
        server.sync.auto = false
        """
      When I run "agents server disconnect"
      Then it fails with exit code 3
      And the configuration is still as it was

    Scenario: a connection in another file
      Given a configuration
      And the project configuration
        """
        [server.sync]
        auto = false
        """
      When I run "agents server disconnect --scope project"
      Then it fails with exit code 3
      And the message is
        """
        error: nothing changed: the project file ./.cleveragents/config.toml holds no connection to a server
        """
      And the configuration is still as it was

    Scenario: a second time
      Given I have run "agents server connect https://old.example"
      And I have run "agents server disconnect"
      When I run "agents server disconnect"
      Then it fails with exit code 3
      And the configuration is still as it was

  Rule: A disconnect says what still comes from another layer

    Scenario: the global connection below the project's
      Given a configuration
      And the project configuration
        """
        [server]
        url = "https://project.example"
        """
      And the environment variable CLEVERAGENTS_SERVER_TOKEN is "hunter2"
      When I run "agents server disconnect"
      Then it succeeds
      And the message is
        """
        warning: server.url still comes from the project file ./.cleveragents/config.toml
        warning: server.token still comes from the environment variable CLEVERAGENTS_SERVER_TOKEN
        """
      And the file ".cleveragents/config.toml" is now
        """
        [server]
        url = "https://project.example"
        """

    Scenario: the project's connection above the global one
      Given the configuration
        """
        [server]
        url = "https://old.example"
        """
      And the project configuration
        """
        [server]
        url = "https://project.example"
        namespace = "team"
        """
      When I run "agents server disconnect --scope project"
      Then it succeeds
      And the message is
        """
        warning: server.url still comes from the global file ~/.cleveragents/config.toml
        """
      And the file ".cleveragents/config.toml" is now
        """
        [server]
        """
      And the configuration is still as it was

  Rule: A dry run prints the difference without secrets, and changes nothing

    Scenario: without the lock, which another process holds
      Given the configuration
        """
        [server]
        url = "https://old.example"
        token = "hunter2"
        """
      And another process holds the lock
      When I run "agents --lock-timeout 0 server disconnect --dry-run"
      Then it succeeds
      And it prints
        """
        --- ~/.cleveragents/config.toml
        +++ ~/.cleveragents/config.toml
        @@ -1,3 +1 @@
         [server]
        -url = "https://old.example"
        -token = "(redacted)"
        """
      And the configuration is still as it was
      And nothing else is left beside it

    Scenario: no connection
      Given no configuration
      When I run "agents server disconnect --dry-run"
      Then it fails with exit code 3
      And it prints nothing
      And nothing else is left beside it

  Rule: A disconnect that fails changes nothing

    Scenario Outline: <fault> at the <write> write
      Given a configuration
      And <fault> strikes at the <write> write of a setting
      When I run "agents server disconnect"
      Then it fails with exit code 1
      And it prints nothing
      And the message contains "config.toml is unchanged: cannot write a setting"
      And the configuration is still as it was
      And nothing else is left beside it
      And the same command succeeds once the fault is gone

      Examples:
        | fault         | write |
        | no space left | 2nd   |
        | an I/O error  | 3rd   |
        | an I/O error  | 4th   |

    Scenario Outline: <fault> while <stage>
      Given a configuration
      And <fault> strikes while <stage>
      When I run "agents server disconnect"
      Then it fails with exit code 1
      And it prints nothing
      And the message contains "config.toml is unchanged: cannot <step>"
      And the configuration is still as it was
      And nothing else is left beside it
      And the same command succeeds once the fault is gone

      Examples:
        | fault             | stage                       | step                               |
        | permission denied | creating the temporary file | create a temporary file beside it  |
        | no space left     | writing the new contents    | write the new contents             |
        | an I/O error      | syncing the new contents    | sync the new contents              |
        | an I/O error      | renaming it into place      | rename the new contents into place |
        | an I/O error      | syncing the directory       | sync its directory                 |

    Scenario Outline: a kill while <stage>
      Given a configuration
      And a kill strikes while <stage>
      When I run "agents server disconnect"
      Then it is killed
      And the configuration is still as it was
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | stage                    |
        | writing the new contents |
        | renaming it into place   |
