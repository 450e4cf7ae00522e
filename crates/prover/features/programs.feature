@needs_git
Feature: Programs that most developers have
  What they do is told as it was found, not as one would wish.

  Rule: git config keeps the file whole when a write fails, but not when a read does

    Scenario: git config
      Given the file "settings"
        """
        [user]
        	name = Old
        """
      When I run "untorn prove --json report.json --protect settings -- git config --file settings user.name New"
      Then it exits with 1
      And the violations are "STUCK TORN"
      And it says "strikes     fault:read(settings)#1:EIO:persist"
      And it says "left beside settings.lock"

    @needs_strace
    Scenario: strace finds the same
      Given the file "settings"
        """
        [user]
        	name = Old
        """
      When I run "untorn strace 'fault:read(settings)#1:EIO:persist' --protect settings -- git config --file settings user.name New"
      And I run what it says
      Then it exits with 0
      And the file "settings" contains "name = Old"
      And the file "settings" contains "name = New"
