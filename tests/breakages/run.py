"""Breaks the program, the prover and the runner on purpose, one way at a time, and demands that a scenario
notices each.

`breakages.toml` beside this file lists those of the program, and those in `crates/prover/tests` and in
`crates/runner/tests` those of the other two, each with the suite that notices it. The sources are copied
below target/breakages, so that the work tree stays as it is; a copy is built in a target directory of its
own, so that each breakage compiles only what it changes. There are two copies: while one compiles, which
uses hardly more than one core, the other runs. The unbroken copy must be green first: a suite that is red
anyway notices nothing.

    python3 tests/breakages/run.py [--only NAME]... [--list]
"""

import argparse
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import tomllib
import xml.etree.ElementTree as ElementTree
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target" / "breakages"
LANES = 2
UNUSED = re.compile(rb'^(unused\b.*)"deny"', re.MULTILINE)
TIMEOUT = 300  # seconds for one run of the selected features
# The runner is optimised for those who run its scenarios; here it is compiled again for each breakage of it.
UNOPTIMISED = ["--config", "profile.dev.package.untorn-runner.opt-level=0"]


@dataclass(frozen=True)
class Suite:
    """A test target that runs features."""

    test: str
    breakages: Path
    junit: str  # where it writes its report, below the lane


SUITES = [
    Suite("features", HERE / "breakages.toml", "tree/target/bdd/junit.xml"),
    Suite("prover", ROOT / "crates" / "prover" / "tests" / "breakages.toml", "target/tmp/prover/junit.xml"),
    Suite("runner", ROOT / "crates" / "runner" / "tests" / "breakages.toml", "target/tmp/bdd/junit.xml"),
]


@dataclass(frozen=True)
class Lane:
    """A copy of the sources, and where it is built."""

    work: Path

    @property
    def tree(self) -> Path:
        return self.work / "tree"

    @property
    def target(self) -> Path:
        return self.work / "target"

    @property
    def temporary(self) -> Path:
        return self.work / "temporary"  # a scenario that fails keeps its directory


T = TypeVar("T")


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

    def apply(self, lane: Lane) -> None:
        path = lane.tree / self.file
        text = path.read_text() if path.is_file() else ""
        count = text.count(self.find)
        if count != 1:
            raise Trouble(f"no longer applies: its text stands {count} times in {self.file}")
        path.write_text(text.replace(self.find, self.replace))

    def take_back(self, lane: Lane) -> None:
        (lane.tree / self.file).write_bytes((ROOT / self.file).read_bytes())


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


def copy_tree(lane: Lane) -> None:
    """Makes the copy equal to what git tracks, or would; equal files keep their time and are not rebuilt."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    names = {name for name in listed.decode().split("\0") if name and os.path.lexists(ROOT / name)}
    lane.tree.mkdir(parents=True, exist_ok=True)
    for there in [path for path in lane.tree.rglob("*") if path.is_symlink() or path.is_file()]:
        name = there.relative_to(lane.tree).as_posix()
        if name not in names and not name.startswith("target/"):
            there.unlink()
    for name in names:
        copy_file(ROOT / name, lane.tree / name)


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


def seed(lane: Lane) -> None:
    subprocess.run([ROOT / "ci" / "seed", lane.target], cwd=ROOT, check=True)


def cargo(lane: Lane, arguments: list[str], timeout: int) -> tuple[int, str]:
    """Runs cargo on the copy, in a process group of its own, which ends with the time."""
    lane.temporary.mkdir(parents=True, exist_ok=True)
    lane.temporary.chmod(0o1777)  # some scenarios run as another user
    environment = os.environ | {"CARGO_TARGET_DIR": str(lane.target), "TMPDIR": str(lane.temporary)}
    process = subprocess.Popen(
        ["cargo", *UNOPTIMISED, *arguments],
        cwd=lane.tree,
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


def run(lane: Lane, suite: Suite, features: list[str], timeout: int = TIMEOUT) -> Outcome:
    test = ["test", "--quiet", "--locked", "--test", suite.test]
    code, output = cargo(lane, [*test, "--no-run"], 1200)
    if code != 0:
        raise Trouble(f"does not compile:\n{tail(output)}")
    junit = lane.work / suite.junit
    junit.unlink(missing_ok=True)
    code, output = cargo(lane, [*test, "--", *features], timeout)
    outcome = Outcome(code, output)
    if not junit.is_file():
        raise Trouble(f"wrote no report (exit code {code}):\n{tail(output)}")
    for case in ElementTree.parse(junit).iter("testcase"):
        red = case.find("failure") is not None or case.find("error") is not None
        if red:
            outcome.failed.append(case.get("name", ""))
        elif case.find("skipped") is None:
            outcome.passed.append(case.get("name", ""))
    return outcome


@dataclass(frozen=True)
class Selection:
    """What has to be green before anything is broken."""

    suite: Suite
    features: tuple[str, ...]
    timeout: int
    wanted: tuple[tuple[str, str], ...]  # a breakage, and a part of the name of a scenario that must pass

    def demand_green(self, lane: Lane) -> str:
        start = time.monotonic()
        names = dict.fromkeys(wanted for _, wanted in self.wanted)
        outcome = run(lane, self.suite, [*self.features, *names], self.timeout)
        if outcome.code != 0 or outcome.failed:
            raise Trouble(f"the unbroken program is red under {self.suite.test}:\n{tail(outcome.output)}")
        for breakage, wanted in self.wanted:
            if not any(wanted in name for name in outcome.passed):
                raise Trouble(f"{breakage}: no scenario that passes is called `{wanted}`")
        scenarios = f"the {len(outcome.passed)} scenarios that are to notice"
        return f"green   {self.suite.test}: {scenarios} ({time.monotonic() - start:.1f} s)"


def selections(breakages: list[Breakage]) -> list[Selection]:
    """For each suite one: all scenarios that are to notice something of it."""
    found: dict[Suite, list[Breakage]] = {}
    for breakage in breakages:
        found.setdefault(breakage.suite, []).append(breakage)
    return [
        Selection(
            suite,
            tuple(dict.fromkeys(feature for breakage in those for feature in breakage.features)),
            max(breakage.timeout for breakage in those),
            tuple((breakage.name, wanted) for breakage in those for wanted in breakage.caught_by),
        )
        for suite, those in found.items()
    ]


def share(lanes: list[Lane], work: list[T], do: Callable[[Lane, T], str]) -> Iterator[str]:
    """Does all of the work, which the lanes take from both ends: so each of them mostly stays in one suite."""
    left, take = deque(work), threading.Lock()
    results: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()

    def serve(lane: Lane, from_the_end: bool) -> None:
        try:
            while True:
                with take:
                    if not left:
                        return
                    one = left.pop() if from_the_end else left.popleft()
                results.put(do(lane, one))
        except Exception as error:
            with take:
                left.clear()
            results.put(error)
        finally:
            results.put(None)

    for number, lane in enumerate(lanes):
        threading.Thread(target=serve, args=(lane, number % 2 == 1), daemon=True).start()
    failure = None
    for _ in range(len(lanes)):
        while (result := results.get()) is not None:
            if isinstance(result, Exception):
                failure = failure or result
            else:
                yield result
    if failure:
        raise failure  # once nothing of the other lane is running any more


def verdict(breakage: Breakage, outcome: Outcome) -> tuple[str, str]:
    missed = [part for part in breakage.caught_by if not any(part in name for name in outcome.failed)]
    if missed:
        instead = ", ".join(f'"{name}"' for name in dict.fromkeys(outcome.failed)) or "nothing"
        return "MISSED", f'by "{missed[0]}" (red instead: {instead})'
    if outcome.code != 1:
        raise Trouble(f"the run ended with exit code {outcome.code}, not 1:\n{tail(outcome.output)}")
    return "caught", "by " + ", ".join(f'"{part}"' for part in breakage.caught_by)


def try_out(lane: Lane, breakage: Breakage) -> str:
    start = time.monotonic()
    try:
        breakage.apply(lane)
        chosen = [*breakage.features, *breakage.caught_by]  # the others need not run to see that these fail
        word, detail = verdict(breakage, run(lane, breakage.suite, chosen, breakage.timeout))
    except Trouble as trouble:
        word, detail = "ERROR", str(trouble)
    finally:
        breakage.take_back(lane)
    return f"{word}  {breakage.name}  {detail} ({time.monotonic() - start:.1f} s)"


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

    lanes = [Lane(WORK / str(number)) for number in range(min(LANES, len(breakages)))]
    for lane in lanes:
        copy_tree(lane)
        seed(lane)
    try:
        for line in share(lanes, selections(breakages), lambda lane, it: it.demand_green(lane)):
            print(line, flush=True)
    except Trouble as trouble:
        print(f"breakages: {trouble}", file=sys.stderr)
        return 1

    caught = 0
    for line in share(lanes, breakages, try_out):
        caught += line.startswith("caught ")
        print(line, flush=True)
    for lane in lanes:
        shutil.rmtree(lane.temporary)
    print(f"{caught} of {len(breakages)} breakages caught")
    return 0 if caught == len(breakages) else 1


if __name__ == "__main__":
    sys.exit(main())
