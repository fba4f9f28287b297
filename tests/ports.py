#!/usr/bin/env python3
"""Builds and runs the tests for another processor and prints what passed, and what was not run and why.

usage: ports.py PORT BUILD [JOBS [PROGRAM...]]   PORT is i386 or arm64, BUILD what `cmake --preset port-PORT` made

Ends with 1 if a test failed, or if tests/data/PORT.txt names what does not exist.
"""
import subprocess
import sys

import elsewhere

LIBRARIES = ["dropcowboy", "dropcowboy_receiver", "dropcowboy_outbox", "dropcowboy_testing"]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    build = elsewhere.Build(sys.argv[1], sys.argv[2], sys.argv[4:])
    jobs = sys.argv[3] if len(sys.argv) > 3 else "2"
    subprocess.run(["cmake", "--build", str(build.directory), "-j", "2", "--target", *LIBRARIES, *build.programs()],
                   check=True)
    # For the programs that a test starts; a system that can run them by itself needs none.
    command = build.commands()["unit_tests.1"]
    emulator = command[:command.index(str(build.directory / "bin/unit_tests"))]
    environment = {"DROPCOWBOY_EMULATOR": " ".join(emulator)} if emulator else {}
    sys.exit(0 if elsewhere.run_and_print(build, jobs, environment) else 1)


if __name__ == "__main__":
    main()
