"""Replaces the file under a lock, and puts the old one back if that cannot be made durable.

Verdict: none. An error exit leaves the old file, exit 0 the new one, and nothing stays beside it
but what a killed run left, which the next run clears away.
Not kept: owner, extended attributes, a symbolic link in the place of the file.
"""

import fcntl
import os
import sys

FILE = "config.toml"
NEW = ".config.toml.new-"
OLD = ".config.toml.old-"

def with_name(old: str) -> str:
    lines = old.splitlines(keepends=True)
    return "".join('name = "new"\n' if it.startswith("name = ") else it for it in lines)


def clear_leftovers() -> None:
    """Removes what killed runs left. No run can be using it, for we hold the lock."""
    for name in os.listdir("."):
        if name.startswith((NEW, OLD)):
            remove(name)


def remove(name: str) -> None:
    """Removes `name`; if that fails, the next run's `clear_leftovers` does it."""
    try:
        os.unlink(name)
    except OSError:
        pass


def write_synced(fd: int, contents: bytes, mode: int) -> None:
    try:
        while contents:  # Python itself goes on after EINTR
            contents = contents[os.write(fd, contents) :]
        os.fchmod(fd, mode)
        os.fsync(fd)
    finally:
        os.close(fd)


def replace(directory: int, contents: bytes, mode: int) -> None:
    number = os.getpid()
    new, kept = f"{NEW}{number}", f"{OLD}{number}"
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        write_synced(fd, contents, mode)
        os.link(FILE, kept)
        os.rename(new, FILE)
    except BaseException:
        remove(new)
        remove(kept)
        raise
    try:
        os.fsync(directory)
    except BaseException:
        os.rename(kept, FILE)  # an error must mean the old file
        raise
    remove(kept)


def main() -> None:
    directory = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(directory, fcntl.LOCK_EX)  # ends with this process, however that ends
    clear_leftovers()
    with open(FILE) as file:
        mode = os.fstat(file.fileno()).st_mode & 0o7777
        old = file.read()
    replace(directory, with_name(old).encode(), mode)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"correct: {error}")
