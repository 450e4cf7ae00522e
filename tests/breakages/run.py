"""Breaks the program, the prover and the runner on purpose, one way at a time, and demands that a scenario
notices each.

`breakages.toml` beside this file lists those of the program, and those in `crates/prover/tests` and in
`crates/runner/tests` those of the other two, each with the suite that notices it. The sources are copied to target/breakages/tree, so
that the work tree stays as it is; the copy is built in a target directory of its own, so that each
breakage compiles only what it changes. The unbroken copy must be green first: a suite that is red anyway
notices nothing.

    python3 tests/breakages/run.py [--only NAME]... [--list]
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target" / "breakages"
TREE = WORK / "tree"
TARGET = WORK / "target"
TEMPORARY = WORK / "temporary"  # a scenario that fails keeps its directory
UNUSED = re.compile(rb'^(unused\b.*)"deny"', re.MULTILINE)
TIMEOUT = 300  # seconds for one run of the selected features
# The runner is optimised for those who run its scenarios; here it is compiled again for each breakage of it.
UNOPTIMISED = ["--config", "profile.dev.package.untorn-runner.opt-level=0"]


@dataclass(frozen=True)
class Suite:
    """A test target that runs features."""

    test: str
    breakages: Path
    junit: Path  # where it writes its report


SUITES = [
    Suite("features", HERE / "breakages.toml", TREE / "target" / "bdd" / "junit.xml"),
    Suite("prover", ROOT / "crates" / "prover" / "tests" / "breakages.toml", TARGET / "tmp" / "prover" / "junit.xml"),
    Suite("runner", ROOT / "crates" / "runner" / "tests" / "breakages.toml", TARGET / "tmp" / "bdd" / "junit.xml"),
]


class Trouble(Exception):
    """The breakage proves nothing: it no longer applies, does not compile, or its run went astray."""


@dataclass
class Breakage:
    """One way to break the program or the runner."""

    suite: Suite
    name: str
    file: str
    find: str  # stands exactly once in the file
    replace: str
    features: list[str]  # arguments of the features' run, mostly feature files
    caught_by: list[str]  # a part of the name of each scenario that must fail
    timeout: int = TIMEOUT

    def apply(self) -> None:
        path = TREE / self.file
        text = path.read_text() if path.is_file() else ""
        count = text.count(self.find)
        if count != 1:
            raise Trouble(f"no longer applies: its text stands {count} times in {self.file}")
        path.write_text(text.replace(self.find, self.replace))

    def take_back(self) -> None:
        (TREE / self.file).write_bytes((ROOT / self.file).read_bytes())


@dataclass
class Outcome:
    """What one run of the features said."""

    code: int
    output: str
    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def load() -> list[Breakage]:
    breakages = [
        Breakage(suite, **entry)
        for suite in SUITES
        for entry in tomllib.loads(suite.breakages.read_text())["breakage"]
    ]
    names = [breakage.name for breakage in breakages]
    if len(names) != len(set(names)):
        sys.exit("breakages: a name stands twice")
    for breakage in breakages:
        if not breakage.caught_by or breakage.find == breakage.replace:
            sys.exit(f"breakages: {breakage.name}: changes nothing, or names no scenario")
    return breakages


def copy_tree() -> None:
    """Makes the copy equal to what git tracks, or would; equal files keep their time and are not rebuilt."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    names = {name for name in listed.decode().split("\0") if name and os.path.lexists(ROOT / name)}
    TREE.mkdir(parents=True, exist_ok=True)
    for there in [path for path in TREE.rglob("*") if path.is_symlink() or path.is_file()]:
        name = there.relative_to(TREE).as_posix()
        if name not in names and not name.startswith("target/"):
            there.unlink()
    for name in names:
        copy_file(ROOT / name, TREE / name)


def copy_file(here: Path, there: Path) -> None:
    there.parent.mkdir(parents=True, exist_ok=True)
    if here.is_symlink():
        there.unlink(missing_ok=True)
        there.symlink_to(os.readlink(here))
        return
    contents = here.read_bytes()
    if here.name == "Cargo.toml":
        contents = UNUSED.sub(rb'\1"warn"', contents)  # what a breakage leaves out may leave others unused
    if there.is_symlink() or not there.is_file() or there.read_bytes() != contents:
        there.unlink(missing_ok=True)
        there.write_bytes(contents)
    there.chmod(here.stat().st_mode & 0o777)


def seed() -> None:
    subprocess.run([ROOT / "ci" / "seed", TARGET], cwd=ROOT, check=True)


def cargo(arguments: list[str], timeout: int) -> tuple[int, str]:
    """Runs cargo on the copy, in a process group of its own, which ends with the time."""
    TEMPORARY.mkdir(parents=True, exist_ok=True)
    TEMPORARY.chmod(0o1777)  # some scenarios run as another user
    environment = os.environ | {"CARGO_TARGET_DIR": str(TARGET), "TMPDIR": str(TEMPORARY)}
    process = subprocess.Popen(
        ["cargo", *UNOPTIMISED, *arguments],
        cwd=TREE,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        raise Trouble(f"did not end within {timeout} s:\n{tail(output)}") from None
    return process.returncode, output


def tail(output: str) -> str:
    return "\n".join(f"    {line}" for line in output.splitlines()[-30:])


def run(suite: Suite, features: list[str], timeout: int = TIMEOUT) -> Outcome:
    test = ["test", "--quiet", "--locked", "--test", suite.test]
    code, output = cargo([*test, "--no-run"], 1200)
    if code != 0:
        raise Trouble(f"does not compile:\n{tail(output)}")
    suite.junit.unlink(missing_ok=True)
    code, output = cargo([*test, "--", *features], timeout)
    outcome = Outcome(code, output)
    if not suite.junit.is_file():
        raise Trouble(f"wrote no report (exit code {code}):\n{tail(output)}")
    for case in ElementTree.parse(suite.junit).iter("testcase"):
        red = case.find("failure") is not None or case.find("error") is not None
        if red:
            outcome.failed.append(case.get("name", ""))
        elif case.find("skipped") is None:
            outcome.passed.append(case.get("name", ""))
    return outcome


def demand_green(breakages: list[Breakage]) -> None:
    """Runs every selection on the unbroken copy; what must fail later has to pass now."""
    selections = {(breakage.suite, *breakage.features): breakage.timeout for breakage in breakages}
    for (suite, *features), timeout in selections.items():
        start = time.monotonic()
        outcome = run(suite, features, timeout)
        shown = f"{suite.test}: {' '.join(features) or '(all)'}"
        if outcome.code != 0 or outcome.failed:
            raise Trouble(f"the unbroken program is red under {shown}:\n{tail(outcome.output)}")
        for breakage in breakages:
            if (breakage.suite, breakage.features) != (suite, features):
                continue
            for wanted in breakage.caught_by:
                if not any(wanted in name for name in outcome.passed):
                    raise Trouble(f"{breakage.name}: no scenario that passes is called `{wanted}`")
        print(f"green   {shown} ({len(outcome.passed)} scenarios, {time.monotonic() - start:.1f} s)", flush=True)


def verdict(breakage: Breakage, outcome: Outcome) -> tuple[str, str]:
    missed = [part for part in breakage.caught_by if not any(part in name for name in outcome.failed)]
    if missed:
        instead = ", ".join(f'"{name}"' for name in dict.fromkeys(outcome.failed)) or "nothing"
        return "MISSED", f'by "{missed[0]}" (red instead: {instead})'
    if outcome.code != 1:
        raise Trouble(f"the run ended with exit code {outcome.code}, not 1:\n{tail(outcome.output)}")
    return "caught", "by " + ", ".join(f'"{part}"' for part in breakage.caught_by)


def try_out(breakage: Breakage) -> tuple[str, str]:
    try:
        breakage.apply()
        return verdict(breakage, run(breakage.suite, breakage.features, breakage.timeout))
    except Trouble as trouble:
        return "ERROR", str(trouble)
    finally:
        breakage.take_back()


def main() -> int:
    parser = argparse.ArgumentParser(description="Breaks the program on purpose; a scenario must notice.")
    parser.add_argument("--only", action="append", metavar="NAME", help="this breakage; may be repeated")
    parser.add_argument("--list", action="store_true", help="print the names")
    arguments = parser.parse_args()

    breakages = load()
    if arguments.list:
        print("\n".join(breakage.name for breakage in breakages))
        return 0
    if arguments.only:
        unknown = set(arguments.only) - {breakage.name for breakage in breakages}
        if unknown:
            parser.error(f"no such breakage: {', '.join(sorted(unknown))}")
        breakages = [breakage for breakage in breakages if breakage.name in arguments.only]

    copy_tree()
    seed()
    try:
        demand_green(breakages)
    except Trouble as trouble:
        print(f"breakages: {trouble}", file=sys.stderr)
        return 1

    width = max(len(breakage.name) for breakage in breakages)
    caught = 0
    for breakage in breakages:
        start = time.monotonic()
        word, detail = try_out(breakage)
        caught += word == "caught"
        print(f"{word}  {breakage.name:{width}}  {detail} ({time.monotonic() - start:.1f} s)", flush=True)
    shutil.rmtree(TEMPORARY)
    print(f"{caught} of {len(breakages)} breakages caught")
    return 0 if caught == len(breakages) else 1


if __name__ == "__main__":
    sys.exit(main())
