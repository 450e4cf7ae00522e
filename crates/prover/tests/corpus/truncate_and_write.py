"""Empties the file by opening it, then writes it in place. Verdict: TORN.

From the open on the old settings exist only in this process: a kill or a full disk loses them.
"""

import re
import sys

LINE = re.compile(r"^name = .*\n", re.MULTILINE)


def with_name(old: str) -> str:
    return LINE.sub('name = "new"\n', old)


def main() -> None:
    with open("config.toml") as file:
        new = with_name(file.read())
    with open("config.toml", "w") as file:
        file.write(new)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"truncate_and_write: {error}")
