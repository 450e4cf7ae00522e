"""The steps of crates/runner/benches/words for behave; benchmark/runner.py puts them where it looks for them."""

import os
import subprocess
import tempfile

from behave import given, then, when


@given("the number {number:d}")
def start_with(context, number):
    context.sum = number


@when("{number:d} is added")
def add(context, number):
    context.sum += number


@then("the sum is {expected:d}")
def sum_is(context, expected):
    assert context.sum == expected, f"the sum is {context.sum}"


@given("a temporary directory")
def temporary_directory(context):
    directory = tempfile.TemporaryDirectory()
    context.add_cleanup(directory.cleanup)
    context.directory = directory.name


@when("{count:d} files are written")
def write(context, count):
    for number in range(count):
        with open(os.path.join(context.directory, str(number)), "w") as file:
            file.write("text\n")


@then("there are {expected:d} files")
def count_is(context, expected):
    assert len(os.listdir(context.directory)) == expected


@when('the program "{program}" is run')
@when('the program "{program}" is waited for')
def run(context, program):
    context.exit = subprocess.run([program]).returncode


@then("it succeeds")
def succeeds(context):
    assert context.exit == 0
