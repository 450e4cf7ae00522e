"""Breaks the program, the prover and the runner on purpose, one way at a time, and demands that a scenario
notices each.

`breakages.toml` beside this file lists those of the program, and those in `crates/prover/tests` and in
`crates/runner/tests` those of the other two, each with the suite that notices it. The sources are copied
below target/breakages, so that the work tree stays as it is. All breakages are built into that copy at once,
each behind a switch, and a variable of the environment switches one on: mutant schemata (Untch, Offutt and
Harrold, "Mutation analysis using mutant schemata", ISSTA 1993), which compile once what would otherwise be
compiled for each breakage. With everything switched off the copy must be green first: a suite that is red
anyway notices nothing.

    python3 tests/breakages/run.py [--only NAME]... [--list]
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target" / "breakages"
TREE = WORK / "tree"
TARGET = WORK / "target"
TEMPORARY = WORK / "temporary"  # a scenario that fails keeps its directory
SWITCH = "UNTORN_BREAKAGE"  # names what is switched on, one in a line; agents' scenarios pass it on
AT_ONCE = 2  # runs, which mostly wait for something
UNUSED = re.compile(rb'^(unused\b.*)"deny"', re.MULTILINE)
TIMEOUT = 300  # seconds for one run of the selected features


@dataclass(frozen=True)
class Suite:
    """A test target that runs features."""

    test: str
    breakages: Path


SUITES = [
    Suite("features", HERE / "breakages.toml"),
    Suite("prover", ROOT / "crates" / "prover" / "tests" / "breakages.toml"),
    Suite("runner", ROOT / "crates" / "runner" / "tests" / "breakages.toml"),
]


class Trouble(Exception):
    """The breakage proves nothing: it no longer applies, does not compile, or its run went astray."""


@dataclass
class Breakage:
    """One way to break the program, the prover or the runner; `breakages.toml` says what each field is."""

    suite: Suite
    name: str
    file: str
    find: str
    replace: str
    features: list[str]
    caught_by: list[str]
    also: list[str] = field(default_factory=list)

    @property
    def switched(self) -> str:
        """What takes the place of the text: either of the two, as the switch says at that moment."""
        either = self.replace
        if "BROKEN" not in either:
            either = "if BROKEN { " + either + " } else { FIND }"
            is_statement = self.find.rstrip().endswith((";", "}"))
            either = either if is_statement else f"({either})"
        name = json.dumps(self.name)
        is_on = f'::std::env::var("{SWITCH}").is_ok_and(|on| on.lines().any(|it| it == {name}))'
        return either.replace("BROKEN", is_on).replace("FIND", self.find)

    def place(self, text: str) -> int:
        if text.count(self.find) != 1:
            raise Trouble(f"{self.name}: its text stands {text.count(self.find)} times in {self.file}")
        return text.index(self.find)


@dataclass
class Outcome:
    """What one run of the features said."""

    code: int
    output: str
    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Built:
    """The executable of a suite, and the directory in which cargo would run it."""

    executable: Path
    directory: Path

    def run(self, arguments: list[str], switched_on: list[str]) -> Outcome:
        with tempfile.TemporaryDirectory(dir=WORK) as reports:
            environment = os.environ | {"TMPDIR": str(TEMPORARY), SWITCH: "\n".join(switched_on)}
            command = [self.executable, "--report", reports, *arguments]
            code, output = finish(command, self.directory, environment, TIMEOUT)
            outcome = Outcome(code, output)
            junit = Path(reports) / "junit.xml"
            if not junit.is_file():
                raise Trouble(f"wrote no report (exit code {code}):\n{tail(output)}")
            for case in ElementTree.parse(junit).iter("testcase"):
                red = case.find("failure") is not None or case.find("error") is not None
                if red:
                    outcome.failed.append(case.get("name", ""))
                elif case.find("skipped") is None:
                    outcome.passed.append(case.get("name", ""))
        return outcome


def load() -> list[Breakage]:
    breakages = []
    for suite in SUITES:
        for entry in tomllib.loads(suite.breakages.read_text())["breakage"]:
            breakages.append(Breakage(suite, also=entry.pop("with", []), **entry))
    names = [breakage.name for breakage in breakages]
    if len(names) != len(set(names)):
        sys.exit("breakages: a name stands twice")
    for breakage in breakages:
        if not breakage.caught_by or breakage.find == breakage.replace:
            sys.exit(f"breakages: {breakage.name}: changes nothing, or names no scenario")
        if unknown := set(breakage.also) - set(names):
            sys.exit(f"breakages: {breakage.name}: no such breakage: {', '.join(sorted(unknown))}")
    return breakages


def switched(breakages: list[Breakage]) -> dict[str, bytes]:
    """The contents of each file that has a switch."""
    edits: dict[str, list[tuple[int, Breakage]]] = defaultdict(list)
    texts = {breakage.file: (ROOT / breakage.file).read_text() for breakage in breakages}
    for breakage in breakages:
        edits[breakage.file].append((breakage.place(texts[breakage.file]), breakage))
    for file, those in edits.items():
        end = len(texts[file])
        for start, breakage in sorted(those, key=lambda edit: edit[0], reverse=True):
            if start + len(breakage.find) > end:
                raise Trouble(f"{breakage.name}: its text overlaps that of another breakage")
            rest = texts[file][start + len(breakage.find) :]
            texts[file], end = texts[file][:start] + breakage.switched + rest, start
    return {file: text.encode() for file, text in texts.items()}


def copy_tree(instead: dict[str, bytes]) -> None:
    """Makes the copy equal to what git tracks, or would, but for what is `instead` of it.

    Equal files keep their time and are not rebuilt.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    names = {name for name in listed.decode().split("\0") if name and os.path.lexists(ROOT / name)}
    TREE.mkdir(parents=True, exist_ok=True)
    for there in [path for path in TREE.rglob("*") if path.is_symlink() or path.is_file()]:
        if there.relative_to(TREE).as_posix() not in names:
            there.unlink()
    for name in names:
        copy_file(ROOT / name, TREE / name, instead.get(name))


def copy_file(here: Path, there: Path, instead: bytes | None) -> None:
    there.parent.mkdir(parents=True, exist_ok=True)
    if here.is_symlink():
        there.unlink(missing_ok=True)
        there.symlink_to(os.readlink(here))
        return
    contents = instead or here.read_bytes()
    if here.name == "Cargo.toml":
        contents = UNUSED.sub(rb'\1"allow"', contents)  # a switch may leave something unused
    if there.is_symlink() or not there.is_file() or there.read_bytes() != contents:
        there.unlink(missing_ok=True)
        there.write_bytes(contents)
    there.chmod(here.stat().st_mode & 0o777)


def finish(command: list, directory: Path, environment: dict[str, str], timeout: int) -> tuple[int, str]:
    """Runs a command in a process group of its own, which ends with the time."""
    process = subprocess.Popen(
        command,
        cwd=directory,
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


def build(suites: list[Suite]) -> dict[Suite, Built]:
    tests = [part for suite in suites for part in ("--test", suite.test)]
    built = subprocess.run(
        ["cargo", "test", "--quiet", "--locked", "--no-run", *tests, "--message-format=json-render-diagnostics"],
        cwd=TREE,
        env=os.environ | {"CARGO_TARGET_DIR": str(TARGET)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if built.returncode != 0:
        raise Trouble(f"does not compile:\n{tail(built.stderr)}")
    found = {}
    for message in map(json.loads, built.stdout.splitlines()):
        if message.get("executable") and message["target"]["kind"] == ["test"]:
            directory = Path(message["manifest_path"]).parent
            found[message["target"]["name"]] = Built(Path(message["executable"]), directory)
    return {suite: found[suite.test] for suite in suites}


def demand_green(suite: Suite, built: Built, breakages: list[Breakage]) -> str:
    """With everything switched off, all scenarios that are to notice something of the suite have to pass."""
    start = time.monotonic()
    features = dict.fromkeys(feature for breakage in breakages for feature in breakage.features)
    names = dict.fromkeys(wanted for breakage in breakages for wanted in breakage.caught_by)
    outcome = built.run([*features, *names], [])
    if outcome.code != 0 or outcome.failed:
        raise Trouble(f"the unbroken program is red under {suite.test}:\n{tail(outcome.output)}")
    for breakage in breakages:
        for wanted in breakage.caught_by:
            if not any(wanted in name for name in outcome.passed):
                raise Trouble(f"{breakage.name}: no scenario that passes is called `{wanted}`")
    scenarios = f"the {len(outcome.passed)} scenarios that are to notice"
    return f"green   {suite.test}: {scenarios} ({time.monotonic() - start:.1f} s)"


def verdict(breakage: Breakage, outcome: Outcome) -> tuple[str, str]:
    missed = [part for part in breakage.caught_by if not any(part in name for name in outcome.failed)]
    if missed:
        instead = ", ".join(f'"{name}"' for name in dict.fromkeys(outcome.failed)) or "nothing"
        return "MISSED", f'by "{missed[0]}" (red instead: {instead})'
    if outcome.code != 1:
        raise Trouble(f"the run ended with exit code {outcome.code}, not 1:\n{tail(outcome.output)}")
    return "caught", "by " + ", ".join(f'"{part}"' for part in breakage.caught_by)


def try_out(breakage: Breakage, built: Built) -> str:
    start = time.monotonic()
    chosen = [*breakage.features, *breakage.caught_by]  # the others need not run to see that these fail
    try:
        word, detail = verdict(breakage, built.run(chosen, [breakage.name, *breakage.also]))
    except Trouble as trouble:
        word, detail = "ERROR", str(trouble)
    return f"{word}  {breakage.name}  {detail} ({time.monotonic() - start:.1f} s)"


def main() -> int:
    parser = argparse.ArgumentParser(description="Breaks the program on purpose; a scenario must notice.")
    parser.add_argument("--only", action="append", metavar="NAME", help="this breakage; may be repeated")
    parser.add_argument("--list", action="store_true", help="print the names")
    arguments = parser.parse_args()

    everything = load()
    if arguments.list:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # who reads it may have enough of it
        print("\n".join(breakage.name for breakage in everything))
        return 0
    chosen = everything
    if arguments.only:
        unknown = set(arguments.only) - {breakage.name for breakage in everything}
        if unknown:
            parser.error(f"no such breakage: {', '.join(sorted(unknown))}")
        chosen = [breakage for breakage in everything if breakage.name in arguments.only]

    of_suite = {suite: [it for it in chosen if it.suite == suite] for suite in SUITES}
    suites = [suite for suite, those in of_suite.items() if those]
    lines = []
    TEMPORARY.mkdir(parents=True, exist_ok=True)
    TEMPORARY.chmod(0o1777)  # some scenarios run as another user
    try:
        copy_tree(switched(everything))
        subprocess.run([ROOT / "ci" / "seed", TARGET], cwd=ROOT, check=True)
        built = build(suites)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for line in pool.map(lambda suite: demand_green(suite, built[suite], of_suite[suite]), suites):
                print(line, flush=True)
            for line in pool.map(lambda breakage: try_out(breakage, built[breakage.suite]), chosen):
                print(line, flush=True)
                lines.append(line)
    except Trouble as trouble:
        print(f"breakages: {trouble}", file=sys.stderr)
        return 1
    caught = sum(line.startswith("caught ") for line in lines)
    shutil.rmtree(TEMPORARY)
    print(f"{caught} of {len(chosen)} breakages caught")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
