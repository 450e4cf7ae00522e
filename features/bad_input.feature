Feature: Bad input
  People mistype, editors break files, and scripts run where there is no home directory. Whatever is wrong
  is found before a byte is written: the message says first that nothing changed, then what is wrong, and
  the exit code tells a mistake of the user (2) from trouble with the file (1) and from a file that means
  two things (4).

  Rule: A value that its setting cannot hold is refused

    Background:
      Given a configuration

    Scenario Outline: connecting to a URL with <what>
      When I run "agents server connect '<url>'"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: server.url <reason>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | what                       | url                            | reason                                         |
        | nothing in it              |                                | must not be empty                              |
        | no scheme                  | new.example                    | must begin with http:// or https:// and a host |
        | a scheme that is not http  | ftp://new.example              | must begin with http:// or https:// and a host |
        | no host                    | https://                       | must begin with http:// or https:// and a host |
        | a path where the host goes | https:///new.example           | must begin with http:// or https:// and a host |
        | white space                | https://new example            | must not contain white space                   |
        | a line break               | https://new.example\n          | must not contain control characters            |
        | a name and a password      | https://me:hunter2@new.example | must not contain credentials                   |
        | a name                     | https://me@new.example         | must not contain credentials                   |
        | a port that does not exist | https://new.example:99999      | is not a URL: invalid port number              |
        | half an address            | https://[::1                   | is not a URL: invalid IPv6 address             |

    Scenario Outline: connecting to a namespace that is <what>
      When I run "agents server connect https://new.example --namespace '<namespace>'"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: server.namespace <reason>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | what      | namespace  | reason                              |
        | empty     |            | must not be empty                   |
        | two lines | team\nroot | must not contain control characters |

    @tdd_issue @tdd_issue_1003
    Scenario: a number that is too large
      When I run "agents config set server.sync.interval=9223372036854775808"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807
        """
      And the configuration is still as it was

    Scenario Outline: setting <setting>
      When I run "agents config set <setting>"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: <reason>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples: of the wrong type
        | setting                   | reason                                                                                |
        | server.tls-verify=maybe   | server.tls-verify must be true or false                                               |
        | server.tls-verify=        | server.tls-verify must be true or false                                               |
        | server.sync.auto=2        | server.sync.auto must be true or false                                                |
        | server.sync.interval=soon | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |
        | server.sync.interval=1.5  | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |

      Examples: out of range
        | setting                                  | reason                                                                                |
        | server.sync.interval=0                   | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |
        | server.sync.interval=-1                  | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |
        | server.sync.interval=9223372036854775808 | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |

      Examples: that is not there
        | setting       | reason                                         |
        | server.token= | server.token must not be empty                 |
        | server.url    | argument 1 is not of the form KEY=VALUE        |
        | =team         | the name of a key is expected, without a value |

    Scenario Outline: one setting among good ones, <what>
      When I run "agents config set server.namespace=team <setting>"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: <reason>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | what                   | setting                | reason                                                                                |
        | with a wrong value     | server.sync.interval=0 | server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807 |
        | of which there are two | server.namespace=root  | server.namespace is named twice                                                       |
        | that is not known      | server.colour=red      | unknown key server.colour                                                             |
        | without its value      | server.url             | argument 2 is not of the form KEY=VALUE                                               |

    Scenario: a limit that is not one
      When I run "agents --lock-timeout soon server connect https://new.example"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: invalid value '…' for '--lock-timeout <SECONDS>': not a number of seconds
        """
      And the configuration is still as it was

    Scenario: a value for one command that its setting cannot hold
      When I run "agents -c server.sync.interval=0 config get server.sync.interval"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: invalid value '…' for '--with <KEY=VALUE>': server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807
        """

  Rule: A key that is not known is refused, and the one that was meant is named

    Background:
      Given a configuration

    Scenario Outline: <command>
      When I run "agents config <command>"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: unknown key <told>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | command                            | told                                               |
        | set server.ulr=https://new.example | server.ulr; did you mean server.url?               |
        | unset server.ulr                   | server.ulr; did you mean server.url?               |
        | get server.ulr                     | server.ulr; did you mean server.url?               |
        | get URL                            | URL; did you mean server.url?                      |
        | get server.tls_verify              | server.tls_verify; did you mean server.tls-verify? |
        | get interval                       | interval; did you mean server.sync.interval?       |
        | get colour                         | colour                                             |

  Rule: A command line that is not understood does nothing

    Background:
      Given a configuration

    Scenario Outline: <what>
      When I run "agents <arguments>"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: <reason>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | what                        | arguments                                                     | reason                                                                                    |
        | no command                  |                                                               | a command is missing; see --help                                                          |
        | half a command              | server                                                        | a command is missing; see --help                                                          |
        | an unknown command          | frobnicate                                                    | unrecognized subcommand 'frobnicate'                                                      |
        | a mistyped command          | server conect                                                 | unrecognized subcommand 'conect'; some similar subcommands exist: 'disconnect', 'connect' |
        | an unknown option           | server disconnect --recursive                                 | unexpected argument '--recursive' found                                                   |
        | a missing argument          | server connect                                                | the following required arguments were not provided: <URL>                                 |
        | options that contradict     | server connect https://a.example --tls-verify --no-tls-verify | the argument '--tls-verify' cannot be used with '--no-tls-verify'                         |
        | a value that is none of its | server disconnect --scope both                                | invalid value '…' for '--scope <SCOPE>' [possible values: global, project]                |

    Scenario Outline: an argument that is not UTF-8 after "agents <arguments>"
      When I run "agents <arguments>" with one more argument that is not UTF-8
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: invalid UTF-8 was detected in one or more arguments
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | arguments                                      |
        | server connect                                 |
        | server connect https://new.example --namespace |
        | config set server.namespace=team               |
        | config get                                     |

    Scenario: the name of a file need not be UTF-8
      When I run "agents config set server.namespace=team --config" with one more argument that is not UTF-8
      Then it succeeds
      And it prints
        """
        server.namespace = "team"
        """
      And the configuration is still as it was

  Rule: What was typed in the wrong place may be a secret, and is not repeated

    Background:
      Given a configuration

    Scenario Outline: agents <arguments>
      When I run "agents <arguments>"
      Then it fails with exit code 2
      And it prints nothing
      And the message contains "error: nothing changed: "
      And the message does not contain "hunter2"
      And the configuration is still as it was

      Examples:
        | arguments                                                |
        | server connect https://new.example --token hunter2       |
        | server connect https://new.example --token=hunter2       |
        | server connect https://new.example --token-stdin hunter2 |
        | server connect https://new.example '<hunter2>'           |
        | server connect https://new.example '[hunter2]'           |
        | server connect https://hunter2@new.example               |
        | server connect hunter2://new.example                     |
        | config set hunter2                                       |
        | config set server.sync.interval=hunter2                  |
        | -c hunter2 config list                                   |
        | --format hunter2 config list                             |

  Rule: A file that is not UTF-8 is named with the line, and never touched

    Scenario Outline: agents <arguments>, where the file is not UTF-8
      Given the configuration with the bytes "[server]\nurl = 'https://old.example'\nnamespace = '\xff'\n"
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: line 3 is not UTF-8
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | arguments                                    |
        | server connect https://new.example           |
        | server connect https://new.example --dry-run |
        | server disconnect                            |
        | server status                                |
        | config set server.url=https://new.example    |
        | config unset server.namespace                |
        | config get server.url                        |
        | config list                                  |

  Rule: Broken TOML is named with line and column, and never touched

    Scenario Outline: agents <arguments>, where the file is not TOML
      Given the configuration
        """
        [server]
        url = "https://old.example"
        namespace = staging
        """
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: it is not valid TOML: line 3, column 13: string values must be quoted, expected literal string
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | arguments                                    |
        | server connect https://new.example           |
        | server connect https://new.example --dry-run |
        | server disconnect                            |
        | server status                                |
        | config set server.namespace=team             |
        | config unset server.namespace                |
        | config get server.url                        |
        | config list                                  |

    Scenario Outline: a table header that is <what>
      Given the configuration with the bytes "<bytes>"
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: it is not valid TOML: <reason>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | what      | bytes                            | reason                                         |
        | not ended | [server\\nurl = ''               | line 1, column 8: unclosed table, expected `]` |
        | repeated  | [server]\\n# again\\n[server]\\n | line 3, column 2: duplicate key                |

    @tdd_issue @tdd_issue_1212
    Scenario Outline: agents <arguments>, where a dotted key reaches into an array of tables
      Given the configuration
        """
        [[plugin.hooks]]
        name = "one"

        [plugin]
        hooks.last.name = "two"
        """
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: it is not valid TOML: line 5, column 1: cannot extend an array of tables with a dotted key
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | arguments                                    |
        | server connect https://new.example           |
        | server connect https://new.example --dry-run |
        | config get server.url                        |
        | config list                                  |

  Rule: A setting that stands in the file in both forms is ambiguous, and neither form is believed

    Scenario Outline: agents <arguments>, where the URL stands there twice
      Given the configuration
        """
        "server.url" = "https://one.example"

        [server]
        url = "https://other.example"
        """
      When I run "agents <arguments>"
      Then it fails with exit code 4
      And it prints nothing
      And the message is
        """
        error: <told>: server.url is ambiguous: it stands on lines 1, 4
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples: writing
        | arguments                                    | told                                                      |
        | server connect https://new.example           | ~/.cleveragents/config.toml is unchanged |
        | server connect https://new.example --dry-run | ~/.cleveragents/config.toml is unchanged |
        | server disconnect                            | ~/.cleveragents/config.toml is unchanged |
        | config set server.url=https://new.example    | ~/.cleveragents/config.toml is unchanged |
        | config unset server.url                      | ~/.cleveragents/config.toml is unchanged |

      Examples: reading
        | arguments             | told                                                            |
        | server status         | nothing changed: in the global file ~/.cleveragents/config.toml |
        | config get server.url | nothing changed: in the global file ~/.cleveragents/config.toml |
        | config list           | nothing changed: in the global file ~/.cleveragents/config.toml |

    Scenario: another setting of the same file can still be changed
      Given the configuration
        """
        "server.url" = "https://one.example"

        [server]
        url = "https://other.example"
        """
      When I run "agents config set server.tls-verify=false"
      Then it succeeds
      And the configuration contains "tls-verify = false"
      And the configuration contains "https://one.example"
      And the configuration contains "https://other.example"

  Rule: A wrong value in a file is named with its line, and stands in nobody's way who replaces it

    Scenario Outline: <line> is read
      Given the configuration
        """
        # Where the agents run.
        <line>
        """
      When I run "agents config get <key>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: nothing changed: the global file ~/.cleveragents/config.toml holds a wrong value on line 2: <key> <reason>
        """

      Examples:
        | key                  | line                                          | reason                                                           |
        | server.url           | server.url = 5                                | must be a string, an http or https URL                           |
        | server.url           | server.url = "https://me:hunter2@old.example" | must not contain credentials                                     |
        | server.namespace     | server.namespace = ""                         | must not be empty                                                |
        | server.tls-verify    | server.tls-verify = "true"                    | must be true or false                                            |
        | server.token         | server.token = ["hunter2"]                    | must be a string                                                 |
        | server.sync.interval | server.sync.interval = 0                      | must be a whole number of seconds, from 1 to 9223372036854775807 |

    Scenario: a connect replaces it
      Given the configuration
        """
        server.url = 5
        server.tls-verify = "yes"
        """
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |

  Rule: What is no regular file is refused, and nobody waits for it

    Scenario Outline: agents <arguments>, where there is <something> in place of the configuration
      Given <something> in place of the configuration
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: cannot read it: <reason>
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | something   | arguments                                    | reason                       |
        | a directory | server connect https://new.example           | Is a directory (os error 21) |
        | a directory | server connect https://new.example --dry-run | Is a directory (os error 21) |
        | a directory | config get server.url                        | Is a directory (os error 21) |
        | a FIFO      | server connect https://new.example           | it is not a regular file     |
        | a FIFO      | server connect https://new.example --dry-run | it is not a regular file     |
        | a FIFO      | config get server.url                        | it is not a regular file     |

    Scenario Outline: the path <path>, which can only be that of a directory
      When I run "agents --config <path> server connect https://new.example"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: <path> is unchanged: cannot follow the path: Is a directory (os error 21)
        """
      And nothing else is left beside it

      Examples:
        | path                |
        | settings/           |
        | settings/agents.d/. |
        | ..                  |
        | /                   |

    Scenario Outline: agents <arguments>, where symbolic links go round
      Given the configuration is a symbolic link to "other.toml"
      And the file "~/.cleveragents/other.toml" is a symbolic link to "config.toml"
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: cannot <step>: Too many levels of symbolic links (os error 40)
        """
      And the configuration is still a symbolic link to "other.toml"
      And nothing else is left beside it

      Examples:
        | arguments                          | step            |
        | server connect https://new.example | follow the path |
        | config get server.url              | read it         |

    Scenario: a file where the directory of the configuration should be
      Given the file "~/.cleveragents"
        """
        of someone else
        """
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: cannot follow the path: Not a directory (os error 20)
        """
      And the file "~/.cleveragents" is now
        """
        of someone else
        """
      And nothing else is left beside it

  Rule: A file that cannot be read is not taken for an empty one

    @needs_other_users
    Scenario Outline: agents <arguments>, where the file cannot be read
      Given a configuration
      And the configuration has mode 200
      And an ordinary user
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: cannot read it: Permission denied (os error 13)
        """
      And the configuration is still as it was

      Examples:
        | arguments                                    |
        | server status                                |
        | server connect https://new.example --dry-run |
        | config get server.url                        |
        | config list                                  |

  Rule: Without a home directory there is no global file, and none is made elsewhere

    Scenario Outline: agents <arguments>, where HOME is <home>
      Given the environment variable HOME is <home>
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: nothing changed: HOME is not set to an absolute path, so there is no global file; --config names a file
        """
      And there is still no configuration
      And nothing else is left beside it

      Examples: not set
        | home    | arguments                          |
        | not set | server connect https://new.example |
        | not set | server disconnect                  |
        | not set | server status                      |
        | not set | config set server.namespace=team   |
        | not set | config list                        |
        | not set | config path                        |
        | not set | diagnostics                        |

      Examples: not an absolute path
        | home   | arguments                          |
        | ""     | server connect https://new.example |
        | ""     | config list                        |
        | "home" | server connect https://new.example |
        | "home" | config list                        |

    Scenario: a file that is named needs no home directory
      Given the environment variable HOME is not set
      When I run "agents --config settings.toml config set server.namespace=team"
      Then it succeeds
      And the file "settings.toml" is now
        """
        [server]
        namespace = "team"
        """
      And there is still no configuration

  Rule: A file of more than 1 MiB is refused, unless the limit is raised

    Scenario Outline: agents <arguments>, where the file is too large
      Given a configuration of 1048577 bytes
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: 1048577 bytes are more than the limit of 1048576
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | arguments                                    |
        | server connect https://new.example           |
        | server connect https://new.example --dry-run |
        | config get server.url                        |

    Scenario: a file of exactly 1 MiB is read
      Given a configuration of 1048576 bytes
      When I run "agents config get server.url"
      Then it succeeds
      And it prints
        """
        https://old.example
        """

    Scenario Outline: a raised limit lets "<command>" through
      Given a configuration of 1048577 bytes
      When I run "agents --max-size 2000000 <command>"
      Then it succeeds
      And it prints
        """
        <result>
        """

      Examples:
        | command                          | result                    |
        | config get server.namespace      | staging                   |
        | config set server.namespace=team | server.namespace = "team" |

    Scenario Outline: a change that would make the file too large, agents <arguments>
      Given a configuration of 1048576 bytes
      When I run "agents <arguments>"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: 1048595 bytes are more than the limit of 1048576
        """
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | arguments                                    |
        | config set server.sync.interval=60           |
        | config set server.sync.interval=60 --dry-run |

    Scenario: a limit that is lowered
      Given a configuration
      When I run "agents --max-size 100 config set server.url=https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: "
      And the message contains " bytes are more than the limit of 100"
      And the configuration is still as it was

  Rule: A command that only reads fails where its output cannot be written, but ends quietly where nobody wants it

    Scenario Outline: agents <arguments>, into a pipe that nobody reads
      Given a configuration
      When I run "agents <arguments>" into a pipe that nobody reads
      Then it succeeds
      And there is no message

      Examples:
        | arguments                                    |
        | config list                                  |
        | --format json config list                    |
        | server connect https://new.example --dry-run |
        | completions bash                             |
        | --help                                       |

    Scenario Outline: agents <arguments>, into a device that is full
      Given a configuration
      When I run "agents <arguments>" into a device that is full
      Then it fails with exit code 1
      And the message is
        """
        error: nothing changed: cannot write to standard output: No space left on device (os error 28)
        """
      And the configuration is still as it was

      Examples:
        | arguments                                    |
        | config list                                  |
        | --format json config list                    |
        | server connect https://new.example --dry-run |
        | config set server.namespace=staging          |
        | diagnostics                                  |
        | completions bash                             |
        | --help                                       |

  Rule: A change that is in place stays a success, even where nobody can be told

    Scenario Outline: agents <options> server connect, into <output>
      Given a configuration
      When I run "agents <options> server connect https://new.example" into <output>
      Then it succeeds
      And the message is
        """
        warning: the change is in place: cannot write to standard output: <reason>
        """
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |
      And nothing else is left beside it

      Examples:
        | options       | output                   | reason                                |
        |               | a pipe that nobody reads | Broken pipe (os error 32)             |
        |               | a device that is full    | No space left on device (os error 28) |
        | --format json | a pipe that nobody reads | Broken pipe (os error 32)             |
        | --format json | a device that is full    | No space left on device (os error 28) |
