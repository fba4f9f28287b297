#!/usr/bin/env python3
"""Runs the tests of a build for Windows under Wine and prints what passed, and what is not there and why.

usage: windows.py BUILD [JOBS [PROGRAM...]]   after the build; BUILD is what `cmake --preset windows` made

Ends with 1 if a test failed, or if tests/data/windows.txt names what does not exist.
"""
import os
import subprocess
import sys

import elsewhere


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build = elsewhere.Build("windows", sys.argv[1], sys.argv[3:])
    os.environ["WINEDEBUG"] = "-all"
    os.environ.setdefault("WINEPREFIX", str(build.directory / "wine"))
    subprocess.run(["wineboot", "--init"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    sys.exit(0 if elsewhere.run_and_print(build, sys.argv[2] if len(sys.argv) > 2 else 2) else 1)


if __name__ == "__main__":
    main()
