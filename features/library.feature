Feature: The library without the command line
  A program that links the library gets the same promise, told in types: an error says which file is in
  place. These faults are armed in the process of the tests, so nothing else runs meanwhile.

  @serial @inprocess
  Rule: A transaction that fails changes nothing, and the next one works

    Scenario Outline: <fault> while <stage>
      Given a configuration
      And <fault> strikes in this process while <stage>
      When the library sets "server.url" to "https://new.example"
      Then the library says "<said>"
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | fault         | stage                    | said                                                                  |
        | no space left | writing the new contents | config.toml is unchanged: cannot write the new contents               |
        | an I/O error  | syncing the new contents | config.toml is unchanged: cannot sync the new contents                |
        | an I/O error  | renaming it into place   | config.toml is unchanged: cannot rename the new contents into place   |

  Rule: A fault that one scenario armed in this process never strikes in another

    Scenario Outline: the <time> time after a fault was armed
      Given a configuration
      When the library sets "server.url" to "https://new.example"
      Then the library says "it is done"
      And the configuration contains "https://new.example"

      Examples:
        | time |
        | 1st  |
        | 2nd  |

  Rule: What is wrong in itself is refused before the file is touched

    Scenario Outline: <key>
      Given a configuration
      When the library sets "<key>" to "<value>"
      Then the library says "<said>"
      And the configuration is still as it was

      Examples:
        | key        | value               | said                                          |
        | server.ulr | https://new.example | unknown key server.ulr; did you mean server.url? |
        | server.url | nonsense            | server.url must                               |
