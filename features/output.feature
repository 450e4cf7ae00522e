Feature: What a command prints
  People read text: results on standard output, messages on standard error, so that a pipe gets the one
  and a terminal shows the other. Programs read JSON: one document on standard output, whatever happens,
  whose first field answers "did it happen?". Neither ever shows a secret that nobody asked for.

  Rule: Results go to standard output, messages to standard error

    Scenario: a change with nothing to warn of
      Given no configuration
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And it prints
        """
        server.url = "https://new.example"
        server.namespace = "team"
        server.tls-verify = true
        server.token = (not set)
        """
      And there is no message

    Scenario: a change with a warning
      Given no configuration
      When I run "agents server connect http://new.example --namespace team"
      Then it succeeds
      And it prints
        """
        server.url = "http://new.example"
        server.namespace = "team"
        server.tls-verify = true
        server.token = (not set)
        """
      And the message is
        """
        warning: http is not encrypted: others can read what goes to this server
        """

    Scenario: nothing to change
      Given a configuration
      When I run "agents config set server.namespace=staging"
      Then it succeeds
      And it prints
        """
        unchanged: ~/.cleveragents/config.toml
        """
      And there is no message

    Scenario: a failure
      Given no configuration
      When I run "agents config get server.url"
      Then it fails with exit code 3
      And it prints nothing
      And the message is
        """
        error: nothing changed: server.url is not set
        """

  Rule: A line stays a line, whatever stands in a key or a value

    Scenario: a key and a value that would move the cursor
      Given the configuration
        """
        "a\u001b[2J" = "one\ntwo\u001b[31m"
        """
      When I run "agents config list"
      Then it succeeds
      And it prints
        """
        server.namespace = "default"
        server.tls-verify = true
        server.sync.auto = true
        server.sync.interval = 300
        a\u{1b}[2J = "one\ntwo\u001B[31m"
        """

  Rule: -v tells where each value comes from

    Scenario Outline: agents <arguments>
      Given a configuration
      And the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY is "true"
      When I run "agents <arguments>"
      Then it succeeds
      And it prints
        """
        <printed>
        """

      Examples: without it
        | arguments                         | printed                  |
        | config get server.url             | https://old.example      |
        | config get server.tls-verify      | true                     |
        | config set server.sync.auto=false | server.sync.auto = false |

      Examples: with it
        | arguments                                                  | printed                                                            |
        | -v config get server.url                                   | https://old.example (global file ~/.cleveragents/config.toml)      |
        | config get server.url --verbose                            | https://old.example (global file ~/.cleveragents/config.toml)      |
        | config get server.tls-verify -v                            | true (environment variable CLEVERAGENTS_SERVER_TLS_VERIFY)         |
        | config get server.sync.interval -v                         | 300 (default)                                                      |
        | config get server.url -v -c server.url=https://new.example | https://new.example (command line)                                 |
        | config set server.sync.auto=false -v                       | server.sync.auto = false (global file ~/.cleveragents/config.toml) |

    Scenario: a list
      Given a configuration
      And the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY is "true"
      When I run "agents -v config list"
      Then it succeeds
      And it prints
        """
        server.url = "https://old.example" (global file ~/.cleveragents/config.toml)
        server.namespace = "staging" (global file ~/.cleveragents/config.toml)
        server.tls-verify = true (environment variable CLEVERAGENTS_SERVER_TLS_VERIFY)
        server.sync.auto = true (default)
        server.sync.interval = 300 (default)
        """

  Rule: Colour is for the words error: and warning: alone, and for terminals unless it is asked for

    Scenario Outline: an error, agents <options> config get server.url
      Given no configuration
      When I run "agents <options> config get server.url" with its messages on a terminal
      Then it fails with exit code 3
      And of the message only "error:" is coloured

      Examples:
        | options        |
        |                |
        | --color auto   |
        | --color always |

    Scenario Outline: an error, where NO_COLOR is "<value>"
      Given no configuration
      And the environment variable NO_COLOR is "<value>"
      When I run "agents config get server.url" with its messages on a terminal
      Then it fails with exit code 3
      And <what> of the message is coloured

      Examples:
        | value | what    |
        | 1     | nothing |
        | 0     | nothing |

    Scenario: NO_COLOR that is empty is as good as not set
      Given no configuration
      And the environment variable NO_COLOR is ""
      When I run "agents config get server.url" with its messages on a terminal
      Then it fails with exit code 3
      And of the message only "error:" is coloured

    Scenario: colour that is not wanted on a terminal
      Given no configuration
      When I run "agents --color never config get server.url" with its messages on a terminal
      Then it fails with exit code 3
      And the message is
        """
        error: nothing changed: server.url is not set
        """

    Scenario Outline: no terminal, agents <arguments>
      Given no configuration
      And the environment variable NO_COLOR is "1"
      When I run "agents --color always <arguments>"
      Then it fails with exit code <code>
      And of the message only "error:" is coloured

      Examples: an explicit wish beats the variable
        | arguments             | code |
        | config get server.url | 3    |
        | config get colour     | 2    |
        | frobnicate            | 2    |

    Scenario: a warning, and a result that is never coloured
      Given no configuration
      When I run "agents --color always server connect http://new.example"
      Then it succeeds
      And of the message only "warning:" is coloured
      And it prints
        """
        server.url = "http://new.example"
        server.namespace = "default"
        server.tls-verify = true
        server.token = (not set)
        """

    Scenario: no terminal, and no wish
      Given no configuration
      When I run "agents --color auto config get server.url"
      Then it fails with exit code 3
      And the message is
        """
        error: nothing changed: server.url is not set
        """

  Rule: A secret is shown to nobody who has not asked with --reveal

    Background:
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"
        token = "hunter2"
        """

    Scenario Outline: agents <arguments>, where nobody asked
      When I run "agents <arguments>"
      Then it succeeds
      And what it prints does not contain "hunter2"
      And the message does not contain "hunter2"
      And what it prints contains "<told>"

      Examples: as text
        | arguments                                         | told                     |
        | server status                                     | server.token = (set)     |
        | -v server status                                  | server.token = (set)     |
        | config list                                       | server.token = (set)     |
        | config list --sources                             | server.token = (set)     |
        | config get server.token                           | (set)                    |
        | config get server.token -v                        | (set) (global file       |
        | config set server.token=hunter22                  | server.token = (set)     |
        | config set server.token=hunter22 -v               | server.token = (set)     |
        | config set server.token=hunter22 --dry-run        | (redacted, new)          |
        | config set server.namespace=team --dry-run        | (redacted)               |
        | config unset server.token --dry-run               | (redacted)               |
        | server disconnect --dry-run                       | (redacted)               |
        | server connect https://new.example --dry-run      | (redacted)               |
        | server connect https://new.example                | server.token = (not set) |
        | -c server.token=hunter22 config get server.token  | (set)                    |
        | --format json server status                       | server.token             |
        | --format json config list                         | server.token             |
        | --format json config get server.token             | server.token             |
        | --format json config set server.token=hunter22    | server.token             |
        | --format json config unset server.token --dry-run | (redacted)               |

    Scenario: a token that is typed
      When I run "agents server connect https://new.example --token-stdin" and type "hunter22"
      Then it succeeds
      And it prints
        """
        server.url = "https://new.example"
        server.namespace = "default"
        server.tls-verify = true
        server.token = (set)
        """
      And there is no message
      And the configuration contains "hunter22"

    Scenario: a token in a variable that is wrong
      Given the environment variable CLEVERAGENTS_SERVER_TOKEN is " "
      When I run "agents config get server.token"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: the environment variable CLEVERAGENTS_SERVER_TOKEN holds a wrong value: server.token must not be empty
        """

    Scenario Outline: a file in which the token is <what>
      Given the configuration with the bytes "<bytes>"
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message contains "config.toml"
      And the message does not contain "hunter2"

      Examples:
        | what       | bytes                               | arguments                   |
        | not closed | server.token = 'hunter2             | config list                 |
        | not quoted | server.token = hunter2              | config list                 |
        | a list     | server.token = ['hunter2']          | config list                 |
        | a table    | [server.token]\\nhunter = 'hunter2' | config set server.token=new |

    Scenario: credentials in a URL that was written by hand
      Given the configuration
        """
        server.url = "https://me:hunter2@old.example"
        """
      When I run "agents server connect https://new.example --dry-run"
      Then it succeeds
      And it prints
        """
        --- ~/.cleveragents/config.toml
        +++ ~/.cleveragents/config.toml
        @@ -1 +1,3 @@
        -server.url = "(redacted)"
        +server.url = "https://new.example"
        +server.namespace = "default"
        +server.tls-verify = true
        """

    Scenario: a diff without the secret
      When I run "agents config set server.token=hunter22 --dry-run"
      Then it succeeds
      And it prints
        """
        --- ~/.cleveragents/config.toml
        +++ ~/.cleveragents/config.toml
        @@ -1,4 +1,4 @@
         # Where the agents run.
         [server]
         url = "https://old.example"
        -token = "(redacted)"
        +token = "(redacted, new)"
        """
      And the configuration is still as it was

    @tdd_issue @tdd_issue_995
    Scenario Outline: agents <arguments>, where the token stands in an array of tables
      Given the configuration with the bytes "[[server]]\ntoken = 'hunter2'\n"
      When I run "agents <arguments>"
      Then it succeeds
      And what it prints does not contain "hunter2"
      And what it prints contains "<told>"

      Examples:
        | arguments                            | told           |
        | config list                          | server = (set) |
        | --format json config list            | server         |
        | config get --allow-unknown server    | (set)          |
        | config get --allow-unknown server -v | (set) (global  |

    @tdd_issue @tdd_issue_995
    Scenario: a token that stands in comments, too
      Given the configuration
        """
        # Ask Kim for a token.
        # token = "hunter2"
        server.token = "hunter3"   # hunter3 since May
        server.url = "https://old.example"   # It knows us by hunter3.
        """
      When I run "agents config set server.namespace=team --dry-run"
      Then it succeeds
      And it prints
        """
        --- ~/.cleveragents/config.toml
        +++ ~/.cleveragents/config.toml
        @@ -2,3 +2,4 @@
         # (redacted)
         server.token = "(redacted)"   # (redacted)
         server.url = "https://old.example"   # (redacted)
        +server.namespace = "team"
        """

    Scenario Outline: agents <arguments>, for whoever asked
      When I run "agents <arguments>"
      Then it succeeds
      And what it prints contains "hunter2"

      Examples:
        | arguments                                      |
        | config get server.token --reveal               |
        | -v config get server.token --reveal            |
        | --format json config get server.token --reveal |

  Rule: What stands behind -- is no option

    @tdd_issue @tdd_issue_1004
    Scenario: an error beside it is told as text
      Given a configuration
      When I run "agents --bogus -- --format=json"
      Then it fails with exit code 2
      And it prints nothing
      And the message contains "--bogus"

  Rule: With --format json there is one document on standard output, and "changed" is its first field

    Background:
      Given a configuration

    Scenario Outline: agents <arguments>, which succeeds
      When I run "agents --format json <arguments>"
      Then it succeeds
      And it prints one JSON document that begins with "changed"
      And there is no message

      Examples: what succeeds
        | arguments                                    |
        | server connect https://new.example           |
        | server connect http://new.example            |
        | server connect https://new.example --dry-run |
        | server status                                |
        | server disconnect                            |
        | config get server.url                        |
        | config set server.namespace=team             |
        | config set server.namespace=staging          |
        | config unset server.namespace                |
        | config list                                  |
        | config path                                  |
        | config keys                                  |
        | diagnostics                                  |
        | completions bash                             |
        | --help                                       |
        | --version                                    |

    Scenario Outline: agents <arguments>, which fails
      When I run "agents <arguments>"
      Then it fails with exit code <code>
      And it prints one JSON document that begins with "changed"
      And there is no message
      And the configuration is still as it was

      Examples:
        | arguments                                           | code |
        | --format json                                       | 2    |
        | --format json frobnicate                            | 2    |
        | --format json server conect                         | 2    |
        | server connect --format=json                        | 2    |
        | --color always --format json frobnicate             | 2    |
        | config get --format json                            | 2    |
        | --format json config get server.ulr                 | 2    |
        | --format json config set server.sync.interval=0     | 2    |
        | --format json server connect https://me@new.example | 2    |
        | --format json config get server.token               | 3    |
        | --format json config unset server.token             | 3    |
        | --format json --max-size 10 config list             | 1    |
        | --format json --lock-timeout soon config list       | 2    |

    Scenario: a warning is part of the document
      When I run "agents --format json server connect http://new.example"
      Then it succeeds
      And there is no message
      And it prints the JSON document
        """
        {
          "changed": true,
          "path": "~/.cleveragents/config.toml",
          "scope": "global",
          "settings": [
            {
              "key": "server.url",
              "value": "http://new.example",
              "set": true,
              "redacted": false,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            },
            {
              "key": "server.namespace",
              "value": "default",
              "set": true,
              "redacted": false,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            },
            {
              "key": "server.tls-verify",
              "value": true,
              "set": true,
              "redacted": false,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            },
            { "key": "server.token", "value": null, "set": false, "redacted": false, "source": null }
          ],
          "warnings": ["http is not encrypted: others can read what goes to this server"]
        }
        """

  Rule: The JSON of a change says what the file now holds

    Scenario: set, of which one is a secret
      Given no configuration
      When I run "agents --format json config set server.token=hunter2 server.sync.interval=60 server.sync.auto=off"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": true,
          "path": "~/.cleveragents/config.toml",
          "scope": "global",
          "settings": [
            {
              "key": "server.token",
              "value": null,
              "set": true,
              "redacted": true,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            },
            {
              "key": "server.sync.interval",
              "value": 60,
              "set": true,
              "redacted": false,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            },
            {
              "key": "server.sync.auto",
              "value": false,
              "set": true,
              "redacted": false,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            }
          ],
          "warnings": []
        }
        """

    Scenario: set, where nothing has to change and a variable has the last word
      Given a configuration
      And the environment variable CLEVERAGENTS_SERVER_NAMESPACE is "team"
      When I run "agents --format json config set server.namespace=staging"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": false,
          "path": "~/.cleveragents/config.toml",
          "scope": "global",
          "settings": [
            {
              "key": "server.namespace",
              "value": "staging",
              "set": true,
              "redacted": false,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            }
          ],
          "warnings": [
            "server.namespace still comes from the environment variable CLEVERAGENTS_SERVER_NAMESPACE"
          ]
        }
        """

    Scenario: set, in the project's file
      Given a configuration
      When I run "agents --format json config set --scope project server.namespace=team"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": true,
          "path": "./.cleveragents/config.toml",
          "scope": "project",
          "settings": [
            {
              "key": "server.namespace",
              "value": "team",
              "set": true,
              "redacted": false,
              "source": { "layer": "project", "path": "./.cleveragents/config.toml", "variable": null }
            }
          ],
          "warnings": []
        }
        """

    Scenario: unset, in a file that is named
      Given the file "settings.toml"
        """
        server.url = "https://old.example"
        """
      When I run "agents --config settings.toml --format json config unset server.url"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": true,
          "path": "settings.toml",
          "scope": "config",
          "settings": [
            { "key": "server.url", "value": null, "set": false, "redacted": false, "source": null }
          ],
          "warnings": []
        }
        """

    Scenario: disconnect
      Given a configuration
      When I run "agents --format json server disconnect"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": true,
          "path": "~/.cleveragents/config.toml",
          "scope": "global",
          "settings": [
            { "key": "server.url", "value": null, "set": false, "redacted": false, "source": null },
            { "key": "server.namespace", "value": null, "set": false, "redacted": false, "source": null },
            { "key": "server.tls-verify", "value": null, "set": false, "redacted": false, "source": null },
            { "key": "server.token", "value": null, "set": false, "redacted": false, "source": null }
          ],
          "warnings": []
        }
        """

    Scenario: a dry run
      Given the configuration
        """
        server.namespace = "staging"
        """
      When I run "agents --format json config set server.namespace=team --dry-run"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": false,
          "path": "~/.cleveragents/config.toml",
          "scope": "global",
          "dry_run": true,
          "would_change": true,
          "diff": "--- ~/.cleveragents/config.toml\n+++ ~/.cleveragents/config.toml\n@@ -1 +1 @@\n-server.namespace = \"staging\"\n+server.namespace = \"team\"\n",
          "warnings": []
        }
        """
      And the configuration is still as it was

    Scenario: a dry run, where nothing would change
      Given a configuration
      When I run "agents --format json config set server.namespace=staging --dry-run"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": false,
          "path": "~/.cleveragents/config.toml",
          "scope": "global",
          "dry_run": true,
          "would_change": false,
          "diff": "",
          "warnings": []
        }
        """

  Rule: The JSON of a command that reads says where each value comes from

    Scenario: status, with a layer for each
      Given a configuration
      And the project configuration
        """
        server.token = "hunter2"
        """
      And the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY is "yes"
      When I run "agents --format json -c server.namespace=team server status"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": false,
          "connected": true,
          "settings": [
            {
              "key": "server.url",
              "value": "https://old.example",
              "set": true,
              "redacted": false,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            },
            {
              "key": "server.namespace",
              "value": "team",
              "set": true,
              "redacted": false,
              "source": { "layer": "flag", "path": null, "variable": null }
            },
            {
              "key": "server.tls-verify",
              "value": true,
              "set": true,
              "redacted": false,
              "source": { "layer": "environment", "path": null, "variable": "CLEVERAGENTS_SERVER_TLS_VERIFY" }
            },
            {
              "key": "server.token",
              "value": null,
              "set": true,
              "redacted": true,
              "source": { "layer": "project", "path": "./.cleveragents/config.toml", "variable": null }
            }
          ],
          "warnings": []
        }
        """

    Scenario: status, where there is no connection
      Given no configuration
      When I run "agents --format json server status"
      Then it succeeds
      And it prints the JSON document
        """
        { "changed": false, "connected": false, "settings": [], "warnings": [] }
        """

    Scenario Outline: get, with <options>
      Given the file "settings.toml"
        """
        server.token = "hunter2"
        """
      When I run "agents --config settings.toml --format json config get server.token <options>"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": false,
          "setting": {
            "key": "server.token",
            "value": <value>,
            "set": true,
            "redacted": <redacted>,
            "source": { "layer": "config", "path": "settings.toml", "variable": null }
          },
          "warnings": []
        }
        """

      Examples:
        | options  | value     | redacted |
        |          | null      | true     |
        | --reveal | "hunter2" | false    |

    Scenario: list, with keys that are not known
      Given the configuration
        """
        [plugin]
        enabled = true
        ports = [1, 2]
        """
      When I run "agents --format json config list"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": false,
          "settings": [
            {
              "key": "server.namespace",
              "value": "default",
              "set": true,
              "redacted": false,
              "source": { "layer": "default", "path": null, "variable": null }
            },
            {
              "key": "server.tls-verify",
              "value": true,
              "set": true,
              "redacted": false,
              "source": { "layer": "default", "path": null, "variable": null }
            },
            {
              "key": "server.sync.auto",
              "value": true,
              "set": true,
              "redacted": false,
              "source": { "layer": "default", "path": null, "variable": null }
            },
            {
              "key": "server.sync.interval",
              "value": 300,
              "set": true,
              "redacted": false,
              "source": { "layer": "default", "path": null, "variable": null }
            },
            {
              "key": "plugin.enabled",
              "value": true,
              "set": true,
              "redacted": false,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            },
            {
              "key": "plugin.ports",
              "value": "[1, 2]",
              "set": true,
              "redacted": false,
              "source": { "layer": "global", "path": "~/.cleveragents/config.toml", "variable": null }
            }
          ],
          "warnings": []
        }
        """

    Scenario Outline: path, of the <scope> file
      Given a configuration
      When I run "agents --format json config path --scope <scope>"
      Then it succeeds
      And it prints the JSON document
        """
        { "changed": false, "path": "<path>", "scope": "<scope>", "exists": <exists>, "warnings": [] }
        """

      Examples:
        | scope   | path                        | exists |
        | global  | ~/.cleveragents/config.toml | true   |
        | project | ./.cleveragents/config.toml | false  |

    Scenario: keys
      When I run "agents --format json config keys"
      Then it succeeds
      And it prints the JSON document
        """
        {
          "changed": false,
          "keys": [
            {
              "key": "server.url",
              "type": "URL",
              "default": null,
              "variable": "CLEVERAGENTS_SERVER_URL",
              "secret": false,
              "description": "The address of the server."
            },
            {
              "key": "server.namespace",
              "type": "string",
              "default": "default",
              "variable": "CLEVERAGENTS_SERVER_NAMESPACE",
              "secret": false,
              "description": "The namespace on the server."
            },
            {
              "key": "server.tls-verify",
              "type": "boolean",
              "default": true,
              "variable": "CLEVERAGENTS_SERVER_TLS_VERIFY",
              "secret": false,
              "description": "Whether the server's certificate is verified."
            },
            {
              "key": "server.token",
              "type": "string",
              "default": null,
              "variable": "CLEVERAGENTS_SERVER_TOKEN",
              "secret": true,
              "description": "The token that the server knows us by."
            },
            {
              "key": "server.sync.auto",
              "type": "boolean",
              "default": true,
              "variable": "CLEVERAGENTS_SERVER_SYNC_AUTO",
              "secret": false,
              "description": "Whether to synchronize with the server unasked."
            },
            {
              "key": "server.sync.interval",
              "type": "seconds",
              "default": 300,
              "variable": "CLEVERAGENTS_SERVER_SYNC_INTERVAL",
              "secret": false,
              "description": "Seconds from one synchronization to the next."
            }
          ],
          "warnings": []
        }
        """

    Scenario: diagnostics, where nothing needs attention
      Given a configuration
      When I run "agents --format json diagnostics"
      Then it succeeds
      And it prints the JSON document
        """
        { "changed": false, "findings": [], "warnings": [] }
        """

  Rule: The JSON of a failure has a word for it, the file and the place in it, and the exit code

    Scenario Outline: <word>
      Given the configuration with the bytes "<bytes>"
      When I run "agents --format json <arguments>"
      Then it fails with exit code <exit>
      And it prints the JSON document
        """
        {
          "changed": false,
          "error": {
            "code": "<word>",
            "message": "<message>",
            "path": <path>,
            "line": <line>,
            "column": <column>,
            "exit": <exit>
          },
          "warnings": []
        }
        """
      And the configuration is still as it was

      Examples: whatever the file holds
        | word          | bytes | arguments                         | message                                                                                                | path                          | line | column | exit |
        | usage         |       | frobnicate                        | nothing changed: unrecognized subcommand 'frobnicate'                                                  | null                          | null | null   | 2    |
        | unknown-key   |       | config get server.ulr             | nothing changed: unknown key server.ulr; did you mean server.url?                                      | null                          | null | null   | 2    |
        | invalid-value |       | config set server.sync.interval=0 | nothing changed: server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 | null                          | null | null   | 2    |
        | not-found     |       | server disconnect                 | nothing changed: the global file ~/.cleveragents/config.toml holds no connection to a server           | "~/.cleveragents/config.toml" | null | null   | 3    |

    Scenario Outline: <word>, for what the file holds, to <arguments>
      Given the configuration with the bytes "<bytes>"
      When I run "agents --format json <arguments>"
      Then it fails with exit code <exit>
      And it prints the JSON document
        """
        {
          "changed": false,
          "error": {
            "code": "<word>",
            "message": "<message>",
            "path": "~/.cleveragents/config.toml",
            "line": <line>,
            "column": <column>,
            "exit": <exit>
          },
          "warnings": []
        }
        """
      And the configuration is still as it was

      Examples: a place that is known
        | word          | bytes                                 | arguments                          | message                                                                                                                                       | line | column | exit |
        | syntax        | [server\\n                            | server connect https://new.example | ~/.cleveragents/config.toml is unchanged: it is not valid TOML: line 1, column 8: unclosed table, expected `]`                                | 1    | 8      | 1    |
        | not-utf8      | # a\\n# \\xff                         | server connect https://new.example | ~/.cleveragents/config.toml is unchanged: line 2 is not UTF-8                                                                                 | 2    | null   | 1    |
        | ambiguous     | server.url = 'a'\\n'server.url' = 'b' | server connect https://new.example | ~/.cleveragents/config.toml is unchanged: server.url is ambiguous: it stands on lines 1, 2                                   | 1    | null   | 4    |
        | ambiguous     | server.url = 'a'\\n'server.url' = 'b' | config list                        | nothing changed: in the global file ~/.cleveragents/config.toml: server.url is ambiguous: it stands on lines 1, 2                             | 1    | null   | 4    |
        | invalid-value | # a\\nserver.url = 5                  | config list                        | nothing changed: the global file ~/.cleveragents/config.toml holds a wrong value on line 2: server.url must be a string, an http or https URL | 2    | null   | 1    |

      Examples: no place
        | word      | bytes            | arguments                          | message                                                                                                                      | line | column | exit |
        | not-found | # a              | config unset server.url            | ~/.cleveragents/config.toml is unchanged: server.url is not set in it                                                        | null | null   | 3    |
        | too-large | # more than ten  | --max-size 10 config list          | ~/.cleveragents/config.toml is unchanged: 15 bytes are more than the limit of 10                                             | null | null   | 1    |
        | edit      | server.url.a = 1 | server connect https://new.example | ~/.cleveragents/config.toml is unchanged: it cannot be edited: server.url cannot be changed: server.url on line 1 is a table | null | null   | 1    |

    Scenario: no-home
      Given the environment variable HOME is not set
      When I run "agents --format json config list"
      Then it fails with exit code 1
      And it prints the JSON document
        """
        {
          "changed": false,
          "error": {
            "code": "no-home",
            "message": "nothing changed: HOME is not set to an absolute path, so there is no global file; --config names a file",
            "path": null,
            "line": null,
            "column": null,
            "exit": 1
          },
          "warnings": []
        }
        """

    Scenario: locked
      Given a configuration
      And another process holds the lock
      When I run "agents --format json --lock-timeout 0 server disconnect"
      Then it fails with exit code 4
      And it prints the JSON document
        """
        {
          "changed": false,
          "error": {
            "code": "locked",
            "message": "~/.cleveragents/config.toml is unchanged: process PID held its lock for 0 s",
            "path": "~/.cleveragents/config.toml",
            "line": null,
            "column": null,
            "exit": 4
          },
          "warnings": []
        }
        """

    Scenario: changed-underneath
      Given a configuration
      And an editor saves this 3 times while comparing it with what was read
        """
        [server]
        """
      When I run "agents --format json server connect https://new.example"
      Then it fails with exit code 4
      And it prints the JSON document
        """
        {
          "changed": false,
          "error": {
            "code": "changed-underneath",
            "message": "~/.cleveragents/config.toml is as another program left it: it was changed during each of 3 attempts",
            "path": "~/.cleveragents/config.toml",
            "line": null,
            "column": null,
            "exit": 4
          },
          "warnings": []
        }
        """
      And nothing else is left beside it

    Scenario: io, and the change is not in place
      Given a configuration
      And no space left strikes while writing the new contents
      When I run "agents --format json server connect https://new.example"
      Then it fails with exit code 1
      And there is no message
      And it prints the JSON document
        """
        {
          "changed": false,
          "error": {
            "code": "io",
            "message": "~/.cleveragents/config.toml is unchanged: cannot write the new contents: No space left on device (os error 28)",
            "path": "~/.cleveragents/config.toml",
            "line": null,
            "column": null,
            "exit": 1
          },
          "warnings": []
        }
        """
      And the configuration is still as it was
      And nothing else is left beside it

  Rule: A failure says "changed" where the change is in place, but may not survive a power cut

    Background:
      Given a configuration
      And an I/O error strikes while syncing the directory
      And an I/O error strikes while putting the old file back

    Scenario: for programs
      When I run "agents --format json server connect https://new.example"
      Then it fails with exit code 1
      And there is no message
      And it prints the JSON document
        """
        {
          "changed": true,
          "error": {
            "code": "not-durable",
            "message": "~/.cleveragents/config.toml is changed, but may not survive a power cut: Input/output error (os error 5)",
            "path": "~/.cleveragents/config.toml",
            "line": null,
            "column": null,
            "exit": 1
          },
          "warnings": []
        }
        """
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |
      And nothing else is left beside it

    Scenario: for people
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is changed, but may not survive a power cut: Input/output error (os error 5)
        """
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |
