"""Checks that our crates forbid unsafe code, but for the one that holds it, and counts which shipped
dependencies use it."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

HOLDER = "untorn-tracee"  # starts what is traced: between fork and exec there is no safe interface

NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"', re.DOTALL)
UNSAFE = re.compile(r"\bunsafe\b(?!_)")


def metadata() -> dict:
    command = ["cargo", "metadata", "--format-version=1", "--locked"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def forbids(package: dict, workspace: dict) -> bool:
    """Whether `unsafe` is an error in all targets of `package`, which no attribute can take back."""
    lints = tomllib.loads(Path(package["manifest_path"]).read_text()).get("lints", {})
    rust = (workspace["workspace"]["lints"] if lints.get("workspace") else lints).get("rust", {})
    level = rust.get("unsafe_code")
    return (level if isinstance(level, str) else (level or {}).get("level")) == "forbid"


def shipped(root: str) -> set[str]:
    """Name and version of what goes into the binary: normal dependencies on this system."""
    command = ["cargo", "tree", "--locked", "--package", root, "--edges=normal,no-proc-macro", "--prefix=none"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return {" ".join(line.split()[:2]) for line in lines}


def uses_unsafe(package: dict) -> int:
    sources = Path(package["manifest_path"]).parent.glob("src/**/*.rs")
    return sum(len(UNSAFE.findall(NOISE.sub("", path.read_text(errors="replace")))) for path in sources)


def main() -> int:
    data = metadata()
    ours = set(data["workspace_members"])
    workspace = tomllib.loads(Path(data["workspace_root"], "Cargo.toml").read_text())
    careless = [
        p["name"]
        for p in data["packages"]
        if p["id"] in ours and p["name"] != HOLDER and not forbids(p, workspace)
    ]
    held = sum(uses_unsafe(p) for p in data["packages"] if p["name"] == HOLDER)
    for name in careless:
        print(f"unsafe_code: {name} does not forbid unsafe_code", file=sys.stderr)
    print(f"unsafe_code: {len(ours) - len(careless) - 1} of {len(ours)} crates of ours forbid it; the word")
    print(f"    stands {held} times in {HOLDER}, which holds all of it")

    wanted = shipped("agents")
    theirs = [
        p for p in data["packages"] if p["id"] not in ours and f"{p['name']} v{p['version']}" in wanted
    ]
    counts = {p["name"]: uses_unsafe(p) for p in theirs}
    using = {name: count for name, count in sorted(counts.items()) if count}
    print(f"unsafe_code: {len(using)} of {len(counts)} shipped dependencies use it (times the word stands):")
    print("   ", ", ".join(f"{name} {count}" for name, count in using.items()))
    return 1 if careless else 0


if __name__ == "__main__":
    sys.exit(main())
