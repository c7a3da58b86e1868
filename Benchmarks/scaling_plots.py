# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds tables and plots from the measurements of Benchmarks/scaling."""

import subprocess

AXES = {"depth": "layers", "width": "units per layer", "batch": "samples per step", "threads": "threads"}
# The powers of x with which curves are compared: those of time, and those of memory in addition to the program's own.
GUIDES = {"depth": ((1,), (1,)), "width": ((1, 2), (1, 2)), "batch": ((1,), (1,)), "threads": ((-1,), ())}
GUIDE_NAMES = {1: "proportional", 2: "proportional to the square", -1: "inversely proportional"}
GUIDE_DASHES = {1: 3, 2: 5, -1: 3}
STYLES = ((7, 1), (6, 2), (5, 4))  # point type and dash type, which distinguish curves without colour
TICKS = 8  # the maximum number of labels below an axis


def tsv(name, figures):
    """Returns the times per step and the peak memory of a series as TSV."""
    lines = [f"{name}\tcurve\tseconds_per_step\tlow\thigh\tpeak_bytes"]
    for f in figures:
        numbers = "\t".join(f"{s:.4g}" for s in (f.time, min(f.seconds), max(f.seconds)))
        lines.append(f"{f.point.x}\t{f.point.curve}\t{numbers}\t{f.memory}")
    return "\n".join(lines) + "\n"


def draw(figures, own_memory, folder):
    """Draws a plot for each series."""
    for name, found in figures.items():
        program = f'set terminal svg size 960,400 font "Helvetica,13" background "white"\n{plot(name, found, own_memory)}'
        drawn = subprocess.run(["gnuplot"], input=program, check=True, capture_output=True, text=True)
        (folder / f"{name}.svg").write_text(drawn.stdout)


def plot(name, figures, own_memory):
    """Returns the commands for one plot: time on the left, memory on the right."""
    time_guides, memory_guides = GUIDES[name]
    times = panel(name, "time per step in ms", figures, lambda f: f.time * 1e3, time_guides)
    memory = panel(name, "peak memory in MB", figures, lambda f: f.memory / 1e6, memory_guides, own_memory / 1e6)
    return f"set multiplot layout 1,2\n{times}{memory}unset multiplot\n"


def panel(name, label, figures, value, powers, constant=0):
    """Returns the commands for one half of a plot. The guides of a curve pass through its last point, or through its
    first one if they fall."""
    curves, blocks, parts, guides = {}, [], [], {}
    for f in figures:
        curves.setdefault(f.point.curve, []).append(f)
    for number, (curve, (points, dash)) in enumerate(zip(curves, STYLES)):
        rows = "\n".join(f"{f.point.x} {value(f)}" for f in curves[curve])
        blocks.append(f"$curve{number} << END\n{rows}\nEND\n")
        style = f'linespoints linecolor "black" pointtype {points} dashtype {dash}'
        parts.append(f'$curve{number} with {style} title "{curve}"')
        for power in powers:
            anchor = curves[curve][-1 if power > 0 else 0]
            formula = f"{constant} + {value(anchor) - constant} * (x / {anchor.point.x}.) ** {power}"
            guides.setdefault(power, []).append(formula)
    plus = "own + " if constant else ""
    for power, formulas in guides.items():
        style = f'lines linecolor "gray40" dashtype {GUIDE_DASHES[power]}'
        titles = [f'title "{plus}{GUIDE_NAMES[power]}"'] + ["notitle"] * len(formulas)
        parts += [f"{formula} with {style} {title}" for formula, title in zip(formulas, titles)]
    xs = sorted({f.point.x for f in figures})
    ys = [value(f) for f in figures]
    ticks = ", ".join(map(str, xs[:: 1 + len(xs) // TICKS] if len(xs) > TICKS else xs))
    return "".join(blocks) + f"""set logscale xy
set key left top reverse Left samplen 3
set xlabel "{AXES[name]}"
set ylabel "{label}"
set xtics ({ticks})
set xrange [{min(xs) / 1.3}:{max(xs) * 1.3}]
set yrange [{min(ys) / 2}:{max(ys) * 6}]
set grid
plot {", ".join(parts)}
"""
