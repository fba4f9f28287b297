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
from slow_server import SlowServer

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
# The vendor's SDK, where it is installed: it is slow.
VENDOR_SHARE = 0.05
# Client and what it is measured against, in instructions.
INSTRUCTIONS_OF = ["curl_multi", "sdk_async", "curl_easy", "sdk_blocking"]
BLOCKING = ["curl_easy", "sdk_blocking"]
SLOW_MS = 50
GROWTH = [1_000, 10_000, 100_000, 1_000_000]
STANDARD_FOR_API = ["string", "optional", "vector", "chrono", "memory", "functional", "future"]
STANDARD_FOR_TYPES = ["string", "optional", "vector", "chrono", "memory"]


def pin(core):
    """For preexec_fn; does nothing where there is only one core, or no pinning."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


def measure(program, *arguments, environment=None):
    """The JSON that one benchmark process prints. Ends everything if it failed: a benchmark in which
    requests fail measures nothing."""
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, **(environment or {})},
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


def measure_vendor(options, base_url):
    script = pathlib.Path(__file__).with_name("vendor.cjs")
    return measure("node", script, base_url, int(options.requests * VENDOR_SHARE),
                   environment={"NODE_PATH": str(options.vendor.resolve())})


def throughput(options, base_url):
    """Each client in turn; last the vendor's, if it is there."""
    runs = {(client, threads): [] for client, threads, _, _ in THROUGHPUT}
    vendor = []
    for round_number in range(options.rounds):
        print(f"throughput, round {round_number + 1} of {options.rounds}", file=sys.stderr)
        for client, threads, share, _ in THROUGHPUT:
            runs[client, threads].append(
                measure(options.bin / "bench_throughput", client, base_url,
                        int(options.requests * share), threads))
        if options.vendor:
            vendor.append(measure_vendor(options, base_url))
    results = [{**median_of(runs[client, threads]), "label": label}
               for client, threads, _, label in THROUGHPUT]
    if vendor:
        results.append({**median_of(vendor), "label": "the vendor's SDK, 99 in flight (Node.js)"})
    return results


def paced(options, base_url):
    """The client and the hand-written loop in turn."""
    print("paced, 10 s each", file=sys.stderr)
    runs = {"sdk": [], "curl_multi": []}
    for _ in range(options.rounds):
        for client, results in runs.items():
            results.append(measure(options.bin / "bench_paced", client, base_url, 10_000, 10))
    return {client: median_of(results) for client, results in runs.items()}


def slow_answers(options):
    """What comes of 99 requests in flight when each takes 50 ms."""
    print("answers after 50 ms", file=sys.stderr)
    with SlowServer(SLOW_MS, lambda: pin(SERVER_CORE)) as server:
        return {client: measure(options.bin / "bench_throughput", client, server.base_url, 20_000, 1)
                for client in ("sdk_async", "curl_multi")}


def instructions(options, few, many, client, base_url, threads=1, ca_file=None):
    """What one send costs in user-level instructions. Repeatable to a few parts in a hundred, where
    clocks are not: the difference between two counts of sends, so that start-up cancels out."""
    def count(requests):
        with tempfile.NamedTemporaryFile() as profile:
            command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile.name}",
                       str(options.bin / "bench_throughput"), client, base_url, str(requests),
                       str(threads)]
            subprocess.run(command + ([ca_file] if ca_file else []), check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           preexec_fn=lambda: pin(CLIENT_CORE))
            totals = re.findall(r"^(?:summary|totals): (\d+)", profile.read().decode(), re.MULTILINE)
            return int(totals[-1])

    return (count(many) - count(few)) / (many - few)


def instruction_table(options, server):
    """Per client and way of sending."""
    print("instructions, under valgrind", file=sys.stderr)
    ways = {"plain": (server.base_url, 1, None), "TLS": (server.tls_base_url, 1, server.ca_file),
            "plain, 16 threads": (server.base_url, 16, None)}
    return {way: {client: instructions(options, 1_000, 3_000, client, url, threads, ca_file)
                  for client in INSTRUCTIONS_OF if threads == 1 or client in BLOCKING}
            for way, (url, threads, ca_file) in ways.items()}


def instruction_growth(options, base_url):
    """What a send costs among few and among many, in instructions."""
    return [{"requests": many,
             "per_send": instructions(options, many // 3, many, "sdk_async", base_url)}
            for many in (3_000, 30_000)]


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
    cost = results["instructions"]
    micro_ns, lines = results["micro_ns"], results["include_lines"]
    pace, pace_by_hand = results["paced"]["sdk"], results["paced"]["curl_multi"]
    few, many = results["growth"][0], results["growth"][-1]
    few_cost, many_cost = results["instruction_growth"]
    slow = results["slow_answers"]

    def at_least(name, value, least, unit=""):
        return {"name": name, "value": value, "target": f">= {least}{unit}", "met": value >= least}

    def at_most(name, value, most, unit=""):
        return {"name": name, "value": value, "target": f"<= {most}{unit}", "met": value <= most}

    api, types = lines["standard headers of the API"], lines["standard headers of the types"]
    return [
        *(at_most(f"send_async / hand-written multi loop, instructions, {way}",
                  table["sdk_async"] / table["curl_multi"], 1.10)
          for way, table in cost.items() if "sdk_async" in table),
        *(at_most(f"send / plain easy handle, instructions, {way}",
                  table["sdk_blocking"] / table["curl_easy"], 1.10) for way, table in cost.items()),
        at_most(f"a send among {many_cost['requests']:,} / {few_cost['requests']:,}, instructions",
                many_cost["per_send"] / few_cost["per_send"], 1.03),
        at_least("send_async / hand-written multi loop, requests/s",
                 rate["sdk_async", 1] / rate["curl_multi", 1], 0.90),
        at_least("send / plain easy handle, requests/s",
                 rate["sdk_blocking", 1] / rate["curl_easy", 1], 0.95),
        at_most("10,000/s: deviation from the rate",
                abs(pace["per_second"] / pace["target_per_second"] - 1), 0.01),
        at_most("10,000/s: processor time / hand-written loop's at that pace",
                pace["cpu_share"] / pace_by_hand["cpu_share"], 1.15),
        at_most("10,000/s: p99 of a send, ms", pace["latency_ms"]["p99"], 15),
        at_least(f"answers after {SLOW_MS} ms: send_async / hand-written multi loop, requests/s",
                 slow["sdk_async"]["per_second"] / slow["curl_multi"]["per_second"], 0.95),
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
    print(f"\n{'client, on one core':50}{'requests/s':>12}{'CPU us each':>13}{'a core-second':>15}"
          f"{'ratio':>8}")
    for one in results["throughput"]:
        cost = one["cpu_us_per_request"]
        print(f"{one['label']:50}{one['per_second']:12,.0f}{cost:13.1f}{1e6 / cost:15,.0f}"
              f"{one['per_second'] / yardstick['per_second']:8.2f}")
    print(f"\n{'instructions a send':30}" + "".join(f"{one:>15}" for one in INSTRUCTIONS_OF))
    for way, table in results["instructions"].items():
        print(f"{way:30}" + "".join(f"{table[one]:15,.0f}" if one in table else " " * 15
                                    for one in INSTRUCTIONS_OF))
    pace, pace_by_hand = results["paced"]["sdk"], results["paced"]["curl_multi"]
    latency = pace["latency_ms"]
    print(f"\npaced at {pace['target_per_second']:,.0f}/s for 10 s: {pace['per_second']:,.0f}/s, "
          f"busiest 100 ms {pace['busiest_100ms']:,.0f}, {pace['cpu_share']:.0%} of a core, latency "
          f"p50 {latency['p50']:.1f} ms, p99 {latency['p99']:.1f} ms, max {latency['max']:.1f} ms\n"
          f"(the hand-written loop at that pace: {pace_by_hand['cpu_share']:.0%} of a core)\n"
          f"answers after {SLOW_MS} ms, 99 in flight: "
          + ", ".join(f"{client} {one['per_second']:,.0f}/s"
                      for client, one in results["slow_answers"].items()))
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
    parser.add_argument("--vendor", type=pathlib.Path,
                        help="the node_modules that hold the vendor's SDK; default: not measured")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()

    with Nginx(lambda: pin(SERVER_CORE)) as server:
        results = {"machine": machine(options), "rounds": options.rounds,
                   "throughput": throughput(options, server.base_url),
                   "instructions": instruction_table(options, server),
                   "instruction_growth": instruction_growth(options, server.base_url),
                   "slow_answers": slow_answers(options),
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
