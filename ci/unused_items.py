"""Finds public items of our crates whose name stands nowhere else.

The compiler reports unused items, but takes every public one of a library for used. Here an item counts
as used if its name stands anywhere else in our sources, in code or in a documentation example. So what
this reports is unused indeed; an unused item that shares its name with another is not found.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ITEM = re.compile(
    r"^\s*pub\s+(?:(?:const|async|unsafe|extern(?:\s+\"\w+\")?)\s+)*"
    r"(?:fn|struct|enum|union|trait|type|const|static|mod|macro)\s+(?:mut\s+)?(\w+)"
)
MACRO = re.compile(r"^\s*macro_rules!\s+(\w+)")
EXPORT = re.compile(r"\bpub\s+use\s[^;]*;", re.DOTALL)
WORD = re.compile(r"\b[A-Za-z_]\w*\b")
PROSE = re.compile(r"^\s*//(?![/!]).*$", re.MULTILINE)
DOC = re.compile(r"^\s*//[/!] ?(.*)$")


def ours() -> list[Path]:
    """All Rust sources of the work tree that git tracks, or would."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.rs"],
        check=True,
        capture_output=True,
    ).stdout
    return [path for name in listed.split(b"\0") if name and (path := Path(name.decode())).is_file()]


def code(text: str) -> str:
    """The text without comments; documentation keeps only its examples. The lines stay where they are."""
    lines, example = [], False
    for line in PROSE.sub("", text).split("\n"):
        doc = DOC.match(line)
        if doc and doc[1].lstrip().startswith("```"):
            example, line = not example, ""
        elif doc:
            line = doc[1] if example else ""
        lines.append(line)
    return "\n".join(lines)


def main() -> int:
    sources = {path: code(path.read_text()) for path in ours()}
    uses = Counter()
    for text in sources.values():
        uses.update(WORD.findall(EXPORT.sub("", text)))
    items = [
        (path, number, found[1])
        for path, text in sources.items()
        for number, line in enumerate(text.split("\n"), 1)
        if "src" in path.parts and (found := ITEM.match(line) or MACRO.match(line))
    ]
    defined = Counter(name for _, _, name in items)
    unused = [(path, number, name) for path, number, name in items if uses[name] <= defined[name]]
    for path, number, name in unused:
        print(f"{path}:{number}: public, but nobody uses it: {name}", file=sys.stderr)
    print(f"unused_items: {len(unused)} of {len(items)} public items are unused")
    return 1 if unused or not items else 0


if __name__ == "__main__":
    sys.exit(main())
