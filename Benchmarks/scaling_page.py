# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the page that explains the plots of Benchmarks/scaling."""

from datetime import date

from report import table, time_text

SHALLOW = 300  # up to this depth, the layers of a chain stay in the processor's caches


def line(points):
    """Returns intercept and slope of t = a + b·x, fitted by least squares of the relative errors."""
    weights = [(x, 1 / t) for x, t in points]
    ww = sum(w * w for _, w in weights)
    wx = sum(w * w * x for x, w in weights)
    xx = sum(w * w * x * x for x, w in weights)
    w1 = sum(w for _, w in weights)
    x1 = sum(w * x for x, w in weights)
    determinant = ww * xx - wx * wx
    return (w1 * xx - x1 * wx) / determinant, (ww * x1 - wx * w1) / determinant


def curves(figures):
    """Returns the figures of each curve by its name."""
    found = {}
    for f in figures:
        found.setdefault(f.point.curve, []).append(f)
    return found


def depth_fits(figures):
    rows = []
    for name, found in curves(figures).items():
        for limit in (SHALLOW, max(f.point.x for f in found)):
            a, b, off = fit([(f.point.x, f.time) for f in found if f.point.x <= limit])
            texts = f"{a * 1e6:.2f} µs", f"{b * 1e6:.3f} µs", f"{a / b:.1f} layers", f"{100 * off:.0f} %"
            rows.append([f"time, {name}, up to {limit} layers", *texts])
    for name, found in curves(figures).items():
        a, b, off = fit([(f.point.x, f.memory) for f in found])
        rows.append([f"memory, {name}", f"{a / 1e6:.1f} MB", f"{b / 1e3:.1f} kB", "–", f"{100 * off:.0f} %"])
    return table(["", "a", "b, per layer", "a corresponds to", "largest deviation"], rows)


def fit(points):
    """Returns intercept, slope and the largest deviation from a measurement, relative to it."""
    a, b = line(points)
    return a, b, max(abs(a + b * x - t) / t for x, t in points)


def depth_table(figures):
    rows = [
        [f"{f.point.x}", name, time_text(f.seconds), f"{f.time / f.point.x * 1e6:.2f} µs", f"{f.memory / 1e6:.0f} MB"]
        for name, found in curves(figures).items() for f in found
    ]
    return table(["layers", "", "time per step", "per layer", "peak memory"], rows)


def figures_table(axis, figures):
    rows = [[f"{f.point.x}", f.point.curve, time_text(f.seconds), f"{f.memory / 1e6:.0f} MB"] for f in figures]
    return table([axis, "", "time per step", "peak memory"], rows)


def speedups(figures):
    rows = []
    for name, (one, *more) in curves(figures).items():
        rows.append([name, *(f"{one.time / f.time:.2f}" for f in more)])
    counts = dict.fromkeys(f.point.x for f in figures if f.point.x > 1)
    return table(["workload", *(f"{count} threads against 1" for count in counts)], rows)


def markdown(figures, own_memory, described, rounds):
    return f"""# How gradflow scales

Written by `Benchmarks/scaling` on {date.today()}. [Benchmarks/README.md](../../Benchmarks/README.md) describes how it
is measured. Rounds: {rounds}; medians, with the spread in parentheses; f32. One thread unless noted otherwise.

{described}

Both axes of every plot are logarithmic, so a power law is a straight line. The thin lines are for comparison. The data
of the plots is also in this folder, as TSV with times in seconds and memory in bytes.

Peak memory is that of the whole program after ten steps. It includes the data and the program's own memory, which is
{own_memory / 1e6:.0f} MB if it does nothing. The thin lines start from there.

## Depth

Chains of 16 units with tanh and orthogonal weights, batches of 32. Their gradient shrinks slowly: after 10,000 layers
it is still far above the smallest normal number, below which arithmetic is slow.

![Time per step and peak memory against depth](depth.svg)

Time and memory are fitted by a + b · layers, with least squares of the relative errors:

{depth_fits(figures["depth"])}

For the time, a is the cost of a step apart from its layers. It can be seen in the shallow chains, whose layers stay in
the processor's caches; b of the memory is the size of a layer. When the layers no longer fit, each of them costs more,
so no line fits both.

{depth_table(figures["depth"])}

## Width

Four layers with relu and He initialization, batches of 64, every step recorded. The work grows with the square of
the width.

![Time per step and peak memory against width](width.svg)

{figures_table("units", figures["width"])}

## Batch

Eight layers of 128 units with tanh, every step recorded. The data set has ten batches, so it grows as well.

![Time per step and peak memory against the batch](batch.svg)

{figures_table("samples", figures["batch"])}

## Threads

The workloads of [Benchmarks/workloads.py](../../Benchmarks/workloads.py), every step recorded, up to as many threads as
the machine has cores.

![Time per step and peak memory against threads](threads.svg)

{speedups(figures["threads"])}

{figures_table("threads", figures["threads"])}
"""
