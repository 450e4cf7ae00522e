Feature: Diagnostics
  A command stops at the first thing that is in its way, and does not look at what it does not need.
  `agents diagnostics` looks at everything and tells all of it at once, so that whoever mends a
  configuration mends it once; and because it is asked when something is wrong, it touches nothing.

  Rule: The exit code is 0 where nothing needs attention, and 1 where something does

    Scenario: a configuration that is in order
      Given a configuration
      When I run "agents diagnostics"
      Then it succeeds
      And it prints
        """
        nothing needs attention
        """
      And there is no message

    Scenario: no configuration
      Given no configuration
      When I run "agents diagnostics"
      Then it succeeds
      And it prints
        """
        nothing needs attention
        """
      And there is still no configuration
      And nothing else is left beside it

    Scenario: a finding is a result, not a message
      Given a configuration
      And the configuration has mode 640
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        ~/.cleveragents/config.toml is open to others: its mode is 0640, 0600 keeps it private
        """
      And there is no message

  Rule: Whatever no command could work with is found, with its line

    Scenario Outline: <what>
      Given the configuration with the bytes "<bytes>"
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        <finding>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples: a file that cannot be read
        | what        | bytes                    | finding                                                                                                                                 |
        | broken TOML | [server]\\nurl = staging | ~/.cleveragents/config.toml is unchanged: it is not valid TOML: line 2, column 7: string values must be quoted, expected literal string |
        | no UTF-8    | # a\\n# \\xff            | ~/.cleveragents/config.toml is unchanged: line 2 is not UTF-8                                                                           |

      Examples: a setting that cannot be believed
        | what                      | bytes                                         | finding                                                                                                                                                          |
        | a key that is not known   | # a\\ncolour = 'red'                          | the global file ~/.cleveragents/config.toml holds an unknown key colour                                                                                          |
        | a value of the wrong type | # a\\nserver.tls-verify = 'true'              | the global file ~/.cleveragents/config.toml holds a wrong value on line 2: server.tls-verify must be true or false                                               |
        | a number out of range     | server.sync.interval = 0                      | the global file ~/.cleveragents/config.toml holds a wrong value on line 1: server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |
        | a URL with credentials    | server.url = 'https://me:hunter2@old.example' | the global file ~/.cleveragents/config.toml holds a wrong value on line 1: server.url must not contain credentials                                               |

    Scenario: a setting that stands in both forms
      Given the configuration
        """
        "server.url" = "https://one.example"

        [server]
        url = "https://other.example"
        """
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        in the global file ~/.cleveragents/config.toml: server.url is ambiguous: it stands on lines 1, 4
        """
      And the configuration is still as it was

    Scenario Outline: <something> in place of the configuration
      Given <something> in place of the configuration
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        ~/.cleveragents/config.toml is unchanged: cannot read it: <reason>
        """
      And the configuration is still as it was

      Examples:
        | something   | reason                       |
        | a directory | Is a directory (os error 21) |
        | a FIFO      | it is not a regular file     |

    Scenario: a file that is too large
      Given a configuration of 1048577 bytes
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        ~/.cleveragents/config.toml is unchanged: 1048577 bytes are more than the limit of 1048576
        """

  Rule: Whoever else can read what may be a credential is found, and not locked out

    Scenario Outline: the file has mode <mode>
      Given a configuration
      And the configuration has mode <mode>
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        ~/.cleveragents/config.toml is open to others: its mode is 0<mode>, 0600 keeps it private
        """
      And the configuration has mode <mode>

      Examples:
        | mode |
        | 604  |
        | 640  |
        | 644  |

    Scenario: the directory can be searched by others
      Given a configuration
      And the directory of the configuration has mode 755
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        ~/.cleveragents is open to others: its mode is 0755, 0700 keeps it private
        """
      And the directory of the configuration has mode 755

    Scenario: the file cannot even be read
      Given the configuration
        """
        [server
        """
      And the configuration has mode 644
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        ~/.cleveragents/config.toml is unchanged: it is not valid TOML: line 1, column 8: unclosed table, expected `]`
        ~/.cleveragents/config.toml is open to others: its mode is 0644, 0600 keeps it private
        """

    Scenario: a project's file is there to be shared
      Given the project configuration
        """
        server.url = "https://project.example"
        """
      And the file ".cleveragents/config.toml" has mode 644
      When I run "agents diagnostics"
      Then it succeeds

    Scenario: a project's file that holds a secret is not
      Given the project configuration
        """
        server.token = "hunter2"
        """
      And the file ".cleveragents/config.toml" has mode 644
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        ./.cleveragents/config.toml is open to others: its mode is 0644, 0600 keeps it private
        """

  Rule: What a killed writer left is found, and left for the next change to clear away

    Scenario: beside the configuration
      Given a configuration
      And a kill strikes while syncing the new contents
      And I have been killed running "agents server connect https://new.example"
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        ~/.cleveragents/.config.toml.TEMPORARY was left behind; the next change removes it
        """
      And the configuration is still as it was
      And what is left beside it has mode 600

    Scenario: beside the project's file
      Given the project configuration
        """
        [server]
        """
      And a kill strikes while syncing the new contents
      And I have been killed running "agents config set --scope project server.namespace=team"
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        ./.cleveragents/.config.toml.TEMPORARY was left behind; the next change removes it
        """

  Rule: A variable that holds a wrong value is found, and its value not repeated

    Scenario Outline: <variable>
      Given the environment variable <variable> is "hunter2:"
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        the environment variable <variable> holds a wrong value: <reason>
        """

      Examples:
        | variable                          | reason                                                                                |
        | CLEVERAGENTS_SERVER_URL           | server.url must begin with http:// or https:// and a host                             |
        | CLEVERAGENTS_SERVER_TLS_VERIFY    | server.tls-verify must be true or false                                               |
        | CLEVERAGENTS_SERVER_SYNC_INTERVAL | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |

  Rule: Everything is told at once, the project's file first, and nothing is touched

    Background:
      Given the configuration
        """
        [server]
        url = 5
        colour = "red"
        """
      And the configuration has mode 644
      And the directory of the configuration has mode 755
      And the project configuration
        """
        "server.url" = "https://one.example"
        server.url = "https://other.example"
        server.token = "hunter2"
        server.sync.interval = 0
        server.ulr = "https://me:hunter2@old.example"
        """
      And the file ".cleveragents/config.toml" has mode 640
      And the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY is "perhaps"
      And a kill strikes while writing the new contents
      And I have been killed running "agents config set server.namespace=team"

    Scenario: for people
      When I run "agents diagnostics"
      Then it fails with exit code 1
      And it prints
        """
        in the project file ./.cleveragents/config.toml: server.url is ambiguous: it stands on lines 1, 2
        the project file ./.cleveragents/config.toml holds a wrong value on line 4: server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807
        the project file ./.cleveragents/config.toml holds an unknown key server.ulr; did you mean server.url?
        ./.cleveragents/config.toml is open to others: its mode is 0640, 0600 keeps it private
        the global file ~/.cleveragents/config.toml holds a wrong value on line 2: server.url must be a string, an http or https URL
        the global file ~/.cleveragents/config.toml holds an unknown key server.colour
        ~/.cleveragents/config.toml is open to others: its mode is 0644, 0600 keeps it private
        ~/.cleveragents is open to others: its mode is 0755, 0700 keeps it private
        ~/.cleveragents/.config.toml.TEMPORARY was left behind; the next change removes it
        the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY holds a wrong value: server.tls-verify must be true or false
        """
      And there is no message
      And the configuration is still as it was
      And the configuration has mode 644
      And the directory of the configuration has mode 755
      And the file ".cleveragents/config.toml" is now
        """
        "server.url" = "https://one.example"
        server.url = "https://other.example"
        server.token = "hunter2"
        server.sync.interval = 0
        server.ulr = "https://me:hunter2@old.example"
        """
      And what is left beside it has mode 600

    Scenario: for programs, with a word, a file and a place for each
      When I run "agents --format json diagnostics"
      Then it fails with exit code 1
      And it prints the JSON document
        """
        {
          "changed": false,
          "findings": [
            {
              "code": "ambiguous",
              "message": "in the project file ./.cleveragents/config.toml: server.url is ambiguous: it stands on lines 1, 2",
              "path": "./.cleveragents/config.toml",
              "line": 1,
              "column": null
            },
            {
              "code": "invalid-value",
              "message": "the project file ./.cleveragents/config.toml holds a wrong value on line 4: server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807",
              "path": "./.cleveragents/config.toml",
              "line": 4,
              "column": null
            },
            {
              "code": "unknown-key",
              "message": "the project file ./.cleveragents/config.toml holds an unknown key server.ulr; did you mean server.url?",
              "path": "./.cleveragents/config.toml",
              "line": 5,
              "column": null
            },
            {
              "code": "open-mode",
              "message": "./.cleveragents/config.toml is open to others: its mode is 0640, 0600 keeps it private",
              "path": "./.cleveragents/config.toml",
              "line": null,
              "column": null
            },
            {
              "code": "invalid-value",
              "message": "the global file ~/.cleveragents/config.toml holds a wrong value on line 2: server.url must be a string, an http or https URL",
              "path": "~/.cleveragents/config.toml",
              "line": 2,
              "column": null
            },
            {
              "code": "unknown-key",
              "message": "the global file ~/.cleveragents/config.toml holds an unknown key server.colour",
              "path": "~/.cleveragents/config.toml",
              "line": 3,
              "column": null
            },
            {
              "code": "open-mode",
              "message": "~/.cleveragents/config.toml is open to others: its mode is 0644, 0600 keeps it private",
              "path": "~/.cleveragents/config.toml",
              "line": null,
              "column": null
            },
            {
              "code": "open-mode",
              "message": "~/.cleveragents is open to others: its mode is 0755, 0700 keeps it private",
              "path": "~/.cleveragents",
              "line": null,
              "column": null
            },
            {
              "code": "leftover",
              "message": "~/.cleveragents/.config.toml.TEMPORARY was left behind; the next change removes it",
              "path": "~/.cleveragents/.config.toml.TEMPORARY",
              "line": null,
              "column": null
            },
            {
              "code": "invalid-value",
              "message": "the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY holds a wrong value: server.tls-verify must be true or false",
              "path": null,
              "line": null,
              "column": null
            }
          ],
          "warnings": []
        }
        """
      And there is no message
      And the configuration is still as it was
