Feature: Connecting to a server
  A connection is a URL, a namespace, whether the server's certificate is verified, and perhaps a token.
  They only mean something together, so `agents server connect` says all of them anew.
  That it changes all or none, whatever goes wrong, is shown in tdd_server_connect_atomic_writes.feature.

  Rule: A connect sets the URL, the namespace and the verification, and says what is now set

    Scenario: where there is no configuration yet
      Given no configuration
      When I run "agents server connect https://new.example"
      Then it succeeds
      And it prints
        """
        server.url = "https://new.example"
        server.namespace = "default"
        server.tls-verify = true
        server.token = (not set)
        """
      And there is no message
      And the configuration is now
        """
        [server]
        url = "https://new.example"
        namespace = "default"
        tls-verify = true
        """

    Scenario Outline: with <options>
      Given a configuration
      When I run "agents server connect https://new.example <options>"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | <namespace>         |
        | server.tls-verify | <verified>          |

      Examples:
        | options                          | namespace | verified |
        | --namespace team                 | team      | true     |
        | --namespace 'größe 7'            | größe 7   | true     |
        | --tls-verify                     | default   | true     |
        | --no-tls-verify                  | default   | false    |
        | --namespace team --no-tls-verify | team      | false    |

    Scenario: with its sources, for whoever wants to know where it went
      Given no configuration
      When I run "agents server connect https://new.example --verbose"
      Then it succeeds
      And it prints
        """
        server.url = "https://new.example" (global file ~/.cleveragents/config.toml)
        server.namespace = "default" (global file ~/.cleveragents/config.toml)
        server.tls-verify = true (global file ~/.cleveragents/config.toml)
        server.token = (not set)
        """

  Rule: What is left out takes its default, whatever an earlier connection had

    Scenario: verification that was switched off for another server
      Given the configuration
        """
        [server]
        url = "https://old.example"
        namespace = "staging"
        tls-verify = false   # a certificate of our own
        """
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the configuration is now
        """
        [server]
        url = "https://new.example"
        namespace = "default"
        tls-verify = true   # a certificate of our own
        """

    Scenario: verification that was switched off for the same server
      Given I have run "agents server connect https://new.example --namespace team --no-tls-verify"
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |

  Rule: Settings that are no part of the connection stay

    Scenario: synchronization
      Given the configuration
        """
        [server.sync]
        auto = false
        """
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |
        | server.sync.auto  | false               |

  Rule: A token comes from standard input, where no list of processes shows it, and is never repeated

    Scenario: a token
      Given no configuration
      When I run "agents server connect https://new.example --token-stdin --verbose" and type "hunter2"
      Then it succeeds
      And it prints
        """
        server.url = "https://new.example" (global file ~/.cleveragents/config.toml)
        server.namespace = "default" (global file ~/.cleveragents/config.toml)
        server.tls-verify = true (global file ~/.cleveragents/config.toml)
        server.token = (set) (global file ~/.cleveragents/config.toml)
        """
      And there is no message
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |
        | server.token      | hunter2             |

    Scenario: no token where one was announced
      Given a configuration
      When I run "agents server connect https://new.example --token-stdin" with nothing to read
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: there is no token on standard input
        """
      And the configuration is still as it was

    Scenario Outline: a token among the arguments, as in <arguments>
      Given a configuration
      When I run "agents server connect <arguments>"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: <refusal>
        """
      And the configuration is still as it was

      Examples:
        | arguments                                 | refusal                                                                         |
        | https://new.example --token=hunter2       | unexpected argument '--token' found; a similar argument exists: '--token-stdin' |
        | https://new.example --token hunter2       | unexpected argument '--token' found; a similar argument exists: '--token-stdin' |
        | https://new.example --token-stdin=hunter2 | unexpected value '…' for '--token-stdin' found; no more were expected           |
        | https://new.example hunter2               | unexpected argument '…' found                                                   |

  Rule: A token leaves the file together with the URL that it was stored for

    Scenario Outline: a URL that is <spelled>
      Given the configuration
        """
        [server]
        url = "https://old.example"
        token = "hunter2"
        """
      When I run "agents server connect <url>"
      Then it succeeds
      And the message is
        """
        warning: server.token is removed, for it was not stored for this server; --token-stdin reads a new one
        """
      And the settings are now
        | server.url        | <url>   |
        | server.namespace  | default |
        | server.tls-verify | true    |

      Examples:
        | spelled           | url                          |
        | another           | https://new.example          |
        | longer            | https://old.example.attacker |
        | written otherwise | https://OLD.example/         |

    @tdd_issue @tdd_issue_1000
    Scenario: a dry run says what would happen, not that it has
      Given the configuration
        """
        [server]
        url = "https://old.example"
        token = "hunter2"
        """
      When I run "agents server connect https://new.example --dry-run"
      Then it succeeds
      And the message is
        """
        warning: server.token would be removed, for it was not stored for this server; --token-stdin reads a new one
        """
      And the configuration is still as it was

    Scenario: a token without a URL
      Given the configuration
        """
        [server]
        token = "hunter2"
        """
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the message contains "warning: server.token is removed"
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |

    Scenario: the same URL again
      Given the configuration
        """
        [server]
        url = "https://old.example"
        token = "hunter2"
        """
      When I run "agents server connect https://old.example --namespace team"
      Then it succeeds
      And there is no message
      And it prints
        """
        server.url = "https://old.example"
        server.namespace = "team"
        server.tls-verify = true
        server.token = (set)
        """
      And the settings are now
        | server.url        | https://old.example |
        | server.namespace  | team                |
        | server.tls-verify | true                |
        | server.token      | hunter2             |

    Scenario: another URL with a token of its own
      Given the configuration
        """
        [server]
        url = "https://old.example"
        token = "hunter2"
        """
      When I run "agents server connect https://new.example --token-stdin" and type "hunter3"
      Then it succeeds
      And there is no message
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |
        | server.token      | hunter3             |

  Rule: The scope says whose connection it is, and only that file changes

    Scenario: the project's
      Given a configuration
      And the project configuration
        """
        [server]
        url = "https://old.example"
        """
      When I run "agents server connect https://new.example --scope project"
      Then it succeeds
      And the file ".cleveragents/config.toml" is now
        """
        [server]
        url = "https://new.example"
        namespace = "default"
        tls-verify = true
        """
      And the configuration is still as it was
      And nothing else is left beside it

    Scenario: the project's, where it has no configuration yet
      Given no configuration
      When I run "agents server connect https://new.example --scope project"
      Then it succeeds
      And the file ".cleveragents/config.toml" is now
        """
        [server]
        url = "https://new.example"
        namespace = "default"
        tls-verify = true
        """
      And there is still no configuration

    Scenario: the user's own, unless something else is said
      Given no configuration
      And the project configuration
        """
        [server.sync]
        auto = false
        """
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the settings are now
        | server.url        | https://new.example |
        | server.namespace  | default             |
        | server.tls-verify | true                |
      And the file ".cleveragents/config.toml" is now
        """
        [server.sync]
        auto = false
        """

  Rule: A dry run prints the difference without secrets, and changes nothing

    Scenario: another server
      Given the configuration
        """
        # Where the agents run.
        [server]
        url = "https://old.example"   # since last year
        namespace = "default"
        token = "hunter2"
        [server.sync]
        auto = false
        """
      When I run "agents server connect https://new.example --dry-run"
      Then it succeeds
      And it prints
        """
        --- ~/.cleveragents/config.toml
        +++ ~/.cleveragents/config.toml
        @@ -1,7 +1,7 @@
         # Where the agents run.
         [server]
        -url = "https://old.example"   # since last year
        +url = "https://new.example"   # since last year
         namespace = "default"
        -token = "(redacted)"
        +tls-verify = true
         [server.sync]
         auto = false
        """
      And the message contains "warning: server.token would be removed"
      And the configuration is still as it was
      And nothing else is left beside it

    Scenario: a new token for the same server
      Given the configuration
        """
        "server.url" = "https://old.example"
        "server.namespace" = "default"
        "server.tls-verify" = true
        "server.token" = "hunter2"
        """
      When I run "agents server connect https://old.example --token-stdin --dry-run" and type "hunter3"
      Then it succeeds
      And it prints
        """
        --- ~/.cleveragents/config.toml
        +++ ~/.cleveragents/config.toml
        @@ -1,4 +1,4 @@
         "server.url" = "https://old.example"
         "server.namespace" = "default"
         "server.tls-verify" = true
        -"server.token" = "(redacted)"
        +"server.token" = "(redacted, new)"
        """
      And the configuration is still as it was

    @tdd_issue @tdd_issue_1206
    Scenario: a token that somebody wrote as a number, and noted in a comment
      Given the configuration
        """
        server.token = 12345678 # was 12345678
        """
      When I run "agents server connect https://new.example --dry-run"
      Then it succeeds
      And what it prints does not contain "12345678"

    Scenario: where there is no configuration yet, not even its directory
      Given no configuration
      When I run "agents server connect https://new.example --dry-run"
      Then it succeeds
      And it prints
        """
        --- ~/.cleveragents/config.toml
        +++ ~/.cleveragents/config.toml
        @@ -0,0 +1,4 @@
        +[server]
        +url = "https://new.example"
        +namespace = "default"
        +tls-verify = true
        """
      And there is still no configuration
      And nothing else is left beside it

    Scenario: where nothing would change
      Given I have run "agents server connect https://new.example"
      When I run "agents server connect https://new.example --dry-run"
      Then it succeeds
      And it prints
        """
        unchanged: ~/.cleveragents/config.toml
        """
      And the configuration is still as it was

    Scenario: without the lock, which another process holds
      Given a configuration
      And another process holds the lock
      When I run "agents --lock-timeout 0 server connect https://new.example --dry-run"
      Then it succeeds
      And what it prints contains "+namespace = "
      And the configuration is still as it was
      And nothing else is left beside it

    Scenario: what is wrong without a dry run is wrong with it
      Given a configuration
      When I run "agents server connect new.example --dry-run"
      Then it fails with exit code 2
      And it prints nothing
      And the message contains "server.url must begin with http:// or https:// and a host"

  Rule: A connect to the server that is connected writes nothing

    Scenario: the same again
      Given I have run "agents server connect https://new.example --namespace team"
      When I run "agents server connect https://new.example --namespace team"
      Then it succeeds
      And it prints
        """
        unchanged: ~/.cleveragents/config.toml
        """
      And the configuration is still as it was
      And nothing else is left beside it

    Scenario: the same values in other words
      Given the configuration
        """
        server = { url = 'https://new.example', namespace = '''default''', tls-verify = true }
        """
      When I run "agents server connect https://new.example"
      Then it succeeds
      And it prints
        """
        unchanged: ~/.cleveragents/config.toml
        """
      And the configuration is still as it was

  Rule: Everything is validated before the lock is asked for

    Scenario Outline: <arguments>
      Given a configuration
      And another process holds the lock
      When I run "agents --lock-timeout 0 server connect <arguments>"
      Then it fails with exit code 2
      And it prints nothing
      And the message is
        """
        error: nothing changed: <refusal>
        """
      And the configuration is still as it was

      Examples:
        | arguments                           | refusal                                                   |
        | new.example                         | server.url must begin with http:// or https:// and a host |
        | ftp://new.example                   | server.url must begin with http:// or https:// and a host |
        | https://                            | server.url must begin with http:// or https:// and a host |
        | ''                                  | server.url must not be empty                              |
        | 'https://new.example '              | server.url must not contain white space                   |
        | https://me:hunter2@new.example      | server.url must not contain credentials                   |
        | https://new.example:99999           | server.url is not a URL: invalid port number              |
        | https://new.example --namespace ''  | server.namespace must not be empty                        |
        | https://new.example --namespace ' ' | server.namespace must not be empty                        |

    @tdd_issue @tdd_issue_1001
    Scenario Outline: a host that is <what>
      Given a configuration
      When I run "agents server connect <url>"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: server.url must have a host of letters, digits, hyphens and single dots
        """
      And the configuration is still as it was

      Examples:
        | what           | url                   |
        | a dot          | https://.             |
        | a pattern      | https://*.new.example |
        | without a part | https://new..example/ |
        | a name and a ! | https://new!.example  |

    @tdd_issue @tdd_issue_1002
    Scenario Outline: a namespace with <what>
      Given a configuration
      When I run "agents config set 'server.namespace=a<character>b'"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: server.namespace must not contain control characters
        """
      And the configuration is still as it was

      Examples:
        | what                                   | character |
        | a character that turns the line around | ‮         |
        | a character that ends an isolate       | ⁩         |
        | a separator of lines                   |           |

    Scenario: a namespace with a control character
      Given a configuration
      When I run "agents server connect https://new.example --namespace 'a	b'"
      Then it fails with exit code 2
      And the message is
        """
        error: nothing changed: server.namespace must not contain control characters
        """
      And the configuration is still as it was

    Scenario: verification both on and off
      Given a configuration
      When I run "agents server connect https://new.example --tls-verify --no-tls-verify"
      Then it fails with exit code 2
      And the message contains "'--tls-verify' cannot be used with '--no-tls-verify'"
      And the configuration is still as it was

  Rule: Plain http is warned about unless it stays on this machine

    Scenario Outline: over the network to <url>
      Given no configuration
      When I run "agents server connect <url>"
      Then it succeeds
      And the message is
        """
        warning: http is not encrypted: others can read what goes to this server
        """
      And the configuration contains "<url>"

      Examples:
        | url                          |
        | http://new.example           |
        | HTTP://new.example:8080      |
        | http://localhost.new.example |
        | http://192.168.0.1           |

    @tdd_issue @tdd_issue_1001
    Scenario: to this machine by its full name
      Given no configuration
      When I run "agents server connect http://localhost."
      Then it succeeds
      And there is no message

    Scenario Outline: to <url>
      Given no configuration
      When I run "agents server connect <url>"
      Then it succeeds
      And there is no message
      And the configuration contains "<url>"

      Examples:
        | url                     |
        | https://new.example     |
        | http://localhost:8080   |
        | http://127.0.0.1:8080/a |
        | http://[::1]:8080       |

  Rule: A connect says which of its settings another layer overrides

    Scenario: an environment variable
      Given no configuration
      And the environment variable CLEVERAGENTS_SERVER_URL is "https://variable.example"
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the message is
        """
        warning: server.url still comes from the environment variable CLEVERAGENTS_SERVER_URL
        """
      And the configuration contains "https://new.example"

    Scenario: the project's file
      Given no configuration
      And the project configuration
        """
        [server]
        namespace = "team"
        token = "hunter2"
        """
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the message is
        """
        warning: server.namespace still comes from the project file ./.cleveragents/config.toml
        warning: server.token still comes from the project file ./.cleveragents/config.toml
        """

    @tdd_issue @tdd_issue_1214
    Scenario: a project's file that appears meanwhile
      Given a configuration
      And the file "~/projects/one/.cleveragents/notes"
        """
        """
      And I work in "~/projects/one"
      And someone writes the file "~/projects/one/.cleveragents/config.toml" while locking the directory
        """
        server.namespace = "team"
        """
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the message is
        """
        warning: server.namespace still comes from the project file ~/projects/one/.cleveragents/config.toml
        """

    Scenario: a project's file of which nobody can tell whether it exists
      Given a configuration
      And the file "~/projects/one/.cleveragents" is a symbolic link to ".cleveragents"
      And I work in "~/projects/one"
      When I run "agents server connect https://new.example"
      Then it succeeds
      And the message is
        """
        warning: another layer may have the last word: cannot tell whether ~/projects/one/.cleveragents/config.toml exists: Too many levels of symbolic links (os error 40)
        """
      And the configuration contains "https://new.example"

    Scenario: a global token, which a project's server would be sent
      Given the configuration
        """
        [server]
        url = "https://old.example"
        token = "hunter2"
        """
      When I run "agents server connect https://new.example --scope project"
      Then it succeeds
      And the message is
        """
        warning: server.token still comes from the global file ~/.cleveragents/config.toml
        """
      And the configuration is still as it was

    Scenario: nothing overrides the project's file
      Given a configuration
      When I run "agents server connect https://new.example --scope project"
      Then it succeeds
      And there is no message
