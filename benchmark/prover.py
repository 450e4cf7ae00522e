"""Measures what `untorn` costs, in one run, and prints the tables of its README.

What a run takes is measured by `untorn pace`, in a scratch directory of its own: left alone, traced as in most runs
of a proof, with stops at each call that changes something, traced with stops at each call on files, and left alone
under a strace that waits for a write to fail; they take turns. A proof is timed by itself, fresh
files and clean runs included. Timings are for comparing within a row only. What is not installed is named.

    just benchmark_prover
"""

import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
UNTORN = TARGET / "release" / "untorn"
AGENTS = TARGET / "release" / "agents"
PYTHON = os.path.realpath(ROOT / "target" / "tools" / "bin" / "python")
CORPUS = ROOT / "crates" / "prover" / "tests" / "corpus"
STRACE = ["strace", "-f", "-o", "/dev/null", "-e", "inject=write:error=ENOSPC:when=60000"]
TURNS = 10
SHORT = 25  # milliseconds; from here on a program is a long one
GOAL_SHORT, GOAL_LONG, GOAL_STRACE = 1.3, 1.05, 5
FAULTS_GOAL = 800  # per second, of a program of a millisecond
PROOF_GOALS = {"`git config`": 2, "`npm config set`": 60}  # seconds
CALLS = (10, 100, 1_000, 10_000)
SAMPLE = 40  # faults of a command of many calls that are tried
FLAT = 1.5  # how many times as much a call may cost among many as among few

FILES = {
    "config.toml": (CORPUS / "fixture" / "config.toml").read_text(),
    "agents.toml": '[server]\nnamespace = "old"\n',
    "settings": "[user]\n\tname = Old\n",
    ".npmrc": "audit=false\n",
}


@dataclass
class Workload:
    """A command, and the file that it changes."""

    name: str
    protected: str
    command: list[str]
    rounds: int  # in each of the turns

    def untorn(self, here: Path, what: list[str], command: list[str] | None = None) -> str:
        """Runs `untorn` on the command, or on another one in its place, and returns what it prints."""
        options = ["--fixture", "fixture", "--protect", self.protected]
        options += ["--env", "npm_config_update_notifier=false"]  # it would wait for a network
        options += ["--env", "NODE_DISABLE_COMPILE_CACHE=1"]  # it would write hundreds of files of its own
        line = [UNTORN, *what, *options, "--", *(command or self.command)]
        done = subprocess.run(line, cwd=here, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(f"benchmark: {done.args}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def pace(self, here: Path, command: list[str] | None = None) -> tuple[float, float, float]:
        """Milliseconds, left alone, traced, and traced with a stop at each call."""
        printed = self.untorn(here, ["pace", "--rounds", str(self.rounds)], command)
        alone, traced, everywhere = re.findall(r"(\d+\.\d+) ms", printed)
        return float(alone), float(traced), float(everywhere)

    def report(self, here: Path, options: list[str]) -> dict:
        self.untorn(here, ["prove", "--json", "report.json", *options])
        return json.loads((here / "report.json").read_text())


def compile_c(source: Path, here: Path) -> str:
    program = here / source.stem
    subprocess.run(["gcc", "-O2", "-static", "-o", program, source], check=True)
    return str(program)


def workloads(here: Path) -> list[Workload]:
    """The commands that can be measured here; the others are named."""
    found = [
        Workload("a static program in C", "config.toml", [compile_c(CORPUS / "correct.c", here)], 20),
        Workload("`agents config set`", "agents.toml", [
            str(AGENTS), "--config", "agents.toml", "config", "set", "server.namespace=new",
        ], 20),
        Workload("`git config`", "settings", ["git", "config", "--file", "settings", "user.name", "New"], 20),
        Workload("a script in Python", "config.toml", [PYTHON, "-I", "-S", str(CORPUS / "correct.py")], 10),
        Workload("`npm config set`", ".npmrc", ["npm", "config", "set", "fund", "false"], 1),
    ]
    for it in found:
        if not shutil.which(it.command[0]):
            print(f"MISSING: {it.command[0]}", file=sys.stderr)
    return [it for it in found if shutil.which(it.command[0])]


def met(holds: bool) -> str:
    return "yes" if holds else "**no**"


def show_cost(here: Path, found: list[Workload]) -> None:
    print(
        "| one run of | left alone | traced | goal | met | at each call | by strace | slower than traced | goal | met "
        "| strace adds |"
    )
    print("| --- | ---: | ---: | --- | --- | ---: | ---: | ---: | --- | --- | ---: |")
    for workload in found:
        turns = []
        for _ in range(TURNS):
            turns.append((*workload.pace(here), workload.pace(here, [*STRACE, *workload.command])[0]))
        alone, traced, _, strace = (statistics.median(it) for it in zip(*turns))
        cost, most, by_strace = (statistics.median(it[which] / it[0] for it in turns) for which in (1, 2, 3))
        goal = GOAL_SHORT if alone < SHORT else GOAL_LONG
        times = statistics.median(it[3] / it[1] for it in turns)
        added = f"{(strace - alone) / (traced - alone):.1f} times as much" if traced > alone else "all that is added"
        print(
            f"| {workload.name} | {alone:.2f} ms | {cost:.2f} times | at most {goal:g} | {met(cost <= goal)} | "
            f"{most:.2f} times | {by_strace:.2f} times | {times:.1f} times | at least {GOAL_STRACE} | "
            f"{met(times >= GOAL_STRACE)} | {added} |"
        )


def show_proofs(here: Path, found: list[Workload]) -> None:
    print("\n| a whole proof of | calls | faults | runs | duration | faults per second | goal | met |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |")
    for workload in found:
        reports = [workload.report(here, []) for _ in range(3 if workload.rounds > 1 else 1)]
        took = statistics.median(it["took"]["secs"] + it["took"]["nanos"] / 1e9 for it in reports)
        faults = len(reports[0]["cases"])
        rate = faults / took
        goal, holds = "", ""
        if workload.name in PROOF_GOALS:
            seconds = PROOF_GOALS[workload.name]
            goal, holds = f"below {seconds} s", met(took < seconds)
        elif workload.rounds == 20:
            goal, holds = f"at least {FAULTS_GOAL} a second", met(rate >= FAULTS_GOAL)
        print(
            f"| {workload.name} | {len(reports[0]['points'])} | {faults} | {reports[0]['runs']} | "
            f"{took:.2f} s | {rate:,.0f} | {goal} | {holds} |"
        )


def show_growth(here: Path) -> None:
    print("\n| writes of the command | its calls | all its faults | one fault | each call more than above |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    program = compile_c(CORPUS.parent / "programs" / "many_writes.c", here)
    costs, before = [], None
    for writes in CALLS:
        workload = Workload("", "settings", [program, str(writes)], 1)
        listed = workload.untorn(here, ["points"])
        faults = sum(int(it) for it in re.findall(r"(\d+) faults$", listed, re.MULTILINE))
        calls = len(listed.splitlines())
        report = workload.report(here, ["--shard", f"1/{max(1, faults // SAMPLE)}"])
        took = report["took"]["secs"] + report["took"]["nanos"] / 1e9
        once = took / len(report["cases"])
        more = ""
        if before:
            costs.append((once - before[1]) / (calls - before[0]))
            more = f"{costs[-1] * 1e6:.1f} us"
        before = calls, once
        print(f"| {writes:,} | {calls:,} | {faults:,} | {once * 1e3:.2f} ms | {more} |")
    grown = costs[-1] / costs[-2]
    print(
        f"\nA call more costs {grown:.2f} times as much from {CALLS[-2]:,} writes on as from {CALLS[-3]:,} on "
        f"(goal: at most {FLAT}; met: {met(grown <= FLAT)})."
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        (here / "fixture").mkdir()
        for name, text in FILES.items():
            (here / "fixture" / name).write_text(text)
        found = workloads(here)
        print(f"{len(os.sched_getaffinity(0))} cores, Linux {platform.release()}\n")
        show_cost(here, found)
        show_proofs(here, found)
        show_growth(here)


if __name__ == "__main__":
    main()
