"""Measures the figures of README side by side in one run, and prints them as tables in Markdown.

Whole processes are timed, from before the spawn to after the exit. Each contender has a home directory of its
own, all on one file system. Every round runs each of them, in an order of its own; what is compared is the
median. Every run changes its file, which is checked. Nobody pays for what another leaves behind: after each
run its files are synced, untimed, or the next one to sync would write what git and Python leave in the
cache; and each timed run follows an untimed one of the same contender, or whoever comes after Python would
find the processor's caches emptied. `agents` and the floor are copies of what was built, as `cargo install`
makes one: the linker leaves its file in single pages of the cache, and to start from them takes 0.1 ms longer.
Each round starts another copy, for where in the cache one lies makes a difference of 2 %.

    just benchmark [--rounds N] [--state DIRECTORY]
"""

import argparse
import json
import os
import platform
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
BUILT = TARGET / "release" / "agents"
PYTHON = ROOT / "target" / "tools" / "bin" / "python"
URLS = ("https://one.example/", "https://two.example/")
WARM_UP = 10
COPIES = 10
CONFIGURATION = ".cleveragents/config.toml"  # where `agents` has it, seen from the home directory
SIZE = 4096  # bytes: what the floor writes; the configurations stay within the same block
SYNCS = "fsync,fdatasync,sync_file_range,syncfs,sync,msync"
GOALS = {"floor": 1.2, "git, one key": 1.0, "git, three keys": 1 / 4, "the Python way": 1 / 30}
SCENARIOS_GOAL = 500
KEYS = (10, 1_000, 10_000)


@dataclass
class Contender:
    """A way to change the file (or to read it), in a directory of its own."""

    name: str
    what: str
    directory: Path
    commands: Callable[[Path, str, int], list[list[str]]]  # in that directory, with that address, in that round
    shown: str = ""  # the file in which the new address must stand afterwards

    def environment(self, clean: dict[str, str]) -> dict[str, str]:
        return clean | {"HOME": str(self.directory)}

    def run(self, url: str, number: int, clean: dict[str, str]) -> float:
        """Seconds that all the commands take, one after the other."""
        commands, environment = self.commands(self.directory, url, number), self.environment(clean)
        start = time.perf_counter()
        for command in commands:
            child = os.posix_spawn(command[0], command, environment, file_actions=SILENT)
            if os.waitpid(child, 0)[1] != 0:
                sys.exit(f"benchmark: failed: {' '.join(command)}")
        seconds = time.perf_counter() - start
        self.settle()
        if self.shown and url.rstrip("/") not in (self.directory / self.shown).read_text():
            sys.exit(f"benchmark: {self.name} did not change {self.shown}")
        return seconds

    def settle(self) -> None:
        """Brings to the disk what the run has left unsynced."""
        for path in [*self.directory.rglob("*"), self.directory]:
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


SILENT = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]


def configuration(size: int) -> str:
    """A connection, and comments up to `size` bytes."""
    text = f'[server]\nurl = "{URLS[0]}"\nnamespace = "staging"\ntls-verify = false\n'
    line = "# The settings of this machine; they are changed whole or not at all.\n"
    while len(text) + len(line) < size:
        text += line
    return text + "#" * (size - len(text) - 1) + "\n"


def many(keys: int) -> str:
    """A connection and `keys` other settings, in tables of a hundred."""
    lines = [configuration(0).rstrip("#\n")]
    for number in range(keys):
        if number % 100 == 0:
            lines.append(f"\n[plugin-{number // 100}]")
        lines.append(f'setting-{number} = "value {number}"')
    return "\n".join(lines) + "\n"


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1"}


def configure(home: Path, text: str) -> Path:
    """Gives `agents` a configuration, as private as its own."""
    file = home / CONFIGURATION
    file.parent.mkdir(mode=0o700)
    file.write_text(text)
    file.chmod(0o600)
    return file


def links_libraries(program: Path) -> bool:
    """Whether a program is linked with the C library, and loads none."""
    headers = subprocess.run(["readelf", "--program-headers", str(program)], check=True, capture_output=True)
    return b"INTERP" not in headers.stdout


def build_floor(state: Path) -> list[str]:
    """Builds the floor with the same C library as `agents`, linked in the same way, and installs it as that is."""
    built = state / "floor.built"
    compiler = os.environ.get("CC") or "cc"
    linking = ["-static", "-no-pie"] if links_libraries(BUILT) else []
    command = [compiler, "-O2", *linking, "-o", str(built), str(ROOT / "benchmark" / "floor.c")]
    subprocess.run(command, check=True)
    return install(built, state / "floor")


def install(built: Path, place: Path) -> list[str]:
    """Makes copies of a program there and waits until they are on the disk."""
    copies = [place.with_suffix(f".{number}") for number in range(COPIES)]
    for copy in copies:
        with copy.open("wb") as program:
            program.write(built.read_bytes())
            os.fsync(program.fileno())
        copy.chmod(0o755)
    return [str(copy) for copy in copies]


def contenders(state: Path, agents: list[str]) -> list[Contender]:
    floor, git = build_floor(state), shutil.which("git") or sys.exit("benchmark: no git")
    linked = "statically as `agents`" if links_libraries(BUILT) else "dynamically as `agents`"
    python = str(PYTHON)

    def git_config(directory: Path, key: str, value: str) -> list[str]:
        return [git, "config", "--file", str(directory / "gitconfig"), key, value]

    found = [
        Contender(
            "agents", "`agents server connect URL`", state / "agents",
            lambda _, url, number: [[agents[number % COPIES], "server", "connect", url]],
            CONFIGURATION,
        ),
        Contender(
            "floor", f"the durable floor, in C, linked {linked}", state / "floor.d",
            lambda here, _, number: [[floor[number % COPIES], str(here)]],
        ),
        Contender(
            "git, one key", "`git config`, one key", state / "git1",
            lambda here, url, _: [git_config(here, "server.url", url)],
            "gitconfig",
        ),
        Contender(
            "git, three keys", "`git config`, three keys", state / "git3",
            lambda here, url, _: [
                git_config(here, "server.url", url),
                git_config(here, "server.namespace", "default"),
                git_config(here, "server.tls-verify", "true"),
            ],
            "gitconfig",
        ),
        Contender(
            "the Python way", "the Python way, three keys", state / "python",
            lambda here, url, _: [[python, str(ROOT / "benchmark" / "python_way.py"), str(here / "config.toml"), url]],
            "config.toml",
        ),
    ]
    text = configuration(SIZE - 96)
    for contender in found:
        contender.directory.mkdir()
        (contender.directory / "config.toml").write_text(text)
    for contender in found[2:4]:
        (contender.directory / "gitconfig").write_text(text)
    configure(found[0].directory, text)
    return found


def readers(state: Path, agents: list[str]) -> list[Contender]:
    git, true = shutil.which("git") or "", shutil.which("true") or ""
    return [
        Contender(
            "agents", "`agents config get server.url`", state / "agents",
            lambda _, url, number: [[agents[number % COPIES], "config", "get", "server.url"]],
        ),
        Contender(
            "git", "`git config --get server.url`", state / "git1",
            lambda here, *_: [[git, "config", "--file", str(here / "gitconfig"), "--get", "server.url"]],
        ),
        Contender("true", "a process that does nothing (`true`)", state / "floor.d", lambda *_: [[true]]),
    ]


def measure(found: list[Contender], rounds: int, clean: dict[str, str]) -> dict[str, float]:
    """The median of each contender, in milliseconds."""
    times = {contender.name: [] for contender in found}
    order = random.Random(993)
    for number in range(-WARM_UP, rounds):
        for contender in order.sample(found, len(found)):
            contender.run(URLS[0], number, clean)
            seconds = contender.run(URLS[1], number, clean)
            if number >= 0:
                times[contender.name].append(seconds)
    return {name: statistics.median(values) * 1000 for name, values in times.items()}


def syncs(contender: Contender, url: str, state: Path, clean: dict[str, str]) -> str:
    """How many calls the contender makes that wait for the disk."""
    strace = shutil.which("strace")
    if not strace:
        return "not counted (no strace)"
    total = 0
    for command in contender.commands(contender.directory, url, 0):
        log = state / "strace"
        prefix = [strace, "--follow-forks", f"--trace={SYNCS}", f"--output={log}"]
        environment = contender.environment(clean)
        subprocess.run([*prefix, *command], check=True, env=environment, stdout=subprocess.DEVNULL)
        total += len(re.findall(r"^\d+ +\w*sync\w*\(", log.read_text(), re.MULTILINE))
    return str(total)


def goal_of(name: str, ratio: float) -> str:
    goal = GOALS[name]
    shown = f"{goal:g}" if goal >= 1 else f"1/{round(1 / goal)}"
    return f"at most {shown} | {'yes' if ratio <= goal else '**no**'}"


def show_writing(state: Path, agents: list[str], rounds: int, clean: dict[str, str]) -> None:
    found = contenders(state, agents)
    medians = measure(found, rounds, clean)
    ours = medians["agents"]
    print("| changing the connection | median | `agents` takes | goal | met | syncs |")
    print("| --- | ---: | ---: | --- | --- | ---: |")
    for contender in found:
        median = medians[contender.name]
        count = syncs(contender, URLS[0], state, clean)
        if contender.name == "agents":
            goal, count = "exactly 2 syncs | " + ("yes" if count == "2" else "**no**"), f"**{count}**"
            ratio = ""
        else:
            goal, ratio = goal_of(contender.name, ours / median), f"{ours / median:.3g} times"
        print(f"| {contender.what} | {median:.2f} ms | {ratio} | {goal} | {count} |")
    print()


def show_reading(state: Path, agents: list[str], rounds: int, clean: dict[str, str]) -> None:
    found = readers(state, agents)
    medians = measure(found, rounds, clean)
    print("| reading one value | median | `agents` takes |")
    print("| --- | ---: | ---: |")
    for contender in found:
        median = medians[contender.name]
        ratio = "" if contender.name == "agents" else f"{medians['agents'] / median:.3g} times"
        print(f"| {contender.what} | {median:.2f} ms | {ratio} |")
    print()


def show_growth(state: Path, agents: list[str], rounds: int, clean: dict[str, str]) -> None:
    git = shutil.which("git") or ""
    print("| keys in the file | size | `agents config set` | `agents config get` | `git config` (no sync) |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for keys in KEYS:
        here = state / f"keys-{keys}"
        here.mkdir()
        size = configure(here, many(keys)).stat().st_size
        (here / "gitconfig").write_text(many(keys))
        found = [
            Contender(
                "set", "", here,
                lambda _, url, number: [[agents[number % COPIES], "config", "set", f"server.url={url}"]],
                CONFIGURATION,
            ),
            Contender("get", "", here, lambda _, url, number: [[agents[number % COPIES], "config", "get", "server.url"]]),
            Contender(
                "git", "", here,
                lambda here, url, _: [[git, "config", "--file", str(here / "gitconfig"), "server.url", url]],
                "gitconfig",
            ),
        ]
        medians = measure(found, rounds, clean)
        cells = " | ".join(f"{medians[name]:.2f} ms" for name in ("set", "get", "git"))
        print(f"| {keys:,} | {size / 1024:.1f} KiB | {cells} |")
    print()


def features_binary() -> str:
    """Where cargo has put the program that runs the scenarios."""
    command = ["cargo", "test", "--no-run", "--test", "features", "--message-format=json", "--quiet"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for line in output.splitlines():
        message = json.loads(line)
        if message.get("executable") and message["target"]["name"] == "features":
            return message["executable"]
    sys.exit("benchmark: cargo names no test binary of the features")


def processor_time() -> float:
    """Seconds that the processes which have ended took of all cores, with what they had started."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def show_scenarios() -> None:
    binary, times, closing = features_binary(), [], None
    for _ in range(3):
        start, before = time.perf_counter(), processor_time()
        done = subprocess.run(
            [binary], cwd=ROOT, env=os.environ | {"CARGO_MANIFEST_DIR": str(ROOT)}, capture_output=True, text=True
        )
        times.append((time.perf_counter() - start, processor_time() - before))
        closing = re.search(r"^(\d+) passed, (\d+) failed(?:, \d+ skipped)?\s*\Z", done.stdout, re.MULTILINE)
        if done.returncode != 0 or not closing:
            sys.exit(f"benchmark: the scenarios are red (exit code {done.returncode})")
    count, (seconds, processor) = int(closing[1]), statistics.median_low(times)
    rate = count / seconds
    print("| the suite | scenarios | duration | processor time | scenarios per second | goal | met |")
    print("| --- | ---: | ---: | ---: | ---: | --- | --- |")
    met = "yes" if rate >= SCENARIOS_GOAL else "**no**"
    print(
        f"| on {os.cpu_count()} cores | {count:,} | {seconds:.2f} s | {processor:.2f} s | {rate:,.0f} | "
        f"at least {SCENARIOS_GOAL} | {met} |\n"
    )


def show_machine(state: Path, rounds: int) -> None:
    kind = subprocess.run(["stat", "-f", "-c", "%T", str(state)], capture_output=True, text=True).stdout.strip()
    git = subprocess.run(["git", "--version"], capture_output=True, text=True).stdout.strip()
    libc = " ".join(platform.libc_ver())
    load = os.getloadavg()[0]
    print(
        f"Measured by `just benchmark` on Linux {platform.release()}, {os.cpu_count()} cores, {kind}, {libc}, {git}, "
        f"Python {platform.python_version()}: medians of {rounds} interleaved rounds on a file of {SIZE // 1024} KiB."
    )
    if load > 0.5:
        print(f"\n**The machine was busy with other work (load {load:.1f}); measure again.**")
    if kind == "tmpfs":
        print("\n**A sync costs nothing on this file system: these figures say nothing about durability.**")
    print()


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures the figures of README.")
    parser.add_argument("--rounds", type=int, default=200, help="how often each is run (200)")
    parser.add_argument("--state", type=Path, default=TARGET, help="where the files are (the target directory)")
    parser.add_argument("--no-scenarios", action="store_true", help="leave the scenarios out")
    arguments = parser.parse_args()
    for needed, remedy in ((BUILT, "cargo build --release"), (PYTHON, "just setup")):
        if not needed.is_file():
            parser.error(f"{needed} is missing; run: {remedy}")

    arguments.state.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=arguments.state) as name:
        state = Path(name)
        clean = environment()
        agents = install(BUILT, state / "agents")
        show_machine(state, arguments.rounds)
        show_writing(state, agents, arguments.rounds, clean)
        show_reading(state, agents, arguments.rounds, clean)
        show_growth(state, agents, max(arguments.rounds // 5, 5), clean)
    if not arguments.no_scenarios:
        show_scenarios()
    return 0


if __name__ == "__main__":
    sys.exit(main())
