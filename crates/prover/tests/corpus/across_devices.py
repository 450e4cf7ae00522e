"""Writes a temporary file in $TMPDIR and copies it over the target. Verdict: TORN.

Another device may be there, across which no rename works; so the copy empties the target and
writes it in place, and all the care taken with the temporary file is for nothing.
"""

import os
import re
import sys
import tempfile

LINE = re.compile(r"^name = .*\n", re.MULTILINE)


def with_name(old: str) -> str:
    return LINE.sub('name = "new"\n', old)


def main() -> None:
    with open("config.toml") as file:
        new = with_name(file.read())
    directory = os.environ.get("TMPDIR", "/tmp")
    with tempfile.NamedTemporaryFile("w+", dir=directory, prefix="config.toml.") as temporary:
        temporary.write(new)
        temporary.flush()
        os.fsync(temporary.fileno())
        temporary.seek(0)
        with open("config.toml", "w") as target:
            target.write(temporary.read())


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"across_devices: {error}")
