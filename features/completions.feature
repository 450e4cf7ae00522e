Feature: Help, version and completions
  Nobody knows all commands by heart. The program tells them to people (`--help`) and to their shells
  (`completions`), from the one description that it also reads its arguments with; so neither goes stale.

  Rule: Each shell gets a script that knows every command

    Scenario Outline: <shell>
      Given no configuration
      When I run "agents completions <shell>"
      Then it succeeds
      And there is no message
      And what it prints contains "<registration>"
      And what it prints contains "no-tls-verify"
      And what it prints contains "disconnect"
      And what it prints contains "status"
      And what it prints contains "unset"
      And what it prints contains "diagnostics"
      And what it prints contains "lock-timeout"
      And there is still no configuration
      And nothing else is left beside it

      Examples:
        | shell      | registration                                    |
        | bash       | complete -F _agents                             |
        | elvish     | edit:completion:arg-completer[agents]           |
        | fish       | complete -c agents                              |
        | powershell | Register-ArgumentCompleter -Native -CommandName |
        | zsh        | #compdef agents                                 |

    Scenario: a shell that is not known
      When I run "agents completions tcsh"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: invalid value '…' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]; a similar value exists: 'zsh'
        """

    Scenario: no shell
      When I run "agents completions"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: the following required arguments were not provided: <SHELL>
        """

  Rule: Help and version are results: they go to standard output with exit code 0, and need no configuration

    Scenario: the version
      Given the environment variable HOME is not set
      When I run "agents --version"
      Then it succeeds
      And it prints
        """
        agents 0.1.0
        """
      And there is no message

    Scenario: the version, for programs
      When I run "agents --format json --version"
      Then it succeeds
      And it prints the JSON document
        """
        { "changed": false, "version": "0.1.0", "warnings": [] }
        """

    Scenario: the commands
      Given the environment variable HOME is not set
      When I run "agents -h"
      Then it succeeds
      And there is no message
      And what it prints contains "server       Connect to a server, look at the connection, take it away"
      And what it prints contains "config       Read and change single settings"
      And what it prints contains "diagnostics  Look for what needs attention in the configuration"
      And what it prints contains "completions  Print a script that completes commands in a shell"

    Scenario Outline: what agents <command> takes
      When I run "agents <command> --help"
      Then it succeeds
      And there is no message
      And what it prints contains "Usage: agents <command> <usage>"
      And what it prints contains "<option>"
      And what it prints contains "--lock-timeout "

      Examples:
        | command           | usage                    | option          |
        | server            | [OPTIONS] <COMMAND>      | disconnect      |
        | server connect    | [OPTIONS] <URL>          | --no-tls-verify |
        | server status     | [OPTIONS]                | --verbose       |
        | server disconnect | [OPTIONS]                | --dry-run       |
        | config            | [OPTIONS] <COMMAND>      | unset           |
        | config get        | [OPTIONS] <KEY>          | --reveal        |
        | config set        | [OPTIONS] <KEY=VALUE>... | --dry-run       |
        | config unset      | [OPTIONS] <KEY>...       | --allow-unknown |
        | config list       | [OPTIONS]                | --sources       |
        | config path       | [OPTIONS]                | --scope         |
        | diagnostics       | [OPTIONS]                | --max-size      |
        | completions       | [OPTIONS] <SHELL>        | powershell      |
