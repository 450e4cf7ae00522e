"""Holds a lock that is the mere existence of a file. Verdict: STUCK.

`finally` removes it after an error, but nothing does after a kill: then no later run gets past
the lock until somebody removes it by hand. A lock of flock(2) ends with the process that holds it.
"""

import contextlib
import os
import re
import sys
import tempfile

LINE = re.compile(r"^name = .*\n", re.MULTILINE)


def with_name(old: str) -> str:
    return LINE.sub('name = "new"\n', old)


@contextlib.contextmanager
def lock(path: str):
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    try:
        yield
    finally:
        os.unlink(path)


def replace(path: str, contents: str) -> None:
    file = tempfile.NamedTemporaryFile("w", dir=".", prefix=".config.toml.", delete=False)
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
    with lock("config.toml.lock"):
        with open("config.toml") as file:
            old = file.read()
        replace("config.toml", with_name(old))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"lock_left_behind: {error}")
