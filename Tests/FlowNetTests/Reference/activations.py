# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes activations.json: values and slopes of the activations at high precision, rounded to doubles."""

import math
import pathlib

from mpmath import mp

from activation_formulas import FORMULAS, VARIANTS, double, entry
from reference_file import write


def points():
    sizes = [1e-300, 1e-100, 1e-17, 1e-8, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.7, 0.875, 1.0, 1.25, 1.5, math.pi / 2, 2.0, 2.5]
    sizes += [3.0, math.pi, 4.0, 5.0, 5.5, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 16.7, 18.5, 20.0, 20.5, 25.0, 30.0]
    sizes += [math.nextafter(1, 0), math.nextafter(1, 2), math.nextafter(6, 0), math.nextafter(6, 7)]
    return sorted([-s for s in sizes] + [0.0] + sizes)


def activations():
    rows = []
    for name, arguments in VARIANTS:
        value, slope, _ = FORMULAS[name]
        exact = [mp.mpf(z) for z in points()]
        rows.append(
            entry(
                name,
                arguments,
                z=points(),
                value=[double(value(mp, z, *arguments)) for z in exact],
                slope=[double(slope(mp, z, *arguments)) for z in exact],
            )
        )
    return rows


if __name__ == "__main__":
    mp.dps = 400
    write(__doc__, pathlib.Path(__file__).resolve().parent / "activations.json", activations)
