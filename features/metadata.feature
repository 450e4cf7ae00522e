Feature: What the file is besides its contents
  A replacement is a new file. Whoever links to the old one, may read it or labelled it must not notice.

  Rule: A symbolic link stays one, and the file that it leads to is replaced

    Scenario Outline: a link to <target>
      Given the file "~/dotfiles/agents.toml"
        """
        [server]
        url = "https://old.example"
        """
      And the file "~/dotfiles/current" is a symbolic link to "agents.toml"
      And the configuration is a symbolic link to "<target>"
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration is still a symbolic link to "<target>"
      And the file "~/dotfiles/agents.toml" is now
        """
        [server]
        url = "https://new.example"
        """
      And nothing else is left beside it

      Examples:
        | target                  |
        | ../dotfiles/agents.toml |
        | ../dotfiles/current     |

    Scenario: a link to a file that does not exist yet
      Given the configuration is a symbolic link to "../dotfiles/agents.toml"
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration is still a symbolic link to "../dotfiles/agents.toml"
      And the file "~/dotfiles/agents.toml" is now
        """
        [server]
        url = "https://new.example"
        """

  Rule: Mode, owner, attributes and access control lists are kept

    Scenario Outline: mode <mode>
      Given a configuration
      And the configuration has mode <mode>
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration has mode <mode>

      Examples:
        | mode |
        | 600  |
        | 640  |
        | 644  |
        | 660  |

    @needs_root @needs_other_users
    Scenario: the owner, where root changes the file of another user
      Given a configuration
      And the configuration belongs to user 4711 and group 4712
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration still has its mode and owner

    @needs_root @needs_other_users
    Scenario: a group that its owner is no member of; no other group gets its permissions
      Given a configuration
      And an ordinary user
      And the configuration belongs to user 65534 and group 4712
      And the configuration has mode 664
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration has mode 644

    @needs_root @needs_other_users @needs_attributes @tdd_issue @tdd_issue_1204
    Scenario: such a group, where an access control list lets another user in
      Given a configuration
      And an ordinary user
      And the configuration belongs to user 65534 and group 4712
      And the configuration is shared with user 1, its group and nobody else by an access control list
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And its access control list lets user 1 in, and no group

    @needs_attributes
    Scenario: an extended attribute
      Given a configuration
      And the configuration has the attribute user.origin "installer"
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration still has the attribute user.origin "installer"

    @needs_attributes
    Scenario: many extended attributes, and long ones
      Given a configuration
      And the configuration has 40 attributes of 30 bytes
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration still has 40 attributes of 30 bytes

    @needs_attributes @needs_other_users
    Scenario: an access control list
      Given a configuration
      And the configuration is shared with user 1 by an access control list
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration is still shared with user 1 by an access control list

    @needs_attributes @needs_other_users
    Scenario: no access control list, where the directory would give it one
      Given a configuration
      And the directory of the configuration shares new files with user 1
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration has no access control list

  Rule: A new configuration is private from birth

    Scenario: the file and its directory
      Given no configuration
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration has mode 600
      And the directory of the configuration has mode 700

  Rule: What a replacement would tear apart is refused

    Scenario: a file with a second hard link
      Given a configuration
      And the configuration has a second hard link "~/second.toml"
      When I run "agents config set server.url=https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot replace it: it has 2 hard links"
      And the configuration is still as it was
      And nothing else is left beside it

    @tdd_issue @tdd_issue_1215
    Scenario: a dry run tells of it, too
      Given a configuration
      And the configuration has a second hard link "~/second.toml"
      When I run "agents config set server.url=https://new.example --dry-run"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot replace it: it has 2 hard links"

    @needs_user_namespaces
    Scenario: a file that is a mount point
      Given a configuration
      And the configuration is a mount point
      When I run "agents config set server.url=https://new.example"
      Then it fails with exit code 1
      And the message contains "config.toml is unchanged: cannot rename the new contents into place: it is a mount point"
      And the configuration is still as it was
      And nothing else is left beside it
