# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes theory.json: closed forms and quadratures at high precision, rounded to doubles.

README.md describes the file. Mean-field theory: Poole et al. 2016, Schoenholz et al. 2017.
"""

import math
import pathlib
import sys

from mpmath import fp, mp

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parents[1] / "FlowNetTests" / "Reference"))

from activation_formulas import FORMULAS, VARIANTS, double, entry  # noqa: E402
from reference_file import write  # noqa: E402
from windows import sigmoid_width, windows  # noqa: E402

fp.log1p, fp.expm1, fp.erfc, fp.tanh = math.log1p, math.expm1, math.erfc, math.tanh


# ---------------------------------------------------------------- averages over a standard normal number

REACH = 13  # exp(-13²/2) is 2e-37
NODES = {}


def breaks(m, scale, kinks):
    """Returns where to split the integral: at the kinks, and finely enough for activation features of width about 1."""
    features = [s * 2**k / scale for k in range(-1, 7) for s in (-1, 1)] + [k / scale for k in kinks]
    points = [m.mpf(p) for p in range(-REACH, REACH + 1)] + [m.mpf(p) for p in features if abs(p) < REACH]
    return sorted(set(points))


def legendre(count, x):
    """Returns the Legendre polynomial of the given degree and its derivative, by recurrence."""
    before, now = mp.mpf(1), x
    for k in range(2, count + 1):
        before, now = now, ((2 * k - 1) * x * now - (k - 1) * before) / k
    return now, count * (x * now - before) / (x * x - 1)


def nodes(m):
    """Returns Gauss-Legendre nodes and weights on [-1, 1]: 24 for doubles, 40 for high precision."""
    if m not in NODES:
        count = 24 if m is fp else 40
        pairs = []
        for i in range(count):
            x = mp.cos(mp.pi * (i + 0.75) / (count + 0.5))
            for _ in range(8):
                value, slope = legendre(count, x)
                x -= value / slope
            pairs.append((x, 2 / ((1 - x * x) * legendre(count, x)[1] ** 2)))
        NODES[m] = [(m.mpf(x), m.mpf(w)) for x, w in pairs]
    return NODES[m]


def average(m, function, q, kinks):
    """Returns E[function(√q z)] for a standard normal z."""
    scale = m.sqrt(q)
    points = breaks(m, scale, kinks)
    total = m.mpf(0)
    for a, b in zip(points, points[1:]):
        half, middle = (b - a) / 2, (a + b) / 2
        for x, w in nodes(m):
            z = middle + half * x
            total += half * w * m.exp(-z * z / 2) * function(scale * z)
    return total / m.sqrt(2 * m.pi)


def moments(m, name, arguments, q):
    """Returns E[φ²] and E[φ'²] at variance q."""
    value, slope, kinks = FORMULAS[name]
    return (
        average(m, lambda z: value(m, z, *arguments) ** 2, q, kinks),
        average(m, lambda z: slope(m, z, *arguments) ** 2, q, kinks),
    )


# ---------------------------------------------------------------- mean field


def fixed_point(name, arguments, weight_variance, bias_variance, start):
    """Returns q*, found by iteration in doubles from `start`."""
    value, _, kinks = FORMULAS[name]
    q = start
    for _ in range(4000):
        new = weight_variance * average(fp, lambda z: value(fp, z, *arguments) ** 2, q, kinks) + bias_variance
        if abs(new - q) < 1e-11 * q:
            return new
        q = new
    raise ArithmeticError(f"{name} {weight_variance} {bias_variance} does not settle")


def mean_field(name, arguments, weight_variance, bias_variance):
    starts = [fixed_point(name, arguments, weight_variance, bias_variance, s) for s in (1.0, 0.05, 8.0)]
    assert max(starts) - min(starts) < 1e-7 * starts[0], (name, starts)
    value, _, kinks = FORMULAS[name]
    sw, sb = mp.mpf(weight_variance), mp.mpf(bias_variance)
    step = lambda q: sw * average(mp, lambda z: value(mp, z, *arguments) ** 2, q, kinks) + sb - q
    q = mp.findroot(step, (starts[0], starts[0] * (1 + 1e-6)), tol=1e-38)
    chi = sw * moments(mp, name, arguments, q)[1]
    return entry(
        name,
        arguments,
        weight_variance=weight_variance,
        bias_variance=bias_variance,
        q=double(q),
        chi=double(chi),
        factor=double(mp.sqrt(chi)),
        depth_scale=double(abs(1 / mp.ln(chi))),
    )


BOUNDED = ("sigmoid", "tanh", "softsign", "hardtanh", "relu6", "sin")


def mean_field_cases(name):
    if name == "identity":
        return [(0.5, 0.1), (0.9, 0.05)]
    if name in BOUNDED:
        return [(1.0, 0.05), (2.5, 0.05), (4.0, 0.05), (1.0, 1.0)]
    return [(0.5, 0.1), (1.0, 0.05), (1.5, 0.1)]


def critical(name, arguments, bias_variance):
    """Returns every σ_w² with χ₁ = 1 and q in 0.01...1000: there q = E[φ²]/E[φ'²] + σ_b² and σ_w² = 1/E[φ'²]."""

    def gap(m, q):
        square, slope = moments(m, name, arguments, q)
        return square / slope + m.mpf(bias_variance) - q

    grid = [10 ** (-2 + k / 12) for k in range(61)]
    gaps = [gap(fp, q) for q in grid]
    roots = []
    for (a, left), (b, right) in zip(zip(grid, gaps), list(zip(grid, gaps))[1:]):
        if (left > 0) != (right > 0):
            for _ in range(30):
                middle = (a + b) / 2
                a, b = (middle, b) if (gap(fp, middle) > 0) == (left > 0) else (a, middle)
            q = mp.findroot(lambda t: gap(mp, t), (a, b * (1 + 1e-9)), tol=1e-36)
            square, slope = moments(mp, name, arguments, q)
            near = moments(mp, name, arguments, q * (1 + mp.mpf("1e-10")))[0]
            steep = (near - square) / slope / (q * mp.mpf("1e-10"))
            roots.append({"weight_variance": double(1 / slope), "q": double(q), "stable": bool(abs(steep) < 1)})
    return entry(name, arguments, bias_variance=bias_variance, roots=roots)


def batchnorm_factor(name, arguments):
    """Returns the squared factor of a layer with batch normalisation before the activation: E[φ'²]/Var[φ] at q = 1."""
    value, _, kinks = FORMULAS[name]
    square, slope = moments(mp, name, arguments, mp.mpf(1))
    mean = average(mp, lambda z: value(mp, z, *arguments), mp.mpf(1), kinks)
    return entry(name, arguments, squared_factor=double(slope / (square - mean**2)))


# ---------------------------------------------------------------- the file


def theory():
    top = mp.findroot(lambda w: mp.diff(sigmoid_width, w), 6.9)
    homogeneous = []
    for name, arguments in (("relu", []), ("leaky_relu", [0.01]), ("leaky_relu", [0.2]), ("identity", [])):
        left = {"identity": 1.0}.get(name, (arguments or [0.0])[0])
        for sw in (1.0, 2.0):
            chi = mp.mpf(sw) * (1 + mp.mpf(left) ** 2) / 2
            homogeneous.append(
                entry(
                    name, arguments, weight_variance=sw, bias_variance=0.0, chi=double(chi), factor=double(mp.sqrt(chi))
                )
            )
    return {
        "mean_field": [mean_field(n, a, *case) for n, a in VARIANTS for case in mean_field_cases(n)],
        "homogeneous": homogeneous,
        "critical": [critical(n, a, sb) for n, a in VARIANTS for sb in (0.05, 0.2)],
        "batchnorm": [batchnorm_factor(n, a) for n, a in VARIANTS],
        "windows": windows(),
        "window_widths": [{"w": float(w), "width": double(sigmoid_width(w))} for w in (5, 10, 20, 50, 100)],
        "window_maximum": {"w": double(top), "width": double(sigmoid_width(top))},
        "probability_above_4": double(mp.erfc(4 / mp.sqrt(2))),
    }


if __name__ == "__main__":
    mp.dps = 40
    write(__doc__, FOLDER / "theory.json", theory)
