Feature: Unsetting single settings
  A setting that is taken away gives way to the layer below. As with setting, several go together or none.

  Rule: A key that is unset is gone from the file, and nothing else is

    Scenario: one key
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"         # until spring
        tls-verify = false
        """
      When I run "agents config unset server.namespace"
      Then it succeeds
      And it prints
        """
        server.namespace = (not set)
        """
      And there is no message
      And the configuration is now
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        tls-verify = false
        """
      And nothing else is left beside it

    Scenario: several keys
      Given a configuration
      When I run "agents config unset server.tls-verify server.namespace"
      Then it succeeds
      And it prints
        """
        server.tls-verify = (not set)
        server.namespace = (not set)
        """
      And the settings are now
        | server.url | https://old.example |

    Scenario: in the project's file
      Given a configuration
      And the project configuration
        """
        server.url = "https://project.example"
        server.sync.auto = false
        """
      When I run "agents config unset server.sync.auto --scope project"
      Then it succeeds
      And the file ".cleveragents/config.toml" is now
        """
        server.url = "https://project.example"
        """
      And the configuration is still as it was

    Scenario: a wrong value can be taken away
      Given the configuration
        """
        [server]
        tls-verify = "no"
        """
      When I run "agents config unset server.tls-verify"
      Then it succeeds
      And the configuration is now
        """
        [server]
        """

  Rule: One key that is refused keeps all of them

    Scenario Outline: <second> after one that is set
      Given a configuration
      When I run "agents config unset server.url <second>"
      Then it fails with exit code <code>
      And it prints nothing
      And the message is
        """
        error: <refusal>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | second            | code | refusal                                                                         |
        | server.token      | 3    | ~/.cleveragents/config.toml is unchanged: server.token is not set in it         |
        | server.tls_verify | 2    | nothing changed: unknown key server.tls_verify; did you mean server.tls-verify? |
        | server.url        | 2    | nothing changed: server.url is named twice                                      |
        | server.token=x    | 2    | nothing changed: the name of a key is expected, without a value                 |

    Scenario: where there is no configuration
      Given no configuration
      When I run "agents config unset server.namespace"
      Then it fails with exit code 3
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: server.namespace is not set in it
        """
      And there is still no configuration
      And nothing else is left beside it

    Scenario: a key that only another file sets
      Given a configuration
      And the project configuration
        """
        server.sync.auto = false
        """
      When I run "agents config unset server.sync.auto"
      Then it fails with exit code 3
      And the configuration is still as it was

    Scenario: where the file says a key twice
      Given the configuration
        """
        "server.url" = "https://one.example"
        [server]
        url = "https://other.example"
        namespace = "team"
        """
      When I run "agents config unset server.namespace server.url"
      Then it fails with exit code 4
      And the message contains "config.toml is unchanged: server.url is ambiguous: it stands on lines 1, 3"
      And the configuration is still as it was

  Rule: A key of a newer version or a plug-in is taken away for whoever allows it

    Scenario: a key that is not known
      Given the configuration
        """
        plugins.colour = [ "green" ]
        server.sync.auto = false
        """
      When I run "agents config unset --allow-unknown plugins.colour"
      Then it succeeds
      And the configuration is now
        """
        server.sync.auto = false
        """

  Rule: A change says what still holds because of another layer

    Scenario: a variable
      Given a configuration
      And the environment variable CLEVERAGENTS_SERVER_URL is "https://variable.example"
      When I run "agents config unset server.url"
      Then it succeeds
      And the message is
        """
        warning: server.url still comes from the environment variable CLEVERAGENTS_SERVER_URL
        """

    Scenario: a default needs no mention
      Given a configuration
      When I run "agents config unset server.namespace"
      Then it succeeds
      And there is no message

  Rule: A dry run prints the difference without secrets, and changes nothing

    Scenario: a secret
      Given the configuration
        """
        server.token = "hunter2"
        """
      And another process holds the lock
      When I run "agents --lock-timeout 0 config unset --dry-run server.token"
      Then it succeeds
      And it prints
        """
        --- ~/.cleveragents/config.toml
        +++ ~/.cleveragents/config.toml
        @@ -1 +0,0 @@
        -server.token = "(redacted)"
        """
      And the configuration is still as it was
      And nothing else is left beside it

  Rule: A change that fails leaves every key as it was

    Scenario Outline: <fault> while <stage>
      Given a configuration
      And <fault> strikes while <stage>
      When I run "agents config unset server.url server.namespace"
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
      When I run "agents config unset server.url server.namespace"
      Then it is killed
      And the configuration is still as it was
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | stage                    |
        | writing the new contents |
        | renaming it into place   |
