#!/usr/bin/env python3
"""Runs the benchmark programs side by side against nginx on the loopback and reports medians.

The client is pinned to core 0 and nginx to core 1, the measurements alternate, and each is a process
of its own. Writes results.json and throughput.svg into the --out folder and prints the table.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

import chart
from nginx import Nginx

CLIENT_CORE, SERVER_CORE = 0, 1

# client, threads, share of --requests, what it is
THROUGHPUT = [
    ("curl_multi", 1, 1.0, "hand-written libcurl multi loop, 99 in flight"),
    ("sdk_async", 1, 1.0, "dropcowboy send_async, 99 in flight"),
    ("curl_easy", 1, 0.3, "plain libcurl easy handle"),
    ("sdk_blocking", 1, 0.3, "dropcowboy send"),
    ("httplib", 1, 0.3, "cpp-httplib client"),
    ("curl_easy", 16, 0.5, "plain libcurl easy handles, 16 threads"),
    ("sdk_blocking", 16, 0.5, "dropcowboy send, 16 threads"),
    ("httplib", 16, 0.5, "cpp-httplib clients, 16 threads"),
    ("sdk_async", 16, 1.0, "dropcowboy send_async from 16 threads"),
]
GROWTH = [1_000, 10_000, 100_000, 1_000_000]
STANDARD_FOR_API = ["string", "optional", "vector", "chrono", "memory", "functional", "future"]
STANDARD_FOR_TYPES = ["string", "optional", "vector", "chrono", "memory"]


def pin(core):
    """For preexec_fn; does nothing where there is only one core, or no pinning."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


def measure(program, *arguments):
    """The JSON that one benchmark process prints. Ends everything if it failed: a benchmark in which
    requests fail measures nothing."""
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          preexec_fn=lambda: pin(CLIENT_CORE))
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(command)}\n{done.stdout}")
    return json.loads(done.stdout)


def median_of(runs):
    """Merges equal-shaped results: the median of every number."""
    first = runs[0]
    if isinstance(first, dict):
        return {key: median_of([run[key] for run in runs]) for key in first}
    return statistics.median(runs) if isinstance(first, (int, float)) else first


def throughput(options, base_url):
    runs = {(client, threads): [] for client, threads, _, _ in THROUGHPUT}
    for round_number in range(options.rounds):
        print(f"throughput, round {round_number + 1} of {options.rounds}", file=sys.stderr)
        for client, threads, share, _ in THROUGHPUT:
            runs[client, threads].append(
                measure(options.bin / "bench_throughput", client, base_url,
                        int(options.requests * share), threads))
    return [{**median_of(runs[client, threads]), "label": label}
            for client, threads, _, label in THROUGHPUT]


def paced(options, base_url):
    print("paced, 10 s each", file=sys.stderr)
    return median_of([measure(options.bin / "bench_paced", base_url, 10_000, 10)
                      for _ in range(options.rounds)])


def instructions(options, base_url):
    """What one send costs in user-level instructions. Repeatable to a few parts in a thousand, where
    clocks are not: the difference between two counts of sends, so that start-up cancels out."""
    few, many = 1_000, 3_000

    def count(client, requests):
        with tempfile.NamedTemporaryFile() as profile:
            subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile.name}",
                            str(options.bin / "bench_throughput"), client, base_url,
                            str(requests), "1"], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, preexec_fn=lambda: pin(CLIENT_CORE))
            totals = re.findall(r"^(?:summary|totals): (\d+)", profile.read().decode(), re.MULTILINE)
            return int(totals[-1])

    print("instructions, under valgrind", file=sys.stderr)
    clients = {client: label for client, threads, _, label in THROUGHPUT
               if threads == 1 and client != "httplib"}
    return [{"client": client, "label": label,
             "per_send": (count(client, many) - count(client, few)) / (many - few)}
            for client, label in clients.items()]


def growth(options, base_url):
    print("growth", file=sys.stderr)
    sizes = [size for size in GROWTH if size <= options.requests * 10]
    return [median_of([measure(options.bin / "bench_throughput", "sdk_async", base_url, size, 1)
                       for _ in range(1 if size > 100_000 else options.rounds)])
            for size in sizes]


def micro(options):
    print("micro-benchmarks", file=sys.stderr)
    report = measure(options.bin / "bench_micro", "--benchmark_format=json",
                     f"--benchmark_repetitions={max(2, options.rounds)}",
                     "--benchmark_report_aggregates_only=true",
                     "--benchmark_enable_random_interleaving=true")
    return {one["run_name"]: one["cpu_time"] for one in report["benchmarks"]
            if one.get("aggregate_name") == "median"}


def preprocessed_lines(options, headers):
    source = "".join(f"#include <{header}>\n" for header in headers)
    include = [f"-I{folder}" for folder in options.include]
    done = subprocess.run([options.compiler, "-std=c++17", "-E", "-x", "c++", "-", *include],
                          input=source, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.count("\n")


def include_cost(options):
    return {
        "dropcowboy/dropcowboy.hpp": preprocessed_lines(options, ["dropcowboy/dropcowboy.hpp"]),
        "standard headers of the API": preprocessed_lines(options, STANDARD_FOR_API),
        "dropcowboy/rvm.hpp": preprocessed_lines(options, ["dropcowboy/rvm.hpp"]),
        "dropcowboy/webhook.hpp": preprocessed_lines(options, ["dropcowboy/webhook.hpp"]),
        "standard headers of the types": preprocessed_lines(options, STANDARD_FOR_TYPES),
        "nlohmann/json.hpp": preprocessed_lines(options, ["nlohmann/json.hpp"]),
        "httplib.h": preprocessed_lines(options, ["httplib.h"]),
    }


def targets(results):
    """Name, figure, target, met: the promises of the project, beside what this run says."""
    rate = {(one["client"], one["threads"]): one["per_second"] for one in results["throughput"]}
    cost = {one["client"]: one["per_send"] for one in results["instructions"]}
    pace, micro_ns, lines = results["paced"], results["micro_ns"], results["include_lines"]
    few, many = results["growth"][0], results["growth"][-1]

    def at_least(name, value, least, unit=""):
        return {"name": name, "value": value, "target": f">= {least}{unit}", "met": value >= least}

    def at_most(name, value, most, unit=""):
        return {"name": name, "value": value, "target": f"<= {most}{unit}", "met": value <= most}

    api, types = lines["standard headers of the API"], lines["standard headers of the types"]
    return [
        at_most("send_async / hand-written multi loop, instructions",
                cost["sdk_async"] / cost["curl_multi"], 1.10),
        at_most("send / plain easy handle, instructions",
                cost["sdk_blocking"] / cost["curl_easy"], 1.10),
        at_least("send_async / hand-written multi loop, requests/s",
                 rate["sdk_async", 1] / rate["curl_multi", 1], 0.90),
        at_least("send / plain easy handle, requests/s",
                 rate["sdk_blocking", 1] / rate["curl_easy", 1], 0.95),
        at_most("10,000/s: deviation from the rate",
                abs(pace["per_second"] / pace["target_per_second"] - 1), 0.01),
        at_most("10,000/s: share of a core", pace["cpu_share"], 0.25),
        at_most("validate, us", micro_ns["validate_request"] / 1000, 1),
        at_most("encode, us", micro_ns["encode_request"] / 1000, 1),
        at_most("Webhook::parse / nlohmann's DOM parse",
                micro_ns["parse_webhook"] / micro_ns["parse_webhook_with_nlohmann_dom"], 1),
        at_most("100,000 queued sends, MB", results["queue_memory"]["megabytes"], 100),
        at_most(f"{many['requests']:,.0f} sends / {few['requests']:,.0f}, processor time each",
                many["cpu_us_per_request"] / few["cpu_us_per_request"], 1.1),
        at_most("dropcowboy.hpp / standard headers of the API, lines",
                lines["dropcowboy/dropcowboy.hpp"] / api, 1.10),
        at_most("rvm.hpp / standard headers of the types, lines",
                lines["dropcowboy/rvm.hpp"] / types, 1.10),
        at_most("webhook.hpp / standard headers of the types, lines",
                lines["dropcowboy/webhook.hpp"] / types, 1.10),
    ]


def print_report(results):
    yardstick = results["throughput"][0]
    print(f"\n{'client, on one core':50}{'requests/s':>12}{'CPU us each':>13}{'ratio':>8}")
    for one in results["throughput"]:
        print(f"{one['label']:50}{one['per_second']:12,.0f}{one['cpu_us_per_request']:13.1f}"
              f"{one['per_second'] / yardstick['per_second']:8.2f}")
    print(f"\n{'client':50}{'instructions a send':>20}")
    for one in results["instructions"]:
        print(f"{one['label']:50}{one['per_send']:20,.0f}")
    pace = results["paced"]
    latency = pace["latency_ms"]
    print(f"\npaced at {pace['target_per_second']:,.0f}/s for 10 s: {pace['per_second']:,.0f}/s, "
          f"busiest 100 ms {pace['busiest_100ms']:,.0f}, {pace['cpu_share']:.0%} of a core, latency "
          f"p50 {latency['p50']:.1f} ms, p99 {latency['p99']:.1f} ms, max {latency['max']:.1f} ms\n"
          f"(as many sends by the hand-written loop, at its full speed: "
          f"{yardstick['cpu_us_per_request'] * 1e-6 * pace['target_per_second']:.0%} of a core)")
    print("\nsends      CPU us each")
    for one in results["growth"]:
        print(f"{one['requests']:9,.0f}{one['cpu_us_per_request']:13.1f}")
    print()
    for name, nanoseconds in results["micro_ns"].items():
        print(f"{name:50}{nanoseconds:12,.0f} ns")
    print()
    for name, lines in results["include_lines"].items():
        print(f"{name:50}{lines:12,} lines")
    print(f"\n{'target':70}{'figure':>9}{'target':>12}")
    for one in results["targets"]:
        print(f"{one['name']:70}{one['value']:9.3f}{one['target']:>12}"
              f"  {'met' if one['met'] else 'NOT MET'}")


def machine(options):
    curl = subprocess.run(["curl-config", "--version"], stdout=subprocess.PIPE, text=True).stdout
    compiler = subprocess.run([options.compiler, "--version"], stdout=subprocess.PIPE, text=True)
    model = "unknown"
    if os.path.exists("/proc/cpuinfo"):
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if "model name" in line), model)
    return {"processor": model, "cores": os.cpu_count(), "system": platform.system(),
            "libcurl": curl.strip(), "compiler": compiler.stdout.splitlines()[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--include", action="append", default=[], help="for the include cost")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()

    with Nginx(lambda: pin(SERVER_CORE)) as server:
        results = {"machine": machine(options), "rounds": options.rounds,
                   "throughput": throughput(options, server.base_url),
                   "instructions": instructions(options, server.base_url),
                   "paced": paced(options, server.base_url),
                   "growth": growth(options, server.base_url),
                   "queue_memory": measure(options.bin / "bench_queue_memory", server.base_url,
                                           100_000)}
    results["micro_ns"] = micro(options)
    results["include_lines"] = include_cost(options)
    results["targets"] = targets(results)

    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (options.out / "throughput.svg").write_text(chart.bars(
        "Requests per second on one core",
        [(one["label"], one["per_second"]) for one in results["throughput"]]))
    print_report(results)
    print(f"\nwritten: {options.out / 'results.json'}, {options.out / 'throughput.svg'}")


if __name__ == "__main__":
    main()
