@needs_strace
Feature: Success survives a power cut
  A rename alone is atomic for those who look. A power cut may still bring the old file back, or an empty
  new one, unless the new contents were synced before the rename and the directory after it.

  Rule: The new contents are synced before they take their place, the directory after that, each once

    Scenario: over a configuration that exists
      Given a configuration
      When I trace "agents server connect https://new.example"
      Then it succeeds
      And these are the system calls that order the disk
        | write     | .config.toml.TEMPORARY |
        | fsync     | .config.toml.TEMPORARY |
        | renameat2 | .config.toml.TEMPORARY |
        | fsync     | .cleveragents          |
        | unlinkat  | .config.toml.TEMPORARY |

    Scenario: where there is no configuration yet
      Given no configuration
      When I trace "agents server connect https://new.example"
      Then it succeeds
      And these are the system calls that order the disk
        | mkdir     | .cleveragents          |
        | fsync     | home                   |
        | write     | .config.toml.TEMPORARY |
        | fsync     | .config.toml.TEMPORARY |
        | renameat2 | .config.toml.TEMPORARY |
        | fsync     | .cleveragents          |

  Rule: None but the sync asks for the new contents, for an error of the disk is told only once

    Advice to begin with them, for one, leaves out to say that there is no place for them; the sync that follows
    finds nothing left to do, and succeeds over a file that is lost.

    @tdd_issue @tdd_issue_1213
    Scenario: a connect to another server
      Given a configuration
      When I trace "agents server connect https://new.example"
      Then it succeeds
      And none but syncs ask the disk for what was written

  Rule: Where nothing has to change nothing is written, but what is there is synced

    Whoever left it there, an editor or a writer that was killed before its last sync, may not have done so.

    Scenario: a connect to the server that is connected
      Given I have run "agents server connect https://new.example"
      When I trace "agents server connect https://new.example"
      Then it succeeds
      And these are the system calls that order the disk
        | fsync | config.toml   |
        | fsync | .cleveragents |
      And the configuration is still as it was

    Scenario: a connect after one that was killed before its last sync
      Given a configuration
      And a kill strikes while syncing the directory
      And I have been killed running "agents server connect https://new.example"
      When I trace "agents server connect https://new.example"
      Then it succeeds
      And these are the system calls that order the disk
        | unlinkat | .config.toml.TEMPORARY |
        | fsync    | config.toml            |
        | fsync    | .cleveragents          |

    Scenario: a look
      Given a configuration
      When I trace "agents config get server.url"
      Then it succeeds
      And no system call orders the disk
