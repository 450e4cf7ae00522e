Feature: The keys that are known
  What can be set should not have to be looked up anywhere else.

  Rule: Every key is told with its meaning, its type, its default and its environment variable

    Scenario: all keys
      Given no configuration
      When I run "agents config keys"
      Then it succeeds
      And it prints
        """
        server.url: The address of the server. (URL; CLEVERAGENTS_SERVER_URL)
        server.namespace: The namespace on the server. (string, default "default"; CLEVERAGENTS_SERVER_NAMESPACE)
        server.tls-verify: Whether the server's certificate is verified. (boolean, default true; CLEVERAGENTS_SERVER_TLS_VERIFY)
        server.token: The token that the server knows us by. (string, secret; CLEVERAGENTS_SERVER_TOKEN)
        server.sync.auto: Whether to synchronize with the server unasked. (boolean, default true; CLEVERAGENTS_SERVER_SYNC_AUTO)
        server.sync.interval: Seconds from one synchronization to the next. (seconds, default 300; CLEVERAGENTS_SERVER_SYNC_INTERVAL)
        """
      And nothing else is left beside it

  Rule: The keys are told whatever the configuration is like

    Scenario: a configuration that is broken
      Given the configuration
        """
        [server
        """
      And the environment variable HOME is not set
      When I run "agents config keys"
      Then it succeeds
      And what it prints contains "server.url: The address of the server."
      And there is no message
