Feature: Listing the settings
  One look at everything that holds: the keys that we know, in the order in which people want to read
  them, then what else the files hold.

  Rule: Every key that has a value is listed, its default included

    Scenario: no configuration
      Given no configuration
      When I run "agents config list"
      Then it succeeds
      And it prints
        """
        server.namespace = "default"
        server.tls-verify = true
        server.sync.auto = true
        server.sync.interval = 300
        """
      And there is no message
      And nothing else is left beside it

    Scenario: values of each type, and a key that is not known
      Given the configuration
        """
        plugins.colours = [ "green", 3 ]
        [server]
        sync = { interval = 60 }
        namespace = "größe \"7\""
        url = 'https://old.example'
        """
      When I run "agents config list"
      Then it succeeds
      And it prints
        """
        server.url = "https://old.example"
        server.namespace = "größe \"7\""
        server.tls-verify = true
        server.sync.auto = true
        server.sync.interval = 60
        plugins.colours = [ "green", 3 ]
        """

  Rule: Each value's source is listed for whoever asks

    Scenario Outline: with <option>
      Given the configuration
        """
        server.url = "https://old.example"
        """
      And the project configuration
        """
        server.namespace = "team"
        plugins.colour = "green"
        """
      And the environment variable CLEVERAGENTS_SERVER_SYNC_AUTO is "no"
      When I run "agents -c server.tls-verify=false config list <option>"
      Then it succeeds
      And it prints
        """
        server.url = "https://old.example" (global file ~/.cleveragents/config.toml)
        server.namespace = "team" (project file ./.cleveragents/config.toml)
        server.tls-verify = false (command line)
        server.sync.auto = false (environment variable CLEVERAGENTS_SERVER_SYNC_AUTO)
        server.sync.interval = 300 (default)
        plugins.colour = "green" (project file ./.cleveragents/config.toml)
        """

      Examples:
        | option    |
        | --sources |
        | --verbose |

  Rule: A secret is listed only as set, wherever it comes from

    Scenario: in a file
      Given the configuration
        """
        server.token = "hunter2"
        """
      When I run "agents config list --sources"
      Then it succeeds
      And it prints
        """
        server.namespace = "default" (default)
        server.tls-verify = true (default)
        server.token = (set) (global file ~/.cleveragents/config.toml)
        server.sync.auto = true (default)
        server.sync.interval = 300 (default)
        """

    Scenario: in the environment
      Given no configuration
      And the environment variable CLEVERAGENTS_SERVER_TOKEN is "hunter2"
      When I run "agents config list"
      Then it succeeds
      And what it prints contains "server.token = (set)"
      And what it prints does not contain "hunter2"

  Rule: A value takes one line, whatever is in it

    Scenario: a text that would clear the screen, and an array of several lines
      Given the configuration
        """
        plugins.text = "one\ntwo\u001b[2J"
        plugins.list = [
          1,
          2,
        ]
        """
      When I run "agents config list"
      Then it succeeds
      And it prints
        """
        server.namespace = "default"
        server.tls-verify = true
        server.sync.auto = true
        server.sync.interval = 300
        plugins.list = [\n  1,\n  2,\n]
        plugins.text = "one\ntwo\u001B[2J"
        """

  Rule: A list that would be wrong is not printed

    Scenario: one wrong value
      Given the configuration
        """
        server.url = "https://old.example"
        server.sync.interval = 0
        """
      When I run "agents config list"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: nothing changed: the global file ~/.cleveragents/config.toml holds a wrong value on line 2: server.sync.interval must be a whole number of seconds, from 1 to 9223372036854775807
        """
