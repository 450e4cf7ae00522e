"""Checks that no lint is switched off: not in a source, not in a manifest, not in Cargo's settings."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ATTRIBUTE = re.compile(r"#\s*!?\s*\[[^\]]*?\b(?:allow|expect)\s*\(", re.DOTALL)
FLAG = re.compile(r"""(?:\s|"|')(?:-A|--allow|--cap-lints)(?![\w-])""")


def ours() -> list[Path]:
    """All files of the work tree that git tracks, or would."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    ).stdout
    return [path for name in listed.split(b"\0") if name and (path := Path(name.decode())).is_file()]


def in_source(path: Path) -> list[str]:
    text = path.read_text()
    return [
        f"{path}:{text.count(chr(10), 0, found.start()) + 1}: a lint is switched off: {found[0]}"
        for found in ATTRIBUTE.finditer(text)
    ]


def takes_all(lints: dict) -> bool:
    """Whether these are the lints of the workspace, or all of them but the ban on unsafe code."""
    if lints == {"workspace": True}:
        return True
    wanted = tomllib.loads(Path("Cargo.toml").read_text())["workspace"]["lints"]
    wanted["rust"].pop("unsafe_code")
    return all(lints.get(tool, {}).get(name) == level for tool in wanted for name, level in wanted[tool].items())


def in_manifest(path: Path) -> list[str]:
    manifest = tomllib.loads(path.read_text())
    tables = [manifest.get("lints", {}), manifest.get("workspace", {}).get("lints", {})]
    found = [] if "package" not in manifest or takes_all(manifest.get("lints", {})) else [
        f"{path}: does not take the lints of the workspace"
    ]
    for table in tables:
        for tool, lints in table.items():
            for name, level in lints.items() if isinstance(lints, dict) else ():
                if (level if isinstance(level, str) else level.get("level")) == "allow":
                    found.append(f"{path}: a lint is switched off: {tool}::{name}")
    return found


def in_settings(path: Path) -> list[str]:
    return [f"{path}: a lint is switched off: {found[0]}" for found in FLAG.finditer(path.read_text())]


def main() -> int:
    found, seen = [], 0
    for path in ours():
        if path.suffix == ".rs":
            seen += 1
            found += in_source(path)
        elif path.name == "Cargo.toml":
            found += in_manifest(path)
        elif path.parent.name == ".cargo" or path.name in ("build.rs", "justfile"):
            found += in_settings(path)
    for line in found:
        print(line, file=sys.stderr)
    print(f"no_allow: {seen} sources, {len(found)} switched-off lints")
    return 1 if found or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
