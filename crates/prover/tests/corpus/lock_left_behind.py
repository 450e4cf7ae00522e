"""Holds a lock that is the mere existence of a file. Verdict: STUCK.

`finally` removes it after an error, but nothing does after a kill: then no later run gets past
the lock until somebody removes it by hand. A lock of flock(2) ends with the process that holds it.
"""

import os
import sys

LOCK = "config.toml.lock"


def with_name(old: str) -> str:
    lines = old.splitlines(keepends=True)
    return "".join('name = "new"\n' if it.startswith("name = ") else it for it in lines)


def replace(path: str, contents: str) -> None:
    file = open(f".config.toml.{os.getpid()}", "x")
    try:
        with file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)
    except BaseException:
        os.unlink(file.name)
        raise


def main() -> None:
    os.close(os.open(LOCK, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    try:
        with open("config.toml") as file:
            old = file.read()
        replace("config.toml", with_name(old))
    finally:
        os.unlink(LOCK)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"lock_left_behind: {error}")
