"""Runs the tests of a build for another system, and prints a table: what passed, what was not run and why.

What windows.py and ports.py have in common. What is not run stands in data/SYSTEM.txt; a test that ctest knows and
that was neither run nor is named there is an error, as is a line that fits nothing.
"""
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree

TESTS = pathlib.Path(__file__).resolve().parent
TIME_LIMIT = 1200  # seconds, of a program or of one of its parts


def exceptions(system):
    """(program, what, reason) of each line of the list; `what` is a source, a pattern of cases, or * for all of it."""
    for line in (TESTS / f"data/{system}.txt").read_text().splitlines():
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


def program_of(test):
    return test.split(".")[0]


def counts_of(output):
    """(passed, failed names) in what a program of GoogleTest prints at its end; None if it did not get there."""
    if not re.search(r"^\[==========\] .* ran\.", output, re.M):
        return None
    passed = re.search(r"^\[  PASSED  \] (\d+) test", output, re.M)
    failed = re.findall(r"^\[  (?:FAILED |SKIPPED) \] (\S+\.[^\s,]+)", output, re.M)
    return int(passed.group(1)) if passed else 0, sorted(set(failed))


class Build:
    def __init__(self, system, directory, only=()):
        """`only`: the programs that are asked for; none for all that are not left out."""
        self.system = system
        self.directory = pathlib.Path(directory).resolve()
        self.exceptions = list(exceptions(system))
        self.only = set(only)
        self.left_out = {program for program, what, _ in self.exceptions if what == "*"}

    def commands(self):
        """That of each test; empty for a program that is not built yet."""
        listing = subprocess.run(["ctest", "--test-dir", str(self.directory), "--show-only=json-v1"],
                                 capture_output=True, text=True, check=True)
        return {test["name"]: test.get("command", []) for test in json.loads(listing.stdout)["tests"]}

    def programs(self):
        """Of the tests that are to be run, in order."""
        return [program for program in dict.fromkeys(map(program_of, self.commands()))
                if program not in self.left_out and (not self.only or program in self.only)]

    def run(self, jobs, environment=None):
        """The result of each test: (its name, what it printed, how it failed or None)."""
        report = self.directory / "ctest.xml"
        report.unlink(missing_ok=True)
        wanted = "|".join(self.programs())
        commands = self.commands()
        subprocess.run(["ctest", "--test-dir", str(self.directory), "-j", str(jobs), "--output-on-failure",
                        "--timeout", str(TIME_LIMIT), "--tests-regex", rf"^({wanted})\.", "--output-junit", str(report),
                        "--test-output-size-passed", "1000000", "--test-output-size-failed", "10000000"],
                       env=dict(os.environ, **(environment or {})), check=False)
        for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
            failure = None
            if case.get("status") != "run":
                element = case.find("failure")
                failure = (element.get("message") if element is not None else "") or case.get("status")
            output = (case.findtext("system-out") or "").replace("\r", "")
            # Under Wine a program that crashed can end with 0.
            if not failure and "--gtest_brief=1" in commands[case.get("name")] and not counts_of(output):
                failure = "it did not get to its end"
            yield case.get("name"), output, failure

    def cases_of(self, program):
        """The names of all its cases, those that are left out included."""
        for test, command in self.commands().items():
            if program_of(test) == program and command:
                plain = [word for word in command if not word.startswith("--gtest")]
                listing = subprocess.run(plain + ["--gtest_list_tests"], capture_output=True, text=True, check=True)
                return list(names_of(listing.stdout))
        return []


def print_passed(results):
    """False if something failed."""
    programs = {}
    for test, output, failure in results:
        passed, failed = counts_of(output) or (0 if failure else 1, [])
        if failure and not failed:
            failed = [f"{test}, as a whole: {failure}"]
        total = programs.setdefault(program_of(test), [0, []])
        total[0] += passed
        total[1] += failed
    print(f"\n{'program':24}{'passed':>8}{'failed':>8}")
    for name, (passed, failed) in programs.items():
        print(f"{name:24}{passed:8}{len(failed):8}")
        for case in failed:
            print(f"  failed: {case}")
    return bool(programs) and not any(failed for _, failed in programs.values())


def print_not_run(build):
    """False if a line of the list fits nothing."""
    print(f"\nnot run on {build.system}:")
    if build.only:
        print("  all but the programs that were asked for")
    fits, known = True, {}
    for program, what, reason in build.exceptions:
        if build.only and program not in build.only:
            continue
        if what == "*":
            count = "all of it"
        elif "/" in what and (TESTS / what).exists():
            count = what
        else:
            cases = known.setdefault(program, build.cases_of(program))
            found = [case for case in cases if fnmatch.fnmatchcase(case, what)]
            count = f"{len(found)} of {what}"
            fits = fits and bool(found)
        print(f"  {program}: {count}: {reason}")
    return fits


def run_and_print(build, jobs, environment=None):
    """True if all that is to be run passed, and the list is right."""
    passed = print_passed(build.run(jobs, environment))
    return print_not_run(build) and passed
