@needs_other_users
Feature: An ordinary user without the permission
  Root is denied nothing; so where the tests run as root, the command runs as another user.

  Rule: Without the permission nothing changes

    Scenario: a directory that takes no new file
      Given a configuration
      And the directory of the configuration has mode 500
      And an ordinary user
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And the message is
        """
        error: ~/.cleveragents/config.toml is unchanged: cannot create a temporary file beside it: Permission denied (os error 13)
        """
      And the configuration is still as it was

    Scenario: a read-only file
      Given a configuration
      And the configuration has mode 400
      And an ordinary user
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot replace it: Permission denied"
      And the configuration is still as it was

    @tdd_issue @tdd_issue_1215
    Scenario: a dry run over a read-only file
      Given a configuration
      And the configuration has mode 400
      And an ordinary user
      When I run "agents server connect https://new.example --dry-run"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot replace it: Permission denied"

    Scenario: a read-only file that needs no change
      Given the configuration
        """
        server.url = "https://old.example"
        """
      And the configuration has mode 400
      And an ordinary user
      When I run "agents config set server.url=https://old.example"
      Then it succeeds
      And the configuration is still as it was

    Scenario: a file that cannot be read is not taken for an empty one
      Given a configuration
      And the configuration has mode 200
      And an ordinary user
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot read it: Permission denied"
      And the configuration is still as it was

    Scenario: a home directory where nothing can be made
      Given no configuration
      And a home directory where nothing can be made
      And an ordinary user
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot make its directory: Permission denied"
      And there is still no configuration

  Rule: A project's directory that cannot be searched stands in nobody's way who writes elsewhere

    @tdd_issue @tdd_issue_997
    Scenario Outline: agents <arguments>
      Given a configuration
      And the project configuration
        """
        server.namespace = "team"
        """
      And the file ".cleveragents" has mode 000
      And an ordinary user
      When I run "agents <arguments>"
      Then it succeeds
      And the configuration contains "https://new.example"
      And the message is
        """
        warning: another layer may have the last word: ./.cleveragents/config.toml is unchanged: cannot read it: Permission denied (os error 13)
        """

      Examples:
        | arguments                                 |
        | server connect https://new.example        |
        | config set server.url=https://new.example |

    @tdd_issue @tdd_issue_997
    Scenario: what it says cannot be told
      Given a configuration
      And the project configuration
        """
        server.namespace = "team"
        """
      And the file ".cleveragents" has mode 000
      And an ordinary user
      When I run "agents config get server.url"
      Then it fails with exit code 1
      And the message is
        """
        error: ./.cleveragents/config.toml is unchanged: cannot read it: Permission denied (os error 13)
        """

  Rule: An ordinary user can do everything

    Scenario: connect
      Given no configuration
      And an ordinary user
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |
