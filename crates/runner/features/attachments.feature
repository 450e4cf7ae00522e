Feature: Attaching things to a scenario
  A step or a hook can leave what words cannot tell: a picture, a page, a log line, a link. Whoever reads a report
  finds it with the step that left it.

  Rule: What a step attaches is told with that step

    Scenario Outline: <what>, in Cucumber's messages
      Given the scenario
        """
        Scenario: One
          Given a count of 1
          When it attaches <what> "hello"
          Then the count is 1
        """
      When I run the suite
      Then it ends with exit code 0
      And the messages have the attachments
        | case 0 step 1 | <body> | <encoding> | <media type> | <file name> |

      Examples:
        | what              | body     | encoding | media type                | file name |
        | the text          | hello    | IDENTITY | text/plain                |           |
        | the text by name  | hello    | IDENTITY | text/x.greeting           | hello.txt |
        | the JSON          | hello    | IDENTITY | application/json          |           |
        | the bytes         | aGVsbG8= | BASE64   | application/octet-stream  |           |
        | the link          | hello    | IDENTITY | text/uri-list             |           |
        | the log line      | hello    | IDENTITY | text/x.cucumber.log+plain |           |

    Scenario: In Cucumber JSON
      Given the scenario
        """
        Scenario: One
          When it attaches the text by name "hello"
          And it attaches the bytes "hello"
          Then the count is 0
        """
      When I run the suite
      Then it ends with exit code 0
      And the Cucumber JSON has
        | /0/elements/0/steps/0/embeddings | [{"data": "aGVsbG8=", "mime_type": "text/x.greeting", "name": "hello.txt"}] |
        | /0/elements/0/steps/1/embeddings | [{"data": "aGVsbG8=", "mime_type": "application/octet-stream"}]             |
        | /0/elements/0/steps/2/embeddings | null                                                                        |

    Scenario: In the terminal, where the scenario is red
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Green
            When it attaches the log line "all is well"
          Scenario: Red
            When it attaches the log line "something is odd"
            And it attaches the text by name "hello"
            And it attaches the bytes "hello"
            And it attaches the link "https://example.org"
            Then an assertion fails
        """
      When I run the suite
      Then it ends with exit code 1
      And it says
        """
        attached:
        something is odd
        hello.txt, text/x.greeting, 5 bytes
        application/octet-stream, 5 bytes
        https://example.org
        run again:
        """
      And it says nothing of "all is well"

    Scenario: Several, in the order in which they were attached
      Given the scenario
        """
        Scenario: One
          When it attaches the text "one"
          And it attaches the text "two"
        """
      When I run the suite
      Then it ends with exit code 0
      And the messages have the attachments
        | case 0 step 0 | one | IDENTITY | text/plain | |
        | case 0 step 1 | two | IDENTITY | text/plain | |

    Scenario: Scenarios that run side by side
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Here
            When it meets another within 15000 ms
            And it attaches the text "here"
          Scenario: There
            When it meets another within 15000 ms
            And it attaches the text "there"
        """
      When I run the suite with "--jobs 2"
      Then it ends with exit code 0
      And the Cucumber JSON has
        | /0/elements/0/steps/1/embeddings/0/data | "aGVyZQ=="  |
        | /0/elements/1/steps/1/embeddings/0/data | "dGhlcmU=" |

    Scenario: Each attempt has its own
      Given the scenario
        """
        Scenario: One
          When it attaches the text "hello"
          And a step returns an error the first 1 time
        """
      When I run the suite with "--retry-errors 1"
      Then it ends with exit code 0
      And the messages have the attachments
        | case 0 step 0 | hello | IDENTITY | text/plain | |
        | case 0 step 0 | hello | IDENTITY | text/plain | |

    Scenario: A step that waits, and a task of it
      Given the scenario
        """
        Scenario: One
          When a step that waits attaches the text "hello"
          And a task attaches the text "hello, too"
        """
      When I run the suite
      Then it ends with exit code 0
      And the messages have the attachments
        | case 0 step 0 | hello      | IDENTITY | text/plain | |
        | case 0 step 1 | hello, too | IDENTITY | text/plain | |

    Scenario: A step that never comes back
      Given a suite with hooks everywhere
      And the scenario
        """
        @attaches_before_scenario
        Scenario: One
          When it attaches the text "hello"
          And a step blocks for 60000 ms
        """
      When I run the suite with "--timeout 0.2"
      Then it ends with exit code 1
      And it says "attached:\n    text/plain, 27 bytes\n    text/plain, 5 bytes\n"
      And the messages have the attachments
        | case 0 step 0 | hello                       | IDENTITY | text/plain | |
        | case 0 step 1 | before scenario attaches it | IDENTITY | text/plain | |

  Rule: What a hook attaches is told with that hook

    Scenario: Around a scenario, and around a step
      Given a suite with hooks everywhere
      And the scenario
        """
        @attaches_before_scenario @attaches_last_after_scenario @attaches_before_step
        Scenario: One
          When I add 1
        """
      When I run the suite
      Then it ends with exit code 0
      And the messages have the attachments
        | case 0 before 6 | before scenario attaches it     | IDENTITY | text/plain | |
        | case 0 step 0   | before step attaches it         | IDENTITY | text/plain | |
        | case 0 after 8  | last after scenario attaches it | IDENTITY | text/plain | |
      And the Cucumber JSON has
        | /0/elements/0/before/0/embeddings/0/mime_type | "text/plain" |
        | /0/elements/0/before/1/embeddings             | null         |
        | /0/elements/0/after/1/embeddings/0/mime_type  | "text/plain" |

    Scenario: Around the run
      Given a suite with hooks that attach something around the run
      And 1 scenarios that print their number
      When I run the suite
      Then it ends with exit code 0
      And the messages have the attachments
        | before 0 | before the run | IDENTITY | text/plain | |
        | after 1  | after the run  | IDENTITY | text/plain | |

  Rule: Where there is nothing to attach it to, that is an error

    Scenario Outline: In <what>
      Given a suite with hooks everywhere
      And the scenario
        """
        <tag>
        Scenario: One
          When <step>
        """
      When I run the suite
      Then it ends with exit code <exit code>
      And it says "nothing was attached: on this thread there is no step, no hook around one or around a scenario"

      Examples:
        | what                   | tag             | step                              | exit code |
        | a thread of a step     | @quiet          | a thread attaches the text "lost" | 1         |
        | a probe                | @needs_pictures | I add 1                           | 0         |

    Scenario Outline: In a hook <side> the feature
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        @attaches_<side>_feature
        Feature: One
          Scenario: One
            When I add 1
        """
      When I run the suite
      Then it ends with exit code 1
      And it says "the hook <side> the feature"
      And it says "failed: nothing was attached: on this thread there is no step"

      Examples:
        | side   |
        | before |
        | after  |

  Rule: What a scenario attaches has a limit

    Scenario: As much as it may be, and more than that
      Given the feature file "features/one"
        """
        Feature: One
          Scenario: Too much
            When it attaches 8388600 bytes
            And it attaches the text "the last"
            And it attaches the text "more"
          Scenario: Has a limit of its own
            When it attaches the text "more"
        """
      When I run the suite with "--jobs 1"
      Then it ends with exit code 1
      And it says "step: And it attaches the text \"more\""
      And it says "nothing was attached: it has 4 bytes, and of 8388608 there are 0 left"
      And the last line is "1 passed, 1 failed"

  @needs_official_tools
  Rule: Cucumber's own tools accept it

    Scenario: Everything that can be attached
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        Feature: One
          @attaches_before_scenario
          Scenario: Of each
            When it attaches the text "hello"
            And it attaches the text by name "hello"
            And it attaches the JSON "{}"
            And it attaches the bytes "hello"
            And it attaches the link "https://example.org"
            And it attaches the log line "hello"
            And it attaches a picture
          @retry(1)
          Scenario: Again
            When it attaches the log line "hello"
            And a step unwraps nothing
        """
      When I run the suite
      Then it ends with exit code 1
      And Cucumber's own tools accept its reports, and count
        | /messages    | {"PASSED": 1, "FAILED": 1} |
        | /attachments | 10                         |

    Scenario: What is attached around the run
      Given a suite with hooks that attach something around the run
      And 1 scenarios that print their number
      When I run the suite with "--nocapture"
      Then it ends with exit code 0
      And Cucumber's own tools accept its reports, and count
        | /messages    | {"PASSED": 1} |
        | /hooks       | {"PASSED": 3} |
        | /attachments | 2             |

  @needs_browser
  Rule: It is seen in a browser

    Background:
      Given a suite with hooks everywhere
      And the feature file "features/one"
        """
        Feature: One
          @attaches_before_scenario @retry(1)
          Scenario: Of each
            When it attaches the text "<b>bold</b>"
            And it attaches the JSON "{'a': 1}"
            And it attaches the bytes "hello"
            And it attaches the link "https://example.org"
            And it attaches the link "javascript:alert(1)"
            And it attaches the log line in colours
            And it attaches a picture
            And a step unwraps nothing
        """
      When I run the suite
      And I open the page

    Scenario: With its step, and a text is only ever a text
      Then it ends with exit code 1
      And it shows
        """
        text/plain, 11 bytes
        <b>bold</b>
        """
      And it shows
        """
        {'a': 1}
        """
      And it shows
        """
        all is green
        """
      And it shows
        """
        Attached by hooks
        text/plain, 27 bytes
        before scenario attaches it
        """

    Scenario: A picture is one, a link leads to the web, and other bytes are a file
      Then it ends with exit code 1
      And it has loaded nothing
      And it shows 2 pictures that are 40 wide
      And it has the links
        """
        data:application/octet-stream;base64,aGVsbG8=
        https://example.org
        """

    Scenario: It is found by its words
      When I search for "'a': 1"
      Then it ends with exit code 1
      And it shows 1 scenarios

    @needs_official_tools
    Scenario: Everybody can read it
      Then it ends with exit code 1
      And axe finds nothing wrong with it, in the light and in the dark

  @needs_browser
  Rule: What hooks around the run attach is seen at the top

    Scenario: What is attached around the run, in a browser
      Given a suite with hooks that attach something around the run
      And 1 scenarios that print their number
      When I run the suite
      And I open the page
      Then it shows
        """
        text/plain, 14 bytes
        before the run
        text/plain, 13 bytes
        after the run
        """
