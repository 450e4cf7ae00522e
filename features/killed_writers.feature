Feature: Writers that are killed
  `git config` leaves `config.lock` behind when it is killed, and every later write refuses. Our lock dies
  with its holder, and the next writer clears away what the dead one left.

  Rule: A killed writer leaves the old configuration or the new one

    Scenario: fifty writers, killed at random moments
      Given I have run "agents server connect https://server-0.example --namespace team-0"
      When 50 writers are killed at random moments
      Then no look was torn

  Rule: What a killed writer left is private, and the next writer clears it away

    Scenario Outline: killed while <stage>
      Given a configuration
      And the configuration has mode 644
      And a kill strikes while <stage>
      When I run "agents server connect https://new.example"
      Then it is killed
      And what is left beside it has mode 600
      And the same command succeeds once the fault is gone
      And nothing else is left beside it

      Examples:
        | stage                    |
        | writing the new contents |
        | keeping the metadata     |

    Scenario: the next command clears up even if it has nothing to change
      Given a configuration
      And a kill strikes while syncing the new contents
      And I have been killed running "agents server connect https://new.example"
      When I run "agents config set server.url=https://old.example"
      Then it succeeds
      And nothing else is left beside it

    Scenario: files of others stay
      Given a configuration
      And the file "~/.cleveragents/.config.toml.swp"
        """
        of an editor
        """
      And the file "~/.cleveragents/.config.toml.agents-1-notes.tmp"
        """
        of someone who likes our names
        """
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the file "~/.cleveragents/.config.toml.swp" is now
        """
        of an editor
        """
      And the file "~/.cleveragents/.config.toml.agents-1-notes.tmp" is now
        """
        of someone who likes our names
        """

  Rule: What a killed writer may not have synced is synced by the next one, even if it has nothing to change

    Scenario Outline: an I/O error while <stage>
      Given a configuration
      And an I/O error strikes while <stage>
      When I run "agents config set server.url=https://old.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot <step>: Input/output error"
      And the configuration is still as it was
      And the same command succeeds once the fault is gone

      Examples:
        | stage                    | step                  |
        | syncing the new contents | sync the new contents |
        | syncing the directory    | sync its directory    |
