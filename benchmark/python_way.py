"""The Python way: three settings in three rounds of reading, changing and writing the file in place."""

import sys

import tomlkit


def set_value(path: str, key: str, value: object) -> None:
    with open(path) as file:
        document = tomlkit.load(file)
    document[key] = value
    with open(path, "w") as file:
        tomlkit.dump(document, file)


path, url = sys.argv[1:]
set_value(path, "server.url", url)
set_value(path, "server.namespace", "default")
set_value(path, "server.tls-verify", True)
