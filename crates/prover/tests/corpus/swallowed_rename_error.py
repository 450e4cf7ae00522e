"""Ignores that the rename failed, as many a cleanup in `finally` does. Verdict: LIE.

The old file is whole and nothing is left beside it, but the program says that the new one is there.
"""

import os
import sys


def with_name(old: str) -> str:
    lines = old.splitlines(keepends=True)
    return "".join('name = "new"\n' if it.startswith("name = ") else it for it in lines)


def main() -> None:
    with open("config.toml") as file:
        new = with_name(file.read())
    temporary = f".config.toml.{os.getpid()}"
    try:
        with open(temporary, "w") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.replace(temporary, "config.toml")
        except OSError:
            pass
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"swallowed_rename_error: {error}")
