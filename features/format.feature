Feature: The format of the configuration
  People write the file by hand, comment it, order it and keep it under version control. Programs that read
  it and write it anew lose comments, line ends and order. A change here replaces the bytes of the values
  that change, and no others.

  Rule: A value that changes leaves every other byte as it was

    Scenario: comments, blank lines, indents and odd spaces
      Given the configuration
        """
        # Where the agents run.

          [ server ]   # ours

          url   =   "https://old.example"   # since last year
          # Until spring:
          namespace="staging"# or longer
        #  tls-verify = false


        [plugins]
        colours   = [ "green",
          "blue",   # mostly
        ]
        """
      When I run "agents config set server.url=https://new.example server.namespace=team"
      Then it succeeds
      And the configuration is now
        """
        # Where the agents run.

          [ server ]   # ours

          url   =   "https://new.example"   # since last year
          # Until spring:
          namespace="team"# or longer
        #  tls-verify = false


        [plugins]
        colours   = [ "green",
          "blue",   # mostly
        ]
        """

    Scenario: tabs, and blanks at the ends of lines
      Given the configuration with the bytes '[server] \n\x09url\x09=\x09"https://old.example" \x09\n \x09\n'
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration now has the bytes '[server] \n\x09url\x09=\x09"https://new.example" \x09\n \x09\n'

    Scenario: types and spellings that we never write
      Given the configuration
        """
        plugins.since = 1979-05-27T07:32:00Z
        plugins.ratio = 1.0e+3
        plugins.mask = 0xDEAD_beef
        plugins.text = '''
        a literal \text'''
        server.sync.interval = 6_0
        server.url = 'https://old.example'

        [[plugins.list]]
        name = "one"
        server.url = "https://of.a.plugin.example"

        [[plugins.list]]
        name = "two"
        """
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration is now
        """
        plugins.since = 1979-05-27T07:32:00Z
        plugins.ratio = 1.0e+3
        plugins.mask = 0xDEAD_beef
        plugins.text = '''
        a literal \text'''
        server.sync.interval = 6_0
        server.url = "https://new.example"

        [[plugins.list]]
        name = "one"
        server.url = "https://of.a.plugin.example"

        [[plugins.list]]
        name = "two"
        """

    Scenario: Unicode, before and in the value
      Given the configuration
        """
        # Größe: 日本 🦀
        [server]
        namespace = "größe"   # é
        "schlüssel" = "ü"
        """
      When I run "agents config set server.namespace=日本🦀"
      Then it succeeds
      And the configuration is now
        """
        # Größe: 日本 🦀
        [server]
        namespace = "日本🦀"   # é
        "schlüssel" = "ü"
        """

  Rule: A key is changed where it stands, in whichever of TOML's ways it is written

    Scenario Outline: changed in <way>
      Given the configuration with the bytes '<before>'
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration now has the bytes '<after>'

      Examples:
        | way                       | before                               | after                                     |
        | a table                   | [server]\\nurl = "old://"\\n         | [server]\\nurl = "https://new.example"\\n |
        | a dotted key              | server.url = "old://"\\n             | server.url = "https://new.example"\\n     |
        | a dotted key with spaces  | server . "url"="old://"\\n           | server . "url"="https://new.example"\\n   |
        | a flat quoted key         | "server.url" = "old://"\\n           | "server.url" = "https://new.example"\\n   |
        | an inline table           | server = {url="old://"}\\n           | server = {url="https://new.example"}\\n   |
        | a text of several lines   | server.url = """\\nold\\n://""" #\\n | server.url = "https://new.example" #\\n   |
        | a value of the wrong type | server.url = [\\n  1, # one\\n] #\\n | server.url = "https://new.example" #\\n   |

  Rule: Line ends, the byte order mark and a missing last line end are kept

    Scenario Outline: <what>, when a value changes
      Given the configuration with the bytes '<before>'
      When I run "agents config set server.url=https://new.example"
      Then it succeeds
      And the configuration now has the bytes '<after>'

      Examples:
        | what                   | before                                                   | after                                                      |
        | CRLF                   | [server]\\r\\nurl = "https://a.example" # a\\r\\n        | [server]\\r\\nurl = "https://new.example" # a\\r\\n        |
        | a mixture of line ends | # a\\r\\n[server]\\nurl = "https://a.example"\\r\\n\\n   | # a\\r\\n[server]\\nurl = "https://new.example"\\r\\n\\n   |
        | a byte order mark      | \\xef\\xbb\\xbf[server]\\nurl = "https://a.example"\\n   | \\xef\\xbb\\xbf[server]\\nurl = "https://new.example"\\n   |
        | no last line end       | [server]\\nurl = "https://a.example"                     | [server]\\nurl = "https://new.example"                     |
        | a comment at the end   | server.url = "https://a.example"\\n# end                 | server.url = "https://new.example"\\n# end                 |
        | all of it              | \\xef\\xbb\\xbf# a\\r\\nserver.url = "https://a.example" | \\xef\\xbb\\xbf# a\\r\\nserver.url = "https://new.example" |

    Scenario Outline: <what>, when a key is added
      Given the configuration with the bytes '<before>'
      When I run "agents config set server.sync.auto=no"
      Then it succeeds
      And the configuration now has the bytes '<after>'

      Examples:
        | what                       | before                                          | after                                                                           |
        | CRLF                       | [server]\\r\\nsync.interval = 5\\r\\n           | [server]\\r\\nsync.interval = 5\\r\\nsync.auto = false\\r\\n                    |
        | CRLF, in a new table       | [plugins]\\r\\na = 1\\r\\n                      | [plugins]\\r\\na = 1\\r\\n\\r\\n[server.sync]\\r\\nauto = false\\r\\n           |
        | no last line end           | server.url = "https://a.example"                | server.url = "https://a.example"\\nserver.sync.auto = false                     |
        | no last line end, CRLF     | # a\\r\\nserver.sync.interval = 5               | # a\\r\\nserver.sync.interval = 5\\r\\nserver.sync.auto = false                 |
        | a byte order mark and CRLF | \\xef\\xbb\\xbf"server.sync.interval" = 5\\r\\n | \\xef\\xbb\\xbf"server.sync.interval" = 5\\r\\n"server.sync.auto" = false\\r\\n |
        | a byte order mark alone    | \\xef\\xbb\\xbf                                 | \\xef\\xbb\\xbf[server.sync]\\nauto = false\\n                                  |

    Scenario Outline: <what>, when a key is taken away
      Given the configuration with the bytes '<before>'
      When I run "agents config unset server.namespace"
      Then it succeeds
      And the configuration now has the bytes '<after>'

      Examples:
        | what                   | before                                             | after                         |
        | CRLF                   | [server]\\r\\nnamespace = "a"\\r\\nurl = "b"\\r\\n | [server]\\r\\nurl = "b"\\r\\n |
        | no last line end       | [server]\\nnamespace = "a"                         | [server]                      |
        | no last line end, CRLF | [server]\\r\\nnamespace = "a"                      | [server]                      |
        | a byte order mark      | \\xef\\xbb\\xbfserver.namespace = "a"\\n           | \\xef\\xbb\\xbf               |

  Rule: A new key goes beside its kin, written as they are

    Scenario Outline: added to <way>
      Given the configuration with the bytes '<before>'
      When I run "agents config set server.tls-verify=no"
      Then it succeeds
      And the configuration now has the bytes '<after>'

      Examples:
        | way                              | before                                                | after                                                                              |
        | a table                          | [server]\\nurl = "a"\\n\\n[plugins]\\nb = 1\\n        | [server]\\nurl = "a"\\ntls-verify = false\\n\\n[plugins]\\nb = 1\\n                |
        | a table with an indent           | \\x09[server]\\n\\x09url="a" # b\\n                   | \\x09[server]\\n\\x09url="a" # b\\n\\x09tls-verify=false\\n                        |
        | a table without keys             | [server]\\n# a\\n\\n[plugins]\\n                      | [server]\\ntls-verify = false\\n# a\\n\\n[plugins]\\n                              |
        | a table with another below       | [server]\\nurl = "a"\\n[server.sync]\\nauto = true\\n | [server]\\nurl = "a"\\ntls-verify = false\\n[server.sync]\\nauto = true\\n         |
        | dotted keys                      | server.url = "a"\\n\\n[plugins]\\nb = 1\\n            | server.url = "a"\\nserver.tls-verify = false\\n\\n[plugins]\\nb = 1\\n             |
        | flat quoted keys                 | "server.url" = "a"\\nc = 1\\n\\n[plugins]\\nb = 1\\n  | "server.url" = "a"\\n"server.tls-verify" = false\\nc = 1\\n\\n[plugins]\\nb = 1\\n |
        | flat quoted keys of others       | "plugins.a" = 1\\n                                    | "plugins.a" = 1\\n"server.tls-verify" = false\\n                                   |
        | an inline table                  | server = { url = "a" } # b\\n                         | server = { url = "a", tls-verify = false } # b\\n                                  |
        | an empty inline table            | server = {}\\n                                        | server = { tls-verify = false }\\n                                                 |
        | an inline table of several lines | server = {\\n  url = "a", # b\\n}\\n                  | server = {\\n  url = "a", # b\\n  tls-verify = false,\\n}\\n                       |

    Scenario Outline: <what>, where a table is begun at the end
      Given the configuration with the bytes '<before>'
      When I run "agents config set server.tls-verify=no"
      Then it succeeds
      And the configuration now has the bytes '<after>'

      Examples:
        | what                    | before                         | after                                                             |
        | an empty file           |                                | [server]\\ntls-verify = false\\n                                  |
        | a comment               | # a\\n                         | # a\\n\\n[server]\\ntls-verify = false\\n                         |
        | tables of others        | [plugins]\\nb = 1\\n           | [plugins]\\nb = 1\\n\\n[server]\\ntls-verify = false\\n           |
        | a blank line at the end | [plugins]\\nb = 1\\n\\n        | [plugins]\\nb = 1\\n\\n[server]\\ntls-verify = false\\n           |
        | an array of tables      | [[plugins]]\\nb = 1\\n         | [[plugins]]\\nb = 1\\n\\n[server]\\ntls-verify = false\\n         |
        | a table below           | [server.sync]\\nauto = true\\n | [server.sync]\\nauto = true\\n\\n[server]\\ntls-verify = false\\n |

    Scenario: a key without a table, before the first table and the comment that belongs to it
      Given the configuration
        """
        # Where the agents run.

        # Ours.
        [server]
        url = "https://old.example"
        """
      When I run "agents config set --allow-unknown colour=green"
      Then it succeeds
      And the configuration is now
        """
        # Where the agents run.

        colour = "green"

        # Ours.
        [server]
        url = "https://old.example"
        """

    Scenario: a key of a plug-in that is no bare key
      Given no configuration
      When I run "agents config set --allow-unknown 'plugins.größe.in m=1'"
      Then it succeeds
      And the configuration is now
        """
        [plugins."größe"]
        "in m" = "1"
        """

    Scenario: a whole connection
      Given the configuration
        """
        # Written by an older version.
        "server.sync.auto" = true
        "server.url" = "https://old.example"   # since last year

        # Ours.
        [plugins]
        colour = "green"
        """
      When I run "agents server connect https://new.example --no-tls-verify"
      Then it succeeds
      And the configuration is now
        """
        # Written by an older version.
        "server.sync.auto" = true
        "server.url" = "https://new.example"   # since last year
        "server.namespace" = "default"
        "server.tls-verify" = false

        # Ours.
        [plugins]
        colour = "green"
        """

  Rule: A key that is taken away takes its line or its place along, and leaves the rest alone

    Scenario Outline: taken from <way>
      Given the configuration with the bytes '<before>'
      When I run "agents config unset server.namespace"
      Then it succeeds
      And the configuration now has the bytes '<after>'

      Examples:
        | way                           | before                                                        | after                                 |
        | a table                       | [server]\\n# a\\nnamespace = "b" # c\\n# d\\nurl = "e"\\n     | [server]\\n# a\\n# d\\nurl = "e"\\n   |
        | a table that becomes empty    | [server]\\nnamespace = "b"\\n\\n[plugins]\\n                  | [server]\\n\\n[plugins]\\n            |
        | a dotted key                  | a = 1\\n\\nserver.namespace = "b"\\n\\nc = 1\\n               | a = 1\\n\\n\\nc = 1\\n                |
        | a flat quoted key             | "server.namespace" = "b"\\n"server.url" = "c"\\n              | "server.url" = "c"\\n                 |
        | a text of several lines       | server.namespace = """\\nb\\n""" # c\\nd = 1\\n               | d = 1\\n                              |
        | the first of an inline table  | server = { namespace = "b", url = "c" } # d\\n                | server = { url = "c" } # d\\n         |
        | the last of an inline table   | server = { url = "c", namespace = "b" } # d\\n                | server = { url = "c" } # d\\n         |
        | the middle of an inline table | server = {url="c", namespace="b", sync.auto=true}\\n          | server = {url="c", sync.auto=true}\\n |
        | a line of an inline table     | server = {\\n  url = "c", # d\\n  namespace = "b", # e\\n}\\n | server = {\\n  url = "c", # d\\n}\\n  |

    Scenario: what was set and taken away again
      Given the configuration
        """
        [server]
        url = "https://old.example"   # since last year

        [plugins]
        colour = "green"
        """
      And I have run "agents config set server.namespace=team server.sync.auto=no"
      When I run "agents config unset server.sync.auto server.namespace"
      Then it succeeds
      And the configuration is now
        """
        [server]
        url = "https://old.example"   # since last year

        [plugins]
        colour = "green"
        """

  Rule: What cannot be changed without changing something else is not changed

    Scenario Outline: <what>
      Given the configuration with the bytes '<before>'
      When I run "agents config set server.sync.auto=no"
      Then it fails with exit code <code>
      And it prints nothing
      And the message contains "config.toml is unchanged: <refusal>"
      And the configuration is still as it was
      And nothing else is left beside it

      Examples:
        | what                             | code | before                                                 | refusal                                                                                         |
        | a value in place of the table    | 1    | server = "https://old.example"\\n                      | it cannot be edited: server.sync.auto cannot be changed: server on line 1 is a value            |
        | a table in place of the value    | 1    | [server]\\n[server.sync.auto]\\n                       | it cannot be edited: server.sync.auto cannot be changed: server.sync.auto on line 2 is a table  |
        | an array of tables in its place  | 1    | # a\\n[[server]]\\nsync.auto = true\\n                 | it cannot be edited: server.sync.auto cannot be changed: server on line 2 is an array of tables |
        | the same key written in two ways | 4    | "server.sync.auto" = true\\nserver.sync.auto = true\\n | server.sync.auto is ambiguous: it stands on lines 1, 2                         |
        | broken TOML                      | 1    | [server]\\nurl = \\n                                   | it is not valid TOML: line 2, column 7:                                                         |
        | bytes that are not UTF-8         | 1    | # a\\nserver.url = "\\xff"\\n                          | line 2 is not UTF-8                                                                             |
