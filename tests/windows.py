#!/usr/bin/env python3
"""Runs the tests of a build for Windows under Wine and prints what passed, and what is not there and why.

usage: windows.py BUILD [JOBS]        after the build; BUILD is what `cmake --preset windows` made

Ends with 1 if a test failed, or if tests/data/windows.txt names what does not exist.
"""
import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent


def exceptions():
    """(program, file or pattern, reason) of each line of the list."""
    for line in (TESTS / "data/windows.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            what, reason = line.split(": ", 1)
            program, pattern = what.split(" ")
            yield program, pattern, reason


def names_of(listing):
    """The full names of the cases in what --gtest_list_tests prints."""
    suite = ""
    for line in listing.splitlines():
        name = line.split("#")[0].rstrip()
        if line.startswith("  "):
            yield suite + name.strip()
        elif name.endswith("."):
            suite = name


def cases_of(wine, program):
    if not program.exists():
        return []
    listing = subprocess.run(wine + [program, "--gtest_list_tests"], capture_output=True, text=True, check=True)
    return list(names_of(listing.stdout))


def counts_of(report):
    """(program, passed, failed names) of a report of GoogleTest's."""
    passed, failed = 0, []
    for suite in report["testsuites"]:
        for case in suite["testsuite"]:
            if case["status"] != "RUN":
                continue
            if case.get("failures"):
                failed.append(f"{suite['name']}.{case['name']}")
            else:
                passed += 1
    return passed, failed


def run(build, jobs, reports):
    """True if ctest is content. Every program of GoogleTest leaves a report."""
    environment = dict(os.environ, GTEST_OUTPUT=f"json:{reports}/", WINEDEBUG="-all")
    environment.setdefault("WINEPREFIX", str(build / "wine"))
    os.environ.update(environment)
    subprocess.run(["wineboot", "--init"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    tests = ["ctest", "--test-dir", str(build), "-j", str(jobs), "--output-on-failure", "--timeout", "1200",
             "--exclude-regex", "^package"]
    return subprocess.run(tests, check=False).returncode == 0


def print_passed(reports):
    programs = {}
    for path in sorted(pathlib.Path(reports).glob("*.json")):
        passed, failed = counts_of(json.loads(path.read_text()))
        name = path.stem.rstrip("0123456789").rstrip("_")
        total = programs.setdefault(name, [0, []])
        total[0] += passed
        total[1] += failed
    print(f"\n{'program':24}{'passed':>8}{'failed':>8}")
    for name, (passed, failed) in programs.items():
        print(f"{name:24}{passed:8}{len(failed):8}")
        for case in failed:
            print(f"  failed: {case}")


def print_not_applicable(wine, binaries):
    """False if an exception fits nothing."""
    print("\nnot applicable on Windows:")
    fits, known = True, {}
    for program, pattern, reason in exceptions():
        if "/" in pattern and (TESTS / pattern).exists():
            count = pattern
        else:
            cases = known.setdefault(program, cases_of(wine, binaries / f"{program}.exe"))
            found = [case for case in cases if fnmatch.fnmatchcase(case, pattern)]
            count = f"{len(found)} of {pattern}"
            fits = fits and bool(found)
        print(f"  {program}: {count}: {reason}")
    return fits


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(dir=build) as reports:
        good = run(build, int(sys.argv[2]) if len(sys.argv) > 2 else 2, reports)
        print_passed(reports)
    good = print_not_applicable(["wine"], build / "bin") and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
