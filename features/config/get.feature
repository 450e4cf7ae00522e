Feature: Getting a setting
  `agents config get` is for scripts: what it prints is the value that holds, and nothing else; its exit
  code tells a key that is not set from one that does not exist.

  Rule: The value that holds is printed bare, whatever its type and however it is written

    Scenario Outline: <key> from <setting>
      Given the configuration
        """
        <setting>
        """
      When I run "agents config get <key>"
      Then it succeeds
      And it prints
        """
        <value>
        """
      And there is no message

      Examples:
        | key                  | setting                              | value               |
        | server.url           | server.url = "https://old.example"   | https://old.example |
        | server.url           | "server.url" = 'https://old.example' | https://old.example |
        | server.namespace     | server = { namespace = "größe 7" }   | größe 7             |
        | server.namespace     | server.namespace = '''a "b" é'''     | a "b" é             |
        | server.tls-verify    | server."tls-verify" = false          | false               |
        | server.sync.interval | server.sync.interval = 1_000         | 1000                |
        | server.sync.interval | server.sync.interval = 0x3C          | 60                  |

    Scenario Outline: the default of <key>
      Given no configuration
      When I run "agents config get <key>"
      Then it succeeds
      And it prints
        """
        <value>
        """

      Examples:
        | key                  | value   |
        | server.namespace     | default |
        | server.tls-verify    | true    |
        | server.sync.auto     | true    |
        | server.sync.interval | 300     |

  Rule: A key that has neither a value nor a default is not found

    Scenario Outline: <key>
      Given no configuration
      When I run "agents config get <key>"
      Then it fails with exit code 3
      And it prints nothing
      And the message is
        """
        error: nothing changed: <key> is not set
        """
      And there is still no configuration

      Examples:
        | key          |
        | server.url   |
        | server.token |

  Rule: A key that does not exist is refused, with the one that may have been meant

    Scenario Outline: <key> for <meant>
      Given a configuration
      When I run "agents config get <key>"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: unknown key <key>; did you mean <meant>?
        """

      Examples:
        | key               | meant                |
        | server.ulr        | server.url           |
        | url               | server.url           |
        | server.tls_verify | server.tls-verify    |
        | interval          | server.sync.interval |

    Scenario: a key like no other
      Given a configuration
      When I run "agents config get colour"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: unknown key colour
        """

    Scenario: a value beside the key
      Given a configuration
      When I run "agents config get server.token=hunter2"
      Then it fails with exit code 2
      And it prints nothing
      And the message does not contain "hunter2"

  Rule: A key of a newer version or a plug-in can be read by whoever allows it

    Scenario Outline: written as <setting>
      Given the configuration
        """
        <setting>
        """
      When I run "agents config get plugins.colour --allow-unknown"
      Then it succeeds
      And it prints
        """
        <value>
        """

      Examples:
        | setting                       | value        |
        | plugins.colour = "green"      | green        |
        | "plugins.colour" = 3          | 3            |
        | plugins.colour = [ 1, "two" ] | [ 1, "two" ] |
        | plugins.colour = 1979-05-27   | 1979-05-27   |

    Scenario: one that is not there
      Given a configuration
      When I run "agents config get plugins.colour --allow-unknown"
      Then it fails with exit code 3
      And the message is
        """
        error: nothing changed: plugins.colour is not set
        """

  Rule: A secret is printed to nobody but whoever asks for it

    Scenario Outline: with the options "<options>"
      Given the configuration
        """
        server.token = "hunter2"
        """
      When I run "agents config get server.token <options>"
      Then it succeeds
      And it prints
        """
        <printed>
        """
      And there is no message

      Examples:
        | options            | printed                                           |
        |                    | (set)                                             |
        | --verbose          | (set) (global file ~/.cleveragents/config.toml)   |
        | --reveal           | hunter2                                           |
        | --reveal --verbose | hunter2 (global file ~/.cleveragents/config.toml) |

    Scenario: what stands below a secret is secret as well
      Given the configuration
        """
        [server.token]
        value = "hunter2"
        """
      When I run "agents config get server.token.value --allow-unknown"
      Then it succeeds
      And it prints
        """
        (set)
        """

  Rule: A value that cannot be told is not guessed

    Scenario: a wrong type, in spite of a default
      Given the configuration
        """
        [server]
        tls-verify = "false"
        """
      When I run "agents config get server.tls-verify"
      Then it fails with exit code 1
      And it prints nothing
      And the message is
        """
        error: nothing changed: the global file ~/.cleveragents/config.toml holds a wrong value on line 2: server.tls-verify must be true or false
        """

    Scenario: both ways to write the key
      Given the configuration
        """
        "server.url" = "https://one.example"
        [server]
        url = "https://other.example"
        """
      When I run "agents config get server.url"
      Then it fails with exit code 4
      And it prints nothing
      And the message contains "server.url is ambiguous: it stands on lines 1, 3"

    Scenario: another key of the same file
      Given the configuration
        """
        "server.url" = "https://one.example"
        [server]
        url = "https://other.example"
        namespace = "team"
        """
      When I run "agents config get server.namespace"
      Then it succeeds
      And it prints
        """
        team
        """
