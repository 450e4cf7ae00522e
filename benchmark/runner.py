"""Measures untorn-runner beside behave and stock cucumber-rs in one run, and prints the tables of its README.

The same generated scenarios for all, and for both Rust runners the same step functions, in a release build.
Whole processes are timed, in interleaved rounds, in an order of its own each; what is compared is the median.
Every run has to say that it ran every scenario. Nobody prints more than the closing lines. Stock cucumber-rs
has a writer that only counts; of its concurrency settings, one at a time and its own default of 64, the
better one counts. Beside them stands the floor: what the scenarios do, done without any runner by as many threads
as there are cores. What was written before is brought to the disk first, so that nobody pays for another's files.

    just benchmark_runner [--rounds N] [--state DIRECTORY]
"""

import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
PYTHON = ROOT / "target" / "tools" / "bin" / "python"
PER_FEATURE = 100
SCENARIOS = 2_000
SIZES = (100, 1_000, 10_000, 20_000)
GOALS = {"stock": 1.5, "behave": 2.0}
START_GOAL = 10  # milliseconds
FLAT = 1.25  # how many times as much a scenario may cost as in a smaller suite
FLAT_MEMORY = 256  # bytes that each scenario more may take

NO_OP = "no-op"
FILES = "a temporary directory, 3 files"
FILES_IN_MEMORY = "the same in memory"
MEMORY = Path("/dev/shm")  # Linux has a file system there that is in memory
CLOSING = "^{passed} passed, {failed} failed$"
KINDS = {
    NO_OP: ["Given the number {n}", "When 1 is added", "Then the sum is {m}"],
    **dict.fromkeys(
        (FILES, FILES_IN_MEMORY), ["Given a temporary directory", "When 3 files are written", "Then there are 3 files"],
    ),
    "a subprocess": ['When the program "true" is run', "Then it succeeds"],
    "a subprocess, awaited": ['When the program "true" is waited for', "Then it succeeds"],
}


@dataclass
class Contender:
    """A way to run the features below the current directory, and how it tells what it ran."""

    name: str
    what: str
    command: list[str]
    closing: str
    temporary: Path | None = None  # where its temporary files are, if not where all are


@dataclass
class Run:
    """What one process took."""

    seconds: float
    memory: int  # KiB, at its peak; 0 where it did not say

    @staticmethod
    def of(contender: Contender, here: Path, scenarios: int, failing: bool = False) -> "Run":
        output = here / "output"
        environment = os.environ | ({"TMPDIR": str(contender.temporary)} if contender.temporary else {})
        os.sync()
        with output.open("wb") as file:
            start = time.perf_counter()
            child = subprocess.Popen(contender.command, cwd=here, env=environment, stdout=file, stderr=file)
            code = child.wait()
            seconds = time.perf_counter() - start
        passed, failed = (0, scenarios) if failing else (scenarios, 0)
        closing = contender.closing.format(passed=passed, failed=failed)
        text = output.read_text()
        if code != int(failing) or not re.search(closing, text, re.MULTILINE):
            sys.exit(f"benchmark: {contender.name} did not run {scenarios} scenarios:\n{text[-2000:]}")
        memory = re.search(r"^VmHWM:\s+(\d+) kB$", text, re.MULTILINE)
        return Run(seconds, int(memory[1]) if memory else 0)


def write_features(here: Path, steps: list[str], scenarios: int, failing: bool = False) -> None:
    """A suite of `scenarios`, a hundred to a feature."""
    (here / "features").mkdir(parents=True)
    (here / "steps").mkdir()
    shutil.copy(ROOT / "benchmark" / "behave_words.py", here / "steps" / "words.py")
    for first in range(0, scenarios, PER_FEATURE):
        lines = [f"Feature: The numbers from {first} on"]
        for number in range(first, min(first + PER_FEATURE, scenarios)):
            lines.append(f"\n  Scenario: Number {number}")
            lines += [f"    {step}".format(n=number, m=number + 1 + failing) for step in steps]
        (here / "features" / f"{first:05}.feature").write_text("\n".join(lines) + "\n")


def benches() -> dict[str, str]:
    """Where cargo has put the programs in Rust."""
    command = [
        "cargo", "bench", "--no-run", "--package", "untorn-runner", "--bench", "ours", "--bench", "stock",
        "--bench", "floor", "--message-format=json", "--quiet",
    ]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    messages = [json.loads(line) for line in output.splitlines()]
    return {it["target"]["name"]: it["executable"] for it in messages if it.get("executable")}


def contenders(built: dict[str, str]) -> dict[str, Contender]:
    behave = "^{passed} scenarios? passed, {failed} failed, 0 skipped$"
    quiet = ["--format=null", "--no-capture", "--no-capture-stderr", "--no-logcapture", "features"]
    found = [
        Contender("ours", "untorn-runner", [built["ours"], "--quiet"], CLOSING),
        Contender("stock 1", "stock cucumber-rs, one at a time", [built["stock"], "--concurrency=1"], CLOSING),
        Contender("stock 64", "stock cucumber-rs, 64 at a time", [built["stock"], "--concurrency=64"], CLOSING),
        Contender("behave", "behave", [str(PYTHON), "-m", "behave", *quiet], behave),
    ]
    return {it.name: it for it in found}


def measure(found: list[Contender], here: Path, scenarios: int, rounds: int) -> dict[str, float]:
    """The median of each contender, in seconds."""
    times = {it.name: [] for it in found}
    order = random.Random(3)
    for number in range(-1, rounds):
        for contender in order.sample(found, len(found)):
            run = Run.of(contender, here, scenarios)
            if number >= 0:
                times[contender.name].append(run.seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def met(holds: bool) -> str:
    return "yes" if holds else "**no**"


def floor(program: str, kind: str) -> Contender:
    """The scenarios of a kind without a runner."""
    what = f"nobody: the work alone, on {os.cpu_count()} threads"
    kind = FILES if kind == FILES_IN_MEMORY else kind
    return Contender("floor", what, [program, kind, str(SCENARIOS)], CLOSING)


def show_throughput(state: Path, found: dict[str, Contender], program: str, rounds: int) -> None:
    print(f"| {SCENARIOS:,} scenarios, each with | run by | per second | untorn-runner is | goal | met |")
    print("| --- | --- | ---: | ---: | --- | --- |")
    for number, (kind, steps) in enumerate(KINDS.items()):
        if kind == FILES_IN_MEMORY and not MEMORY.is_dir():
            print(f"MISSING: {MEMORY}", file=sys.stderr)
            continue
        here = state / f"kind-{number}"
        write_features(here, steps, SCENARIOS)
        alone = [] if kind == NO_OP else [floor(program, kind)]
        temporary = MEMORY if kind == FILES_IN_MEMORY else None
        all_of_them = [replace(it, temporary=temporary) for it in (*found.values(), *alone)]
        medians = measure(all_of_them, here, SCENARIOS, rounds)
        stock = min(("stock 1", "stock 64"), key=medians.get)
        print(f"| {kind} | untorn-runner | {SCENARIOS / medians['ours']:,.0f} |  |  |  |")
        for name, goal in ((stock, GOALS["stock"]), ("behave", GOALS["behave"])):
            times = medians[name] / medians["ours"]
            rate = SCENARIOS / medians[name]
            print(
                f"| | {found[name].what} | {rate:,.0f} | {times:.3g} times as fast | "
                f"at least {goal:g} | {met(times >= goal)} |"
            )
        for it in alone:
            rate, times = SCENARIOS / medians[it.name], medians[it.name] / medians["ours"]
            bound = medians[stock] / medians[it.name]
            print(f"| | {it.what} | {rate:,.0f} | {times:.3g} times as fast | itself {bound:.3g} times stock |  |")
    print()


def show_start(state: Path, found: dict[str, Contender], rounds: int) -> float:
    """Prints what a run of one scenario takes, and returns it for ours, in seconds."""
    here = state / "start"
    write_features(here, KINDS[NO_OP], 1)
    medians = measure(list(found.values()), here, 1, rounds * 4)
    print("| one scenario | the whole process | goal | met |")
    print("| --- | ---: | --- | --- |")
    for name in ("ours", "stock 1", "behave"):
        milliseconds = medians[name] * 1000
        goal = f"below {START_GOAL} ms | {met(milliseconds < START_GOAL)}" if name == "ours" else " | "
        print(f"| {found[name].what.split(',')[0]} | {milliseconds:.1f} ms | {goal} |")
    print()
    return medians["ours"]


def show_growth(state: Path, found: dict[str, Contender], rounds: int, start: float) -> None:
    ours, stock = found["ours"], found["stock 1"]
    telling = replace(ours, command=[*ours.command, "--report", "reports"])
    print("| no-op scenarios | untorn-runner | above the start, for each | stock cucumber-rs | "
          "memory | stock's memory | memory if all fail | memory with all reports |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    costs, memory, told = [], [], []
    for size in SIZES:
        passing, failing = state / f"{size}-passing", state / f"{size}-failing"
        write_features(passing, KINDS[NO_OP], size)
        write_features(failing, KINDS[NO_OP], size, failing=True)
        medians = measure([ours, stock], passing, size, rounds)
        costs.append((medians["ours"] - start) / size * 1e6)
        peaks = [
            Run.of(ours, passing, size).memory,
            Run.of(stock, passing, size).memory,
            Run.of(ours, failing, size, failing=True).memory,
            Run.of(telling, passing, size).memory,
        ]
        memory.append(peaks[0])
        told.append(peaks[3])
        cells = " | ".join(f"{peak / 1024:.1f} MiB" for peak in peaks)
        print(
            f"| {size:,} | {medians['ours'] * 1000:.1f} ms | {costs[-1]:.1f} µs | "
            f"{medians['stock 1'] * 1000:.1f} ms | {cells} |"
        )
    print(f"\n| from {SIZES[0]} to {SIZES[-1]:,} scenarios |  | goal | met |")
    print("| --- | ---: | --- | --- |")
    grown = max(cost / min(costs[:size]) for size, cost in enumerate(costs) if size)
    print(
        f"| cost of a scenario, by that in any smaller suite | at most {grown:.3g} times | "
        f"at most {FLAT} times | {met(grown <= FLAT)} |"
    )
    for what, peaks in (("without reports", memory), ("with all reports", told)):
        more = (peaks[-1] - peaks[0]) * 1024 / (SIZES[-1] - SIZES[0])
        print(
            f"| memory for each scenario more, {what} | {more:.0f} bytes | "
            f"at most {FLAT_MEMORY} bytes | {met(more <= FLAT_MEMORY)} |"
        )
    print()


def show_machine(rounds: int) -> None:
    behave = subprocess.run([PYTHON, "-m", "behave", "--version"], capture_output=True, text=True).stdout.split()
    load = os.getloadavg()[0]
    print(
        f"Measured by `just benchmark_runner` on Linux {platform.release()}, {os.cpu_count()} cores, "
        f"behave {behave[-1]} on Python {platform.python_version()}: medians of {rounds} interleaved rounds."
    )
    if load > 0.5:
        print(f"\n**The machine was busy with other work (load {load:.1f}); measure again.**")
    print()


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures the figures of crates/runner/README.md.")
    parser.add_argument("--rounds", type=int, default=9, help="how often each is run (9)")
    parser.add_argument("--state", type=Path, default=TARGET, help="where the files are (the target directory)")
    arguments = parser.parse_args()
    if not PYTHON.is_file():
        parser.error(f"{PYTHON} is missing; run: just setup")

    built = benches()
    found = contenders(built)
    arguments.state.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=arguments.state) as name:
        state = Path(name)
        show_machine(arguments.rounds)
        show_throughput(state, found, built["floor"], arguments.rounds)
        start = show_start(state, found, arguments.rounds)
        show_growth(state, found, arguments.rounds, start)
    return 0


if __name__ == "__main__":
    sys.exit(main())
