"""Ignores that the rename failed, as many a cleanup in `finally` does. Verdict: LIE.

The old file is whole and nothing is left beside it, but the program says that the new one is there.
"""

import contextlib
import os
import re
import sys

LINE = re.compile(r"^name = .*\n", re.MULTILINE)


def with_name(old: str) -> str:
    return LINE.sub('name = "new"\n', old)


def main() -> None:
    with open("config.toml") as file:
        new = with_name(file.read())
    temporary = f".config.toml.{os.getpid()}"
    try:
        with open(temporary, "w") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):
            os.replace(temporary, "config.toml")
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"swallowed_rename_error: {error}")
