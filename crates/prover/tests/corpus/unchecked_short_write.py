"""Takes it that write(2) wrote everything, and renames what it got over the file. Verdict: TORN.

`os.write` returns how much it wrote, which is less than asked for when the disk is nearly full;
unlike the `write` of a file object, it does not go on with the rest.
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
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        try:
            os.write(fd, new.encode())
            os.fsync(fd)
        finally:
            os.close(fd)
        os.rename(temporary, "config.toml")
    except OSError:
        os.unlink(temporary)
        raise


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"unchecked_short_write: {error}")
