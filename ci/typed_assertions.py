"""Checks that the steps of features assert only by what the runner can tell from a panic.

clippy's `disallowed_macros` would do, but the attribute macros of the steps expand to `assert!` themselves.
"""

import re
import sys
from pathlib import Path

from no_allow import ours

BARE = re.compile(r"(?<![\w:])(?:std::|core::)?((?:debug_)?assert(?:_eq|_ne)?|todo|unimplemented)!")


def in_steps(path: Path) -> list[str]:
    lines = enumerate(path.read_text().splitlines(), start=1)
    code = ((number, line.split("//")[0]) for number, line in lines)
    return [
        f"{path}:{number}: {found[0]} in a step is an error and no assertion; say check!, check_eq! or pending!"
        for number, line in code
        for found in BARE.finditer(line)
    ]


def main() -> int:
    sources = [path for path in ours() if path.suffix == ".rs" and "tests/features/" in path.as_posix()]
    found = [line for path in sources for line in in_steps(path)]
    for line in found:
        print(line, file=sys.stderr)
    print(f"typed_assertions: {len(sources)} sources of steps, {len(found)} bare assertions")
    return 1 if found or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
