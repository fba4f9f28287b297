#!/usr/bin/env python3
"""Breaks chosen lines of src/ one at a time and reports which of them the tests did not notice.

Works on a copy of the tracked files in build/mutation. The list is mutations.txt, which explains its
form. Fails if a mutation survives, or no longer fits the source.
"""
import argparse
import pathlib
import resource
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "mutation"
COPY = WORK / "source"
BUILD = WORK / "build"


class Mutation:
    def __init__(self, path, before):
        self.path = path
        self.before = before
        self.after = ""
        self.programs = ["unit_tests"]

    def __str__(self):
        return f"{self.path}: {self.before}  ->  {self.after}"


def read_mutations(text):
    mutations = []
    path = None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        kind, rest = line[:2], line[2:]
        if kind == "- ":
            mutations.append(Mutation(path, rest))
        elif kind == "+ ":
            mutations[-1].after = rest
        elif kind == "@ ":
            mutations[-1].programs = rest.split()
        else:
            path = line.strip()
    return mutations


def limit_memory():
    # A broken loop must not take the machine with it.
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


def run(command, timeout=None, **options):
    """Whether it ended well and in time."""
    try:
        return subprocess.run(command, timeout=timeout, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, **options).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def build(programs):
    return run(["cmake", "--build", BUILD, "-j", "2", "--target", *programs])


def copy_sources():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True,
                           text=True).stdout.splitlines()
    for name in files:
        target = COPY / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # Unchanged files keep their time, so that a second run builds little.
        if not target.exists() or target.read_bytes() != (ROOT / name).read_bytes():
            shutil.copyfile(ROOT / name, target)


patience = {}  # how many seconds a program may take


def set_up(programs):
    copy_sources()
    configured = run(["cmake", "-S", COPY, "-B", BUILD, "-G", "Ninja",
                      "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
                      "-DDROPCOWBOY_BUILD_EXAMPLES=OFF", "-DDROPCOWBOY_BUILD_TOOLS=OFF"])
    if not configured or not build(programs):
        sys.exit("the unbroken source does not build")
    for program in programs:
        started = time.monotonic()
        done = subprocess.run([BUILD / "bin" / program, "--gtest_brief=1"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              preexec_fn=limit_memory)
        if done.returncode != 0:
            sys.exit(f"{done.stdout[-4000:]}\n{program} fails on the unbroken source")
        # A broken program may hang.
        patience[program] = 60 + 3 * (time.monotonic() - started)


def try_out(mutation):
    """What noticed the mutation; None if nothing did."""
    source = COPY / mutation.path
    intact = source.read_text()
    if intact.count(mutation.before) != 1:
        return "STALE"
    source.write_text(intact.replace(mutation.before, mutation.after))
    try:
        if not build(mutation.programs):
            return "the compiler"
        for program in mutation.programs:
            if not run([BUILD / "bin" / program, "--gtest_brief=1", "--gtest_fail_fast"],
                       timeout=patience[program], preexec_fn=limit_memory):
                return program
        return None
    finally:
        source.write_text(intact)


def expect_that_they_fit(mutations):
    stale = [m for m in mutations if (ROOT / m.path).read_text().count(m.before) != 1]
    for mutation in stale:
        print(f"does not stand there exactly once: {mutation}")
    sys.exit(1 if stale else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="mutations whose file or text holds this")
    parser.add_argument("--fit", action="store_true", help="only look whether all fit the source")
    arguments = parser.parse_args()
    mutations = [m for m in read_mutations((ROOT / "tests/mutation/mutations.txt").read_text())
                 if arguments.only in str(m)]
    if arguments.fit:
        expect_that_they_fit(mutations)
    if not mutations:
        sys.exit("no mutation holds that")
    set_up(sorted({program for m in mutations for program in m.programs}))
    bad = []
    for number, mutation in enumerate(mutations, 1):
        noticed = try_out(mutation)
        verdict = noticed or "NOTHING"
        print(f"[{number}/{len(mutations)}] {verdict:16} {mutation}", flush=True)
        if verdict in ("NOTHING", "STALE"):
            bad.append(mutation)
    print(f"{len(mutations) - len(bad)} of {len(mutations)} noticed")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
