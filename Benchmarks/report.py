# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the Markdown report from the measurements."""

import platform
import subprocess
from datetime import date
from statistics import median

import measure
from programs import PEAK_ROUND

PEERS = {"jax": "JAX", "torch": "PyTorch", "compile": "torch.compile"}


class Results:
    """The seconds per step by workload and program, one number per round, and the single figures."""

    def __init__(self, quick):
        self.rounds, self.quick = 0, quick
        self.times, self.startup, self.memory = {}, [], {}

    def add(self, workload, program, seconds):
        self.times.setdefault((workload, program), []).append(seconds)

    def of(self, workload, program):
        """Returns the times of a program, one per round, or None if it was not measured."""
        return self.times.get((workload, program))

    def ratio(self, workload, above, below):
        """Returns the time of one program divided by that of another, for each round."""
        a, b = self.of(workload, above), self.of(workload, below)
        return [x / y for x, y in zip(a, b)] if a and b else None

    def peak(self, threads):
        """Returns the peak of the machine in operations per second."""
        return threads * PEAK_ROUND / min(self.of("peak", f"peak{threads}"))


def unit_of(seconds):
    """Returns a suitable unit for a time, and the number of units in a second."""
    return next(((unit, scale) for unit, scale in (("ms", 1e3), ("µs", 1e6)) if seconds * scale >= 1), ("ns", 1e9))


def time_text(rounds):
    """Returns the median, and the spread from minimum to maximum."""
    if not rounds:
        return "–"
    unit, scale = unit_of(median(rounds))
    return f"{median(rounds) * scale:.3g} {unit} ({min(rounds) * scale:.3g}..{max(rounds) * scale:.3g})"


def ratio_text(rounds, digits=3):
    return f"{median(rounds):.{digits}g} ({min(rounds):.{digits}g}..{max(rounds):.{digits}g})" if rounds else "–"


def percent_text(rounds):
    low, middle, high = (100 * (f(rounds) - 1) for f in (min, median, max))
    return f"{middle:.1f} % ({low:.1f}..{high:.1f})"


def mark(met):
    return "met" if met else "**missed**"


def verdict(rounds, target):
    """Rates a peer's time divided by gradflow's: by the target or, without one, by which of them is faster."""
    if not rounds:
        return "–"
    if median(rounds) < 1:
        return "**the peer wins**" + (f", target: {target}" if target else "")
    return f"{mark(median(rounds) >= target)}, target: {target}" if target else "ahead"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def comparison(results, workloads):
    rows = [
        [w.name, *(time_text(results.of(w.name, p)) for p in ("record", "none", "jax", "torch", "compile"))]
        for w in workloads
    ]
    return table(["workload", "gradflow, every step recorded", "gradflow, no record", *PEERS.values()], rows)


def ratios(results, workloads):
    rows = []
    for w in workloads:
        row = [w.name]
        for peer in PEERS:
            found = results.ratio(w.name, peer, "record")
            row += [ratio_text(found), verdict(found, w.targets.get(peer))]
        rows.append(row)
    return table(["workload", *(cell for name in PEERS.values() for cell in (name, ""))], rows)


def rate_text(results, w, program, threads):
    times = results.of(w.name, program)
    if not times or sum(w.sizes) == len(w.sizes):  # the rate is meaningless for products of width 1
        return "–"
    rate = w.flops / median(times)
    return f"{rate / 1e9:.1f} ({100 * rate / results.peak(threads):.0f} %)"


def inside(results, workloads):
    rows = []
    for w in workloads:
        cost = results.ratio(w.name, "record", "none")
        double = results.ratio(w.name, "f64", "record")
        scaling = results.ratio(w.name, "one", "record")
        rows.append([
            w.name,
            rate_text(results, w, "one", 1), rate_text(results, w, "record", 2), rate_text(results, w, "none", 2),
            f"{ratio_text(scaling)}, {mark(median(scaling) >= 1.8)}" if scaling else "–",
            f"{percent_text(cost)}, {mark(median(cost) <= 1.15)}",
            f"{ratio_text(double)}, {mark(median(double) <= 2.3)}",
        ])
    header = [
        "workload", "GFLOP/s, 1 thread", "2 threads", "2 threads, no record",
        "2 threads against 1 (target: 1.8)", "cost of the record (target: at most 15 %)",
        "f64 / f32 (target: at most 2.3)",
    ]
    return table(header, rows)


def single_figures(results):
    start = median(results.startup)
    low, high = min(results.startup), max(results.startup)
    lines = [
        f"* Start-up of `gradflow -e '1'`: {start * 1e3:.1f} ms ({low * 1e3:.1f}..{high * 1e3:.1f}, 20 runs); "
        f"target: below 20 ms, {mark(start < 0.02)}."
    ]
    if "record" in results.memory:
        ours, jax = results.memory["record"], results.memory["jax"]
        lines.append(
            f"* Peak memory on wide: gradflow {ours / 1e6:.0f} MB, JAX {jax / 1e6:.0f} MB, "
            f"PyTorch {results.memory['torch'] / 1e6:.0f} MB; target: below half of JAX's, {mark(ours < jax / 2)}."
        )
    peaks = " and ".join(f"{results.peak(t) / 1e9:.0f} GFLOP/s on {t}" for t in (1, 2))
    lines.append(f"* Measured peak of fused multiply-adds in f32, eight numbers wide: {peaks} (best round).")
    return "\n".join(lines) + busy(results.peak(1), results.peak(2))


def busy(one, two):
    """Returns a warning if the peak of two cores is too low compared with that of one core, or an empty string."""
    if two >= 1.7 * one:
        return ""
    return "\n* **The machine was busy**: two cores did not reach 1.7 times the peak of one. Do not trust this report."


def output_of(*command):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout.strip()


def hardware():
    """Describes the machine and its operating system."""
    fields = dict(line.split(":", 1) for line in output_of("lscpu").splitlines() if ":" in line)
    flags = fields.get("Flags", "").split()
    vectors = [name for name in ("avx2", "fma", "avx512f") if name in flags]
    return "\n".join([
        f"* {fields['Model name'].strip()}, {fields['CPU(s)'].strip()} processors, "
        f"{len(measure.cores())} cores, {' '.join(vectors) or platform.machine()}",
        f"* {platform.system()} {platform.release()}",
    ])


def machine(gradflow, python):
    """Describes the machine and the versions of the programs."""
    import_peers = "import jax, torch, sys; print(sys.version.split()[0], jax.__version__, torch.__version__)"
    versions = output_of(python, "-c", import_peers).split()
    software = f"* {output_of(gradflow, '--version')}; Python {versions[0]}, JAX {versions[1]}, PyTorch {versions[2]}"
    return f"{hardware()}\n{software}"


def markdown(results, workloads, described):
    glance = "\nThis was a quick run, which gives only a rough impression.\n" if results.quick else ""
    return f"""# Benchmarks
{glance}
Written by `Benchmarks/run` on {date.today()}; [README.md](README.md) describes what is measured and how.
Rounds: {results.rounds}. Medians, with the spread in parentheses; f32 and two threads unless noted otherwise.

{described}

## Time per step

{comparison(results, workloads)}

## A peer's time divided by gradflow's

gradflow records the flow of every step; the peers record nothing. Ratios are computed within each round.

{ratios(results, workloads)}

## Inside gradflow

Rates count the operations of the products. The percentage is relative to the measured peak.

{inside(results, workloads)}

{single_figures(results)}
"""
