#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies the comparison from RESULTS.md into the project's README: the medians, and the machine."""

from programs import HERE, ROOT
from report import table

BEGIN, END = "<!-- benchmarks -->\n", "<!-- end of benchmarks -->\n"


def rows(text, heading):
    """Returns the cells of the table below a heading."""
    lines = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return cells[2:]


def short(text):
    """Returns the part of a report that the README shows."""

    def median(cell):
        return cell.split(" (")[0]

    ratios = {row[0]: (median(row[1]), median(row[3])) for row in rows(text, "A peer's time divided by gradflow's")}
    lines = [
        [name, median(ours), median(jax), median(torch), *ratios[name]]
        for name, ours, _, jax, torch, _ in rows(text, "Time per step")
    ]
    header = ["workload", "gradflow", "JAX", "PyTorch", "JAX / gradflow", "PyTorch / gradflow"]
    machine = "\n".join(line for line in text.split("\n## ", 1)[0].splitlines() if line.startswith("* "))
    return f"{table(header, lines)}\n\n{machine}\n"


def update():
    readme = ROOT / "README.md"
    before, rest = readme.read_text().split(BEGIN)
    text = (HERE / "RESULTS.md").read_text()
    readme.write_text(before + BEGIN + short(text) + END + rest.split(END, 1)[1])


if __name__ == "__main__":
    update()
