"""Makes one change of three settings by three replacements, each of them whole. Verdict: TORN.

No replacement ever tears the file, and still a failure between two of them leaves settings that
nobody asked for: the new name with the old address.
"""

import os
import sys

SETTINGS = [("name", '"new"'), ("address", '"new.example:7233"'), ("tls_verify", "false")]


def with_setting(old: str, key: str, value: str) -> str:
    lines = old.splitlines(keepends=True)
    return "".join(f"{key} = {value}\n" if it.startswith(f"{key} = ") else it for it in lines)


def replace(path: str, contents: str) -> None:
    mode = os.stat(path).st_mode & 0o7777
    file = open(f".config.toml.{os.getpid()}", "x")
    try:
        with file:
            file.write(contents)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(file.name, path)
    except BaseException:
        os.unlink(file.name)
        raise


def main() -> None:
    for key, value in SETTINGS:
        with open("config.toml") as file:
            old = file.read()
        replace("config.toml", with_setting(old, key, value))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"three_writes: {error}")
