Feature: Setting single settings
  Some settings depend on one another, and no command knows about all of them. Whoever sets several in
  one `agents config set` gets all of them or none.

  Rule: A key that is set has the new value, and what is now set is printed

    Scenario: one key
      Given the configuration
        """
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        """
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And it prints
        """
        server.url = "https://new.example"
        """
      And there is no message
      And the configuration is now
        """
        [server]
        url = "https://new.example"   # since last year
        namespace = "staging"
        """
      And nothing else is left beside it

    Scenario: several keys, in the order in which they were named
      Given no configuration
      When I run "agents config set server.sync.interval=60 server.url=https://new.example server.sync.auto=off"
      Then it succeeds
      And it prints
        """
        server.sync.interval = 60
        server.url = "https://new.example"
        server.sync.auto = false
        """
      And the settings are now
        | server.url           | https://new.example |
        | server.sync.auto     | false               |
        | server.sync.interval | 60                  |
      And nothing else is left beside it

    Scenario: a value with an equals sign, spaces and quotes
      Given no configuration
      When I run 'agents config set "server.namespace= a=\"b\" "'
      Then it succeeds
      And it prints
        """
        server.namespace = " a=\"b\" "
        """
      And the configuration is now
        """
        [server]
        namespace = " a=\"b\" "
        """

    Scenario: a secret, which is not repeated
      Given no configuration
      When I run "agents config set server.token=hunter2"
      Then it succeeds
      And it prints
        """
        server.token = (set)
        """
      And there is no message
      And the settings are now
        | server.token | hunter2 |

    Scenario: in the project's file
      Given a configuration
      And the project configuration
        """
        [server]
        namespace = "team"
        """
      When I run "agents config set server.sync.interval=60 --scope project"
      Then it succeeds
      And the file ".cleveragents/config.toml" is now
        """
        [server]
        namespace = "team"
        sync.interval = 60
        """
      And the configuration is still as it was

  Rule: A switch may be said in several words, and is stored as true or false

    Scenario Outline: <word>
      Given no configuration
      When I run "agents config set server.sync.auto=<word>"
      Then it succeeds
      And the settings are now
        | server.sync.auto | <value> |

      Examples:
        | word  | value |
        | true  | true  |
        | Yes   | true  |
        | on    | true  |
        | 1     | true  |
        | false | false |
        | no    | false |
        | OFF   | false |
        | 0     | false |

  Rule: A key that we know keeps its place

    @tdd_issue @tdd_issue_996
    Scenario Outline: <setting>, which would leave no place for <known>
      Given a configuration
      When I run "agents config set --allow-unknown <setting>"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: <key> would leave no place for <known>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | setting           | key             | known            |
        | server=3          | server          | server.url       |
        | server.sync=1     | server.sync     | server.sync.auto |
        | server.url.port=1 | server.url.port | server.url       |

  Rule: One setting that is refused keeps all of them out

    Scenario Outline: <second> after a valid one
      Given a configuration
      When I run "agents config set server.url=https://new.example <second>"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: <refusal>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | second                    | refusal                                                                               |
        | server.tls-verify=maybe   | server.tls-verify must be true or false                                               |
        | server.sync.interval=0    | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |
        | server.sync.interval=-1   | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |
        | server.sync.interval=1.5  | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |
        | server.namespace=         | server.namespace must not be empty                                                    |
        | server.tls_verify=false   | unknown key server.tls_verify; did you mean server.tls-verify?                        |
        | colour=green              | unknown key colour                                                                    |
        | server.url=https://b.test | server.url is named twice                                                             |
        | =green                    | the name of a key is expected, without a value                                        |
        | server.namespace          | argument 2 is not of the form KEY=VALUE                                               |
        | hunter2                   | argument 2 is not of the form KEY=VALUE                                               |

    Scenario: before the lock is asked for
      Given a configuration
      And another process holds the lock
      When I run "agents --lock-timeout 0 config set server.url=https://new.example server.sync.interval=0"
      Then it fails with exit code 2
      And the configuration is still as it was

    Scenario Outline: <second>, where the file has something else in its place
      Given the configuration
        """
        [server]
        url = "https://old.example"
        [server.namespace]
        name = "staging"
        [plugins]
        colour = "green"
        """
      When I run "agents config set --allow-unknown server.url=https://new.example <second>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: it cannot be edited: <refusal>
        """
      And the configuration is still as it was

      Examples:
        | second                    | refusal                                                                     |
        | server.namespace=team     | server.namespace cannot be changed: server.namespace on line 3 is a table   |
        | plugins.colour.shade=dark | plugins.colour.shade cannot be changed: plugins.colour on line 6 is a value |

    @tdd_issue @tdd_issue_1207
    Scenario: a line is one of the file, and not of what the changes before would make of it
      Given the configuration
        """
        [plugins]
        colour = "green"
        """
      When I run "agents config set --allow-unknown shade=dark plugins.colour.shade=dark"
      Then it fails with exit code 1
      And the message contains "plugins.colour on line 2 is a value"

    Scenario: where the file says a key twice
      Given the configuration
        """
        "server.namespace" = "one"
        [server]
        url = "https://old.example"
        namespace = "other"
        """
      When I run "agents config set server.url=https://new.example server.namespace=team"
      Then it fails with exit code 4
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: server.namespace is ambiguous: it stands on lines 1, 4
        """
      And the configuration is still as it was

  Rule: A key of a newer version or a plug-in is stored as a string, for whoever allows it

    Scenario: a key that is not known
      Given the configuration
        """
        [server]
        url = "https://old.example"
        """
      When I run "agents config set --allow-unknown plugins.retries=3"
      Then it succeeds
      And it prints
        """
        plugins.retries = "3"
        """
      And the configuration is now
        """
        [server]
        url = "https://old.example"

        [plugins]
        retries = "3"
        """

    Scenario: a key that is known is still validated
      Given a configuration
      When I run "agents config set --allow-unknown server.sync.interval=soon"
      Then it fails with exit code 2
      And the configuration is still as it was

  Rule: What is set already is not written again

    Scenario: all of it
      Given the configuration
        """
        server = {url='https://old.example', sync.interval=6_0}
        """
      When I run "agents config set server.url=https://old.example server.sync.interval=60"
      Then it succeeds
      And it prints
        """
        unchanged: ~/.cleveragents/config.toml
        """
      And the configuration is still as it was
      And nothing else is left beside it

    Scenario: some of it keeps its spelling
      Given the configuration
        """
        server = {url='https://old.example', sync.interval=6_0}
        """
      When I run "agents config set server.url=https://new.example server.sync.interval=60"
      Then it succeeds
      And the configuration is now
        """
        server = {url="https://new.example", sync.interval=6_0}
        """

    Scenario: a default is set like any other value
      Given no configuration
      When I run "agents config set server.namespace=default"
      Then it succeeds
      And the configuration is now
        """
        [server]
        namespace = "default"
        """

  Rule: A dry run prints the difference without secrets, and changes nothing

    Scenario: several keys
      Given the configuration
        """
        [server]
        token = "hunter2"
        """
      And another process holds the lock
      When I run "agents --lock-timeout 0 config set --dry-run server.token=hunter3 server.namespace=team"
      Then it succeeds
      And it prints
        """
        --- ~/.cleveragents/config.toml
        +++ ~/.cleveragents/config.toml
        @@ -1,2 +1,3 @@
         [server]
        -token = "(redacted)"
        +token = "(redacted, new)"
        +namespace = "team"
        """
      And the configuration is still as it was
      And nothing else is left beside it

  Rule: A change says which of its settings another layer overrides

    Scenario: one of two
      Given a configuration
      And the environment variable CLEVERAGENTS_SERVER_NAMESPACE is "variable"
      When I run "agents config set server.url=https://new.example server.namespace=team"
      Then it succeeds
      And the message is
        """
        warning: server.namespace still comes from the environment variable CLEVERAGENTS_SERVER_NAMESPACE
        """
      And the configuration contains 'namespace = "team"'

  Rule: A change that fails leaves every key as it was

    Scenario Outline: <fault> at the <write> of three writes
      Given a configuration
      And <fault> strikes at the <write> write of a setting
      When I run "agents config set server.url=https://new.example server.sync.auto=no server.namespace=team"
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

    Scenario Outline: <fault> while <stage>, over a configuration that exists
      Given a configuration
      And <fault> strikes while <stage>
      When I run "agents config set server.url=https://new.example server.sync.auto=no server.namespace=team"
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

    Scenario Outline: <fault> while <stage>, where there is no configuration yet
      Given no configuration
      And <fault> strikes while <stage>
      When I run "agents config set server.url=https://new.example server.sync.auto=no server.namespace=team"
      Then it fails with exit code 1
      And it prints nothing
      And the message contains "config.toml is unchanged: cannot <step>"
      And there is still no configuration
      And nothing else is left beside it
      And the same command succeeds once the fault is gone

      Examples:
        | fault         | stage                    | step                               |
        | no space left | writing the new contents | write the new contents             |
        | an I/O error  | syncing the new contents | sync the new contents              |
        | an I/O error  | renaming it into place   | rename the new contents into place |
        | an I/O error  | syncing the directory    | sync its directory                 |

    Scenario Outline: a kill while <stage>
      Given a configuration
      And a kill strikes while <stage>
      When I run "agents config set server.url=https://new.example server.namespace=team"
      Then it is killed
      And the configuration is still as it was
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | stage                    |
        | writing the new contents |
        | renaming it into place   |
