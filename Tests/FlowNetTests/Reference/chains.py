# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes chains.json: factors of chains of one neuron, and the limits of the number formats."""

import math
import pathlib
from fractions import Fraction

from mpmath import mp

from activation_formulas import double
from reference_file import write


def sigmoid_chain():
    """Returns the geometric mean of |σ'(z) w| in a long chain z = w σ(z') + b with standard normal w and b.

    The density of z is the fixed point of f(z) = ∫ f(z') N(z; 0, 1 + σ(z')²) dz', computed by the trapezoidal rule.
    """
    step, reach = 0.1, 12
    grid = [step * k for k in range(int(-reach / step), int(reach / step) + 1)]
    variances = [1 + (1 / (1 + math.exp(-z))) ** 2 for z in grid]
    kernel = [[math.exp(-z * z / (2 * v)) / math.sqrt(2 * math.pi * v) * step for v in variances] for z in grid]
    density = [math.exp(-z * z / 2) / math.sqrt(2 * math.pi) for z in grid]
    for _ in range(60):
        density = [math.fsum(k * f for k, f in zip(row, density)) for row in kernel]
    slope_part = math.fsum(f * step * (-abs(z) - 2 * math.log1p(math.exp(-abs(z)))) for z, f in zip(grid, density))
    weight_part = -(float(mp.euler) + math.log(2)) / 2
    return math.exp(weight_part + slope_part)


def first_zero(smallest):
    """Returns the least k for which 0.25^k is 0 in a format, if multiplied step by step and rounded to even."""
    k, value = 0, Fraction(1)
    while value:
        k += 1
        value = round(value / 4 / smallest) * smallest  # exact above the smallest number: a power of two
    return k


def formats():
    sizes = {"f16": (-24, 11), "bf16": (-133, 8), "f32": (-149, 24), "f64": (-1074, 53)}
    rows = []
    for name, (exponent, digits) in sizes.items():
        zero = first_zero(Fraction(2) ** exponent)
        one = double(digits * mp.ln(2))
        rows.append({"format": name, "quarter_power_zero": zero, "sigmoid_one": one})
    return rows


def chains():
    return {"formats": formats(), "nielsen_factor": 25.0, "sigmoid_chain_mean": sigmoid_chain()}


if __name__ == "__main__":
    mp.dps = 40
    write(__doc__, pathlib.Path(__file__).resolve().parent / "chains.json", chains)
