Feature: The status of the connection
  Several layers can have a say in a connection. Before they send work anywhere, people want to see what
  holds and who says so, without showing their token to whoever looks over their shoulder.

  Rule: Where no layer names a server, work is local only

    Scenario: no configuration
      Given no configuration
      When I run "agents server status"
      Then it succeeds
      And it prints
        """
        local only: not connected to a server
        """
      And there is still no configuration
      And nothing else is left beside it

    Scenario: settings of a connection without a server
      Given the configuration
        """
        [server]
        namespace = "staging"
        token = "hunter2"
        """
      When I run "agents server status"
      Then it succeeds
      And it prints
        """
        local only: not connected to a server
        """

  Rule: A connection is shown whole, each value with its source, and the token only as set or not

    Scenario: one file
      Given the configuration
        """
        [server]
        url = "https://old.example"
        namespace = "staging"
        tls-verify = false
        token = "hunter2"
        """
      When I run "agents server status"
      Then it succeeds
      And it prints
        """
        server.url = "https://old.example" (global file ~/.cleveragents/config.toml)
        server.namespace = "staging" (global file ~/.cleveragents/config.toml)
        server.tls-verify = false (global file ~/.cleveragents/config.toml)
        server.token = (set) (global file ~/.cleveragents/config.toml)
        """
      And there is no message

    Scenario: a URL and nothing else
      Given the configuration
        """
        "server.url" = "https://old.example"
        """
      When I run "agents server status"
      Then it succeeds
      And it prints
        """
        server.url = "https://old.example" (global file ~/.cleveragents/config.toml)
        server.namespace = "default" (default)
        server.tls-verify = true (default)
        server.token = (not set)
        """

    Scenario: a source of its own for each value
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
      And the environment variable CLEVERAGENTS_SERVER_TOKEN is "hunter2"
      When I run "agents -c server.tls-verify=no server status"
      Then it succeeds
      And it prints
        """
        server.url = "https://old.example" (global file ~/.cleveragents/config.toml)
        server.namespace = "team" (project file ./.cleveragents/config.toml)
        server.tls-verify = false (command line)
        server.token = (set) (environment variable CLEVERAGENTS_SERVER_TOKEN)
        """

    Scenario: a server that only the environment names
      Given no configuration
      And the environment variable CLEVERAGENTS_SERVER_URL is "https://variable.example"
      When I run "agents server status"
      Then it succeeds
      And it prints
        """
        server.url = "https://variable.example" (environment variable CLEVERAGENTS_SERVER_URL)
        server.namespace = "default" (default)
        server.tls-verify = true (default)
        server.token = (not set)
        """

  Rule: A token that was stored for another server is told of

    @tdd_issue @tdd_issue_998
    Scenario: the project names another server than the file with the token
      Given the configuration
        """
        [server]
        url = "https://old.example"
        token = "hunter2"
        """
      And the project configuration
        """
        server.url = "https://other.example"
        """
      When I run "agents server status"
      Then it succeeds
      And it prints
        """
        server.url = "https://other.example" (project file ./.cleveragents/config.toml)
        server.namespace = "default" (default)
        server.tls-verify = true (default)
        server.token = (set) (global file ~/.cleveragents/config.toml)
        """
      And the message is
        """
        warning: server.token was not stored for this server: the global file ~/.cleveragents/config.toml has another server.url
        """

    Scenario: the project names the same server
      Given the configuration
        """
        [server]
        url = "https://old.example"
        token = "hunter2"
        """
      And the project configuration
        """
        server.url = "https://old.example"
        """
      When I run "agents server status"
      Then it succeeds
      And there is no message

  Rule: Looking takes no lock and changes nothing

    Scenario: while another process holds the lock
      Given a configuration
      And another process holds the lock
      When I run "agents --lock-timeout 0 server status"
      Then it succeeds
      And what it prints contains "https://old.example"
      And the configuration is still as it was
      And nothing else is left beside it

  Rule: A connection of which a value cannot be told is not shown at all

    Scenario: both ways to write a key
      Given the configuration
        """
        "server.url" = "https://one.example"
        [server]
        url = "https://other.example"
        """
      When I run "agents server status"
      Then it fails with exit code 4
      And it prints nothing
      And the message is
        """
        error: nothing changed: in the global file ~/.cleveragents/config.toml: server.url is ambiguous: it stands on lines 1, 3
        """

    Scenario: a wrong value
      Given the configuration
        """
        [server]
        url = "https://old.example"
        tls-verify = "no"
        """
      When I run "agents server status"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: nothing changed: the global file ~/.cleveragents/config.toml holds a wrong value on line 3: server.tls-verify must be true or false
        """

    Scenario: a wrong value that another layer hides
      Given the configuration
        """
        [server]
        url = "https://old.example"
        tls-verify = "no"
        """
      And the environment variable CLEVERAGENTS_SERVER_TLS_VERIFY is "false"
      When I run "agents server status"
      Then it succeeds
      And what it prints contains "server.tls-verify = false (environment variable CLEVERAGENTS_SERVER_TLS_VERIFY)"
