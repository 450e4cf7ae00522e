Feature: The path of a configuration file
  Editors, backups and scripts want to know which file a change would go to, whether it exists or not.

  Rule: The path is the one that a change in the same scope goes to

    Scenario Outline: <scope>, where there is no file yet
      Given no configuration
      When I run "agents config path --scope <scope>"
      Then it succeeds
      And it prints
        """
        <path>
        """
      And there is no message
      And nothing else is left beside it

      Examples:
        | scope   | path                        |
        | global  | ~/.cleveragents/config.toml |
        | project | ./.cleveragents/config.toml |

    Scenario: the user's own, unless something else is said
      Given a configuration
      And the project configuration
        """
        server.namespace = "team"
        """
      When I run "agents config path"
      Then it succeeds
      And it prints
        """
        ~/.cleveragents/config.toml
        """

    Scenario: the project's, from further down in it
      Given the file "~/projects/one/.cleveragents/config.toml"
        """
        server.namespace = "team"
        """
      And I work in "~/projects/one/src/deep"
      When I run "agents config path --scope project"
      Then it succeeds
      And it prints
        """
        ~/projects/one/.cleveragents/config.toml
        """

    Scenario: the one that was chosen
      Given a configuration
      When I run "agents --config other.toml config path"
      Then it succeeds
      And it prints
        """
        other.toml
        """
      And nothing else is left beside it

  Rule: Where there is no file to change, there is no path

    Scenario: no home directory
      Given the environment variable HOME is not set
      When I run "agents config path"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: nothing changed: HOME is not set to an absolute path, so there is no global file; --config names a file
        """

    Scenario: a project where one file was chosen
      Given a configuration
      When I run "agents --config other.toml config path --scope project"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: there is no project file besides the file other.toml
        """
