Feature: Layers of settings
  A setting may be said by a flag for one command, by a variable for one shell, by a project's file for all
  who work on it, and by the user's own file for all projects. People must be able to predict which of them
  wins, and to see which one did.

  Rule: A flag beats a variable, which beats the project's file, which beats the global one, which beats the default

    Scenario Outline: <value> from the <source>, with <below> below it
      Given the configuration
        """
        <global>
        """
      And the project configuration
        """
        <project>
        """
      And the environment variable CLEVERAGENTS_SERVER_NAMESPACE is "<variable>"
      When I run "agents <flag> config get server.namespace --verbose"
      Then it succeeds
      And it prints
        """
        <value> (<source>)
        """

      Examples: all layers, then one less each time
        | flag                  | variable | project                | global                 | value   | source                                             | below       |
        | -c server.namespace=f | v        | server.namespace = "p" | server.namespace = "g" | f       | command line                                       | all others  |
        |                       | v        | server.namespace = "p" | server.namespace = "g" | v       | environment variable CLEVERAGENTS_SERVER_NAMESPACE | all others  |
        |                       |          | server.namespace = "p" | server.namespace = "g" | p       | project file ./.cleveragents/config.toml           | the last    |
        |                       |          |                        | server.namespace = "g" | g       | global file ~/.cleveragents/config.toml            | nothing     |
        |                       |          |                        |                        | default | default                                            | nothing     |

      Examples: a layer with others missing below it
        | flag                  | variable | project                | global                 | value | source                                             | below       |
        | -c server.namespace=f |          |                        | server.namespace = "g" | f     | command line                                       | one other   |
        |                       | v        |                        | server.namespace = "g" | v     | environment variable CLEVERAGENTS_SERVER_NAMESPACE | one other   |
        |                       |          | server.namespace = "p" |                        | p     | project file ./.cleveragents/config.toml           | nothing     |

    Scenario Outline: the variable of <key>
      Given the configuration
        """
        server.url = "https://old.example"
        server.namespace = "staging"
        server.tls-verify = true
        server.sync.auto = true
        server.sync.interval = 60
        """
      And the environment variable <variable> is "<value>"
      When I run "agents config get <key> --verbose"
      Then it succeeds
      And it prints
        """
        <printed> (environment variable <variable>)
        """

      Examples:
        | key                  | variable                          | value                    | printed                  |
        | server.url           | CLEVERAGENTS_SERVER_URL           | https://variable.example | https://variable.example |
        | server.namespace     | CLEVERAGENTS_SERVER_NAMESPACE     | variable                 | variable                 |
        | server.tls-verify    | CLEVERAGENTS_SERVER_TLS_VERIFY    | no                       | false                    |
        | server.token         | CLEVERAGENTS_SERVER_TOKEN         | hunter2                  | (set)                    |
        | server.sync.auto     | CLEVERAGENTS_SERVER_SYNC_AUTO     | 0                        | false                    |
        | server.sync.interval | CLEVERAGENTS_SERVER_SYNC_INTERVAL | 5                        | 5                        |

    Scenario: the last of several flags
      Given a configuration
      When I run "agents -c server.namespace=one config get server.namespace -c server.namespace=two"
      Then it succeeds
      And it prints
        """
        two
        """

    @tdd_issue @tdd_issue_1208
    Scenario: flags for different keys, before the command and after it
      Given a configuration
      When I run "agents -c server.namespace=one config -c server.sync.auto=no list -c server.sync.interval=7 --sources"
      Then it succeeds
      And it prints
        """
        server.url = "https://old.example" (global file ~/.cleveragents/config.toml)
        server.namespace = "one" (command line)
        server.tls-verify = false (global file ~/.cleveragents/config.toml)
        server.sync.auto = false (command line)
        server.sync.interval = 7 (command line)
        """

    Scenario: the layers are asked key by key, not file by file
      Given the configuration
        """
        [server]
        url = "https://old.example"
        namespace = "staging"
        """
      And the project configuration
        """
        [server]
        namespace = "team"
        """
      When I run "agents config list --sources"
      Then it succeeds
      And it prints
        """
        server.url = "https://old.example" (global file ~/.cleveragents/config.toml)
        server.namespace = "team" (project file ./.cleveragents/config.toml)
        server.tls-verify = true (default)
        server.sync.auto = true (default)
        server.sync.interval = 300 (default)
        """

  Rule: A flag or a variable with a wrong value is refused, never passed over

    Scenario: a variable
      Given a configuration
      And the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY is "maybe"
      When I run "agents config get server.tls-verify"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY holds a wrong value: server.tls-verify must be true or false
        """

    Scenario: a variable that holds a secret
      Given a configuration
      And the environment variable CLEVERAGENTS_SERVER_URL is "https://me:hunter2@new.example"
      When I run "agents server status"
      Then it fails with exit code 2
      And the message contains "CLEVERAGENTS_SERVER_URL holds a wrong value"
      And the message does not contain "hunter2"

    Scenario Outline: the flag -c <flag>
      Given a configuration
      When I run "agents -c <flag> config get server.tls-verify"
      Then it fails with exit code 2
      And it prints nothing
      And the message contains "<refusal>"

      Examples:
        | flag                    | refusal                                 |
        | server.tls-verify=maybe | server.tls-verify must be true or false |
        | server.tls_verify=no    | unknown key server.tls_verify           |
        | server.tls-verify       | it is not KEY=VALUE                     |

    @tdd_issue @tdd_issue_999
    Scenario: a flag that is misspelt, and one that was meant
      Given a configuration
      When I run "agents -c server.tls_verify=no config get server.tls-verify"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: invalid value '…' for '--with <KEY=VALUE>': unknown key server.tls_verify; did you mean server.tls-verify?
        """

    Scenario: the flag is named, its value is not
      Given a configuration
      When I run "agents -c server.tokn=hunter2 server status"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: invalid value '…' for '--with <KEY=VALUE>': unknown key server.tokn; did you mean server.token?
        """

    Scenario: a wrong value that a flag hides
      Given a configuration
      And the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY is "maybe"
      When I run "agents -c server.tls-verify=yes config get server.tls-verify"
      Then it succeeds
      And it prints
        """
        true
        """

  Rule: A flag or a variable is for reading, and is stored nowhere

    Scenario: a change under both
      Given the configuration
        """
        server.namespace = "staging"
        """
      And the environment variable CLEVERAGENTS_SERVER_URL is "https://variable.example"
      When I run "agents -c server.namespace=flag config set server.sync.interval=60"
      Then it succeeds
      And the configuration is now
        """
        server.namespace = "staging"
        server.sync.interval = 60
        """

  Rule: The project's file is the nearest one from the working directory upwards

    Scenario Outline: from <directory>
      Given the file "~/projects/.cleveragents/config.toml"
        """
        server.namespace = "all"
        """
      And the file "~/projects/one/.cleveragents/config.toml"
        """
        server.namespace = "one"
        """
      And I work in "<directory>"
      When I run "agents config get server.namespace --verbose"
      Then it succeeds
      And it prints
        """
        <namespace> (project file <file>)
        """

      Examples:
        | directory                    | namespace | file                                     |
        | ~/projects/one               | one       | ~/projects/one/.cleveragents/config.toml |
        | ~/projects/one/src/deep      | one       | ~/projects/one/.cleveragents/config.toml |
        | ~/projects/one/.cleveragents | one       | ~/projects/one/.cleveragents/config.toml |
        | ~/projects/two               | all       | ~/projects/.cleveragents/config.toml     |

    Scenario: a change goes to the nearest one
      Given the file "~/projects/one/.cleveragents/config.toml"
        """
        server.namespace = "one"
        """
      And I work in "~/projects/one/src/deep"
      When I run "agents config set --scope project server.namespace=team"
      Then it succeeds
      And the file "~/projects/one/.cleveragents/config.toml" is now
        """
        server.namespace = "team"
        """
      And nothing else is left beside it

    Scenario: one that cannot be read is not passed over
      Given a configuration
      And the file "~/projects/one/.cleveragents/config.toml"
        """
        server.namespace =
        """
      And I work in "~/projects/one"
      When I run "agents config get server.namespace"
      Then it fails with exit code 1
      And it prints nothing
      And the message contains "~/projects/one/.cleveragents/config.toml is unchanged: it is not valid TOML: line 1, column 19"

  Rule: The global file is never taken for a project's

    Scenario: in a project below the home directory
      Given the configuration
        """
        server.namespace = "staging"
        """
      And I work in "~/projects/one"
      When I run "agents config get server.namespace --verbose"
      Then it succeeds
      And it prints
        """
        staging (global file ~/.cleveragents/config.toml)
        """

    Scenario: a new project's file below the home directory
      Given the configuration
        """
        server.namespace = "staging"
        """
      And I work in "~/projects/one"
      When I run "agents config set --scope project server.namespace=team"
      Then it succeeds
      And the file "~/projects/one/.cleveragents/config.toml" is now
        """
        [server]
        namespace = "team"
        """
      And the configuration is still as it was

    Scenario: in the home directory itself
      Given a configuration
      And I work in "~/"
      When I run "agents config set --scope project server.namespace=team"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: there is no project file besides the global file ~/.cleveragents/config.toml
        """
      And the configuration is still as it was

    Scenario: by another name
      Given the configuration
        """
        server.namespace = "staging"
        """
      And the file "~/projects/one/.cleveragents/config.toml" is a symbolic link to "../../../.cleveragents/config.toml"
      And I work in "~/projects/one"
      When I run "agents config get server.namespace --verbose"
      Then it succeeds
      And it prints
        """
        staging (global file ~/.cleveragents/config.toml)
        """

    @tdd_issue @tdd_issue_1214
    Scenario: by another name, before it exists
      Given no configuration
      And the file "~/projects/one/.cleveragents/config.toml" is a symbolic link to "../../../.cleveragents/config.toml"
      And I work in "~/projects/one"
      When I run "agents server connect https://new.example"
      Then it succeeds
      And there is no message

  Rule: --config names one file, which takes the place of the global and the project's

    Scenario: what is read
      Given the configuration
        """
        server.url = "https://old.example"
        """
      And the project configuration
        """
        server.namespace = "team"
        """
      And the file "other.toml"
        """
        server.sync.interval = 60
        """
      And the environment variable CLEVERAGENTS_SERVER_SYNC_AUTO is "no"
      When I run "agents --config other.toml config list --sources"
      Then it succeeds
      And it prints
        """
        server.namespace = "default" (default)
        server.tls-verify = true (default)
        server.sync.auto = false (environment variable CLEVERAGENTS_SERVER_SYNC_AUTO)
        server.sync.interval = 60 (file other.toml)
        """

    Scenario: what is changed
      Given a configuration
      And the file "other.toml"
        """
        server.sync.interval = 60
        """
      When I run "agents config set server.sync.interval=5 --config other.toml"
      Then it succeeds
      And the file "other.toml" is now
        """
        server.sync.interval = 5
        """
      And the configuration is still as it was
      And nothing else is left beside it

    Scenario: a file that does not exist yet, in a directory that does not exist yet
      Given a configuration
      When I run "agents --config new/place/other.toml server connect https://new.example"
      Then it succeeds
      And the file "new/place/other.toml" is now
        """
        [server]
        url = "https://new.example"
        namespace = "default"
        tls-verify = true
        """
      And the configuration is still as it was

    Scenario: without a home directory
      Given the file "other.toml"
        """
        server.namespace = "team"
        """
      And the environment variable HOME is not set
      When I run "agents --config other.toml config get server.namespace"
      Then it succeeds
      And it prints
        """
        team
        """

  Rule: A configuration that does not exist is an empty one, and looking does not create it

    Scenario: neither file
      Given no configuration
      When I run "agents config get server.namespace --verbose"
      Then it succeeds
      And it prints
        """
        default (default)
        """
      And there is still no configuration
      And nothing else is left beside it
