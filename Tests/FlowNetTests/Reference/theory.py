# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes theory.json and activations.json: closed forms and quadratures at high precision, rounded to doubles.

README.md describes the files. Mean-field theory: Poole et al. 2016, Schoenholz et al. 2017.
"""

import argparse
import json
import math
import pathlib
import sys
from fractions import Fraction

from mpmath import fp, mp

from activation_formulas import FORMULAS, VARIANTS, double, entry
from windows import sigmoid_width, windows

FOLDER = pathlib.Path(__file__).resolve().parent
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


# ---------------------------------------------------------------- single values


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
        "formats": formats(),
        "nielsen_factor": 25.0,
        "sigmoid_chain_mean": sigmoid_chain(),
    }


# ---------------------------------------------------------------- activations


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


# ---------------------------------------------------------------- files


def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(u, v) for u, v in zip(a, b))
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-13 * abs(b)
    return a == b


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    options = parser.parse_args()
    failed = False
    for name, make, digits in (("activations.json", activations, 400), ("theory.json", theory, 40)):
        mp.dps = digits
        file = FOLDER / name
        text = json.dumps(make(), allow_nan=False, separators=(",", ":")) + "\n"
        if options.check:
            equal = same(json.loads(text), json.loads(file.read_text()))
            failed |= not equal
            print(name, "agrees" if equal else "differs")
        else:
            file.write_text(text)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
