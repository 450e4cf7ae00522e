@needs_user_namespaces
Feature: A disk that is really full, or read-only
  Failpoints show what we thought of. A disk that is full in earnest shows the rest.

  Rule: A full disk changes nothing

    Scenario: over a configuration that exists
      Given a disk of 64 KiB for the configuration
      And a configuration
      And the disk is full
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot write the new contents: No space left on device"
      And the configuration is still as it was
      And nothing else is left beside it
      And the same command succeeds once there is room

    Scenario: where there is no configuration yet
      Given a disk of 64 KiB for the configuration
      And no configuration
      And the disk is full
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And there is still no configuration
      And nothing else is left beside it
      And the same command succeeds once there is room

  Rule: A read-only disk changes nothing, and can be read

    Scenario: a connect
      Given a configuration
      And the disk is read-only
      When I run "agents server connect https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: "
      And the message contains "Read-only file system"
      And the configuration is still as it was

    Scenario: a look
      Given a configuration
      And the disk is read-only
      When I run "agents config get server.url"
      Then it succeeds
      And it prints
        """
        https://old.example
        """
