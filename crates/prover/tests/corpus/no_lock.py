"""Replaces the file by a synced temporary file, but without a lock. Verdict: none for one writer.

Every single fault leaves the old file or the new one. A second writer between the read and the
replacement is undone, though; and a kill leaves a temporary file that nobody clears away (LITTER).
"""

import os
import sys


def with_name(old: str) -> str:
    lines = old.splitlines(keepends=True)
    return "".join('name = "new"\n' if it.startswith("name = ") else it for it in lines)


def replace(path: str, contents: str) -> None:
    mode = os.stat(path).st_mode & 0o7777
    file = open(f".config.toml.{os.getpid()}", "x")
    try:
        with file:
            file.write(contents)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(file.name, path)
    except BaseException:
        os.unlink(file.name)
        raise


def main() -> None:
    with open("config.toml") as file:
        old = file.read()
    replace("config.toml", with_name(old))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"no_lock: {error}")
