r"""Checks that the steps of features assert only by what the runner can tell from a panic.

It looks at the words of the code, whatever path or name they are used by, not at what a comment or a literal says.
clippy's `disallowed_macros` would do, but the attribute macros of the steps expand to `assert!` themselves.

>>> bare('let it = "a // b"; assert !(it);')
[(1, 'assert')]
>>> bare('use std::assert as a;\n::core::debug_assert_eq!(1, 2); r#todo!()')
[(1, 'assert'), (2, 'debug_assert_eq'), (2, 'todo')]
>>> bare('r"\\"; assert!(it); b\'\\\'\'; unimplemented!(); \'"\'; assert_ne!(it, "")')
[(1, 'assert'), (1, 'unimplemented'), (1, 'assert_ne')]
>>> bare('/* /* */ assert!(it) */ let it = "\nassert!(it)\n";\n// assert!(it)')
[]
>>> bare('let it: &\'a str = r#"" assert!(it)"#; let it = "\\" assert!(it)"; check!(it, "todo!")')
[]
"""

import doctest
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from no_allow import ours

BARE = re.compile(r"(?:debug_)?assert(?:_eq|_ne|_matches)?|todo|unimplemented")
TOKEN = re.compile(
    r"""//[^\n]*                                # a comment
    | (?P<block>/\*)
    | [bc]?r(?P<hashes>\#*)".*?"(?P=hashes)     # a raw string
    | [bc]?"(?:\\.|[^"\\])*"                    # a string
    | b?'(?:\\.[^']*|[^'\\])'                   # a letter, which a lifetime is not
    | (?:r\#)?(?P<word>\w+)""",
    re.DOTALL | re.VERBOSE,
)
MARK = re.compile(r"/\*|\*/")


def words(text: str) -> Iterator[re.Match]:
    """The words of Rust code in `text`."""
    at = 0
    while found := TOKEN.search(text, at):
        at, depth = found.end(), int(found["block"] is not None)
        while depth and (mark := MARK.search(text, at)):
            at, depth = mark.end(), depth + (1 if mark[0] == "/*" else -1)
        if found["word"]:
            yield found


def bare(text: str) -> list[tuple[int, str]]:
    """The assertions of the standard library that `text` names, each with its line."""
    found = (word for word in words(text) if BARE.fullmatch(word["word"]))
    return [(text.count("\n", 0, word.start()) + 1, word["word"]) for word in found]


def in_steps(path: Path) -> list[str]:
    return [
        f"{path}:{line}: {word}! in a step is an error and no assertion; say check!, check_eq! or pending!"
        for line, word in bare(path.read_text())
    ]


def main() -> int:
    if doctest.testmod().failed:
        return 1
    sources = [path for path in ours() if path.suffix == ".rs" and "tests/features/" in path.as_posix()]
    found = [line for path in sources for line in in_steps(path)]
    for line in found:
        print(line, file=sys.stderr)
    print(f"typed_assertions: {len(sources)} sources of steps, {len(found)} bare assertions")
    return 1 if found or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
