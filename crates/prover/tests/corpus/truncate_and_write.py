"""Empties the file by opening it, then writes it in place. Verdict: TORN.

From the open on the old settings exist only in this process: a kill or a full disk loses them.
"""

import sys


def with_name(old: str) -> str:
    lines = old.splitlines(keepends=True)
    return "".join('name = "new"\n' if it.startswith("name = ") else it for it in lines)


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
