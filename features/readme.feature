Feature: README tells the truth
  A newcomer types what README says, and should see what README shows.

  Rule: The first command of README does what README shows

    Scenario: the first command, typed as it stands
      When I run the first command of README
      Then it succeeds
      And it prints what README shows
      And the file "target/demo.toml" is now
        """
        [server]
        url = "https://agents.example"
        namespace = "team"
        tls-verify = true
        """
