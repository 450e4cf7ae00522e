@tdd_issue @tdd_issue_993
Feature: Connecting writes three settings whole or not at all
  `agents server connect` sets `server.url`, `server.namespace` and `server.tls-verify`.
  They only mean something together: a URL with the namespace of another server sends work to the wrong
  place, and later commands fail in confusing ways. The first version wrote them one after the other, and
  left a mixture behind when the second or the third write failed.

  Rule: A connect that succeeds sets all three

    Scenario: over a configuration that exists
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        """
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And nothing else is left beside it

    Scenario: where there is no configuration yet
      Given no configuration
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
      And nothing else is left beside it

  @tdd_expected_fail
  Rule: A connect that fails at its second or third write changes nothing

    Scenario Outline: <fault> at the <write> write, over a configuration that exists
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "staging"
        tls-verify = false
        """
      And <fault> strikes at the <write> write of a setting
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And the configuration is still as it was
      And the settings are still
        | server.url        | https://old.example |
        | server.namespace  | staging             |
        | server.tls-verify | false               |
      And nothing else is left beside it
      And the message contains "config.toml is unchanged: cannot write a setting"
      And the same command succeeds once the fault is gone

      Examples:
        | fault                   | write |
        | no space left           | 2nd   |
        | quota exceeded          | 2nd   |
        | permission denied       | 2nd   |
        | an I/O error            | 2nd   |
        | a read-only file system | 2nd   |
        | no space left           | 3rd   |
        | quota exceeded          | 3rd   |
        | permission denied       | 3rd   |
        | an I/O error            | 3rd   |
        | a read-only file system | 3rd   |

    Scenario Outline: <fault> at the <write> write, where there is no configuration yet
      Given no configuration
      And <fault> strikes at the <write> write of a setting
      When I run "agents server connect https://new.example --namespace team"
      Then it fails with exit code 1
      And there is still no configuration
      And nothing else is left beside it
      And the message contains "config.toml is unchanged: cannot write a setting"
      And the same command succeeds once the fault is gone

      Examples:
        | fault                   | write |
        | no space left           | 2nd   |
        | quota exceeded          | 2nd   |
        | permission denied       | 2nd   |
        | an I/O error            | 2nd   |
        | a read-only file system | 2nd   |
        | no space left           | 3rd   |
        | quota exceeded          | 3rd   |
        | permission denied       | 3rd   |
        | an I/O error            | 3rd   |
        | a read-only file system | 3rd   |

    Scenario Outline: <fault> at the <write> write, which ends the process, over a configuration that exists
      Given the configuration
        """
        [server]
        url = "https://old.example"
        namespace = "staging"
        tls-verify = false
        """
      And <fault> strikes at the <write> write of a setting
      When I run "agents server connect https://new.example --namespace team"
      Then it <end>
      And the configuration is still as it was
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | fault   | write | end                      |
        | a panic | 2nd   | fails with exit code 101 |
        | a panic | 3rd   | fails with exit code 101 |
        | a kill  | 2nd   | is killed                |
        | a kill  | 3rd   | is killed                |

    Scenario Outline: <fault> at the <write> write, which ends the process, where there is no configuration yet
      Given no configuration
      And <fault> strikes at the <write> write of a setting
      When I run "agents server connect https://new.example --namespace team"
      Then it <end>
      And there is still no configuration
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | fault   | write | end                      |
        | a panic | 2nd   | fails with exit code 101 |
        | a panic | 3rd   | fails with exit code 101 |
        | a kill  | 2nd   | is killed                |
        | a kill  | 3rd   | is killed                |
