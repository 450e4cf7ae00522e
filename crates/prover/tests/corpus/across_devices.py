"""Writes a temporary file in $TMPDIR and copies it over the target. Verdict: TORN.

Another device may be there, across which no rename works; so the copy empties the target and
writes it in place, and all the care taken with the temporary file is for nothing.
"""

import os
import sys


def with_name(old: str) -> str:
    lines = old.splitlines(keepends=True)
    return "".join('name = "new"\n' if it.startswith("name = ") else it for it in lines)


def main() -> None:
    with open("config.toml") as file:
        new = with_name(file.read())
    directory = os.environ.get("TMPDIR", "/tmp")
    path = f"{directory}/config.toml.{os.getpid()}"
    with open(path, "x+") as temporary:
        try:
            temporary.write(new)
            temporary.flush()
            os.fsync(temporary.fileno())
            temporary.seek(0)
            with open("config.toml", "w") as target:
                target.write(temporary.read())
        finally:
            os.unlink(path)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"across_devices: {error}")
