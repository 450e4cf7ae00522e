Feature: Small writers of which it is known what they do
  A prover that misses a torn file is of no use, and one that accuses a correct program is of none either:
  so both kinds are proved, in C, Python, Rust and as static binaries.

  Rule: What is wrong is found, and nothing else is

    Scenario Outline: <writer>
      Given the writer <writer>
      When it is proved
      Then exactly the violations that are known of it are found
      And nothing is left of the scratch directories

      Examples: that are wrong
        | writer                        |
        | truncate_and_write_python     |
        | truncate_and_write_c          |
        | truncate_and_write_static     |
        | three_writes_python           |
        | three_writes_rust             |
        | fixed_temporary_c             |
        | fixed_temporary_rust          |
        | unchecked_short_write_python  |
        | unchecked_short_write_c       |
        | swallowed_read_error_c        |
        | swallowed_read_error_rust     |
        | swallowed_close_error_c       |
        | swallowed_close_error_rust    |
        | swallowed_rename_error_python |
        | lock_left_behind_python       |
        | lock_left_behind_c            |
        | across_devices_python         |
        | append_c                      |

      Examples: that are right
        | writer                        |
        | no_lock_python                |
        | no_lock_rust                  |
        | correct_python                |
        | correct_c                     |
        | correct_static                |
        | correct_rust                  |
