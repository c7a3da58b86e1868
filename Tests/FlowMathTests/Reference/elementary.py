#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tabulates the elementary functions at binary64 arguments, computed with 60 digits.

Writes elementary.txt next to this file: for each function a line with its name, then a line per argument. A line
contains the bit patterns of the argument and of the value rounded to binary64, and the value less the rounded value in
thousandths of a unit in the last place. Writes quantiles to inverseNormalCDF.txt in the same form, for a separate test.
Run: python3 elementary.py
"""
import math
import pathlib
import random
import struct
import mpmath as mp

mp.mp.dps = 60
COUNT = 400
HERE = pathlib.Path(__file__).parent


def pattern(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def line(x, value):
    y = float(value)
    excess = (value - mp.mpf(y)) / mp.mpf(math.ulp(y))
    return f"{pattern(x):016x} {pattern(y):016x} {int(mp.nint(excess * 1000))}"


def uniform(a, b):
    return lambda: random.uniform(a, b)


def magnitude(a, b):
    """Returns a function that draws numbers of both signs with uniformly distributed exponents in a ..< b."""
    return lambda: random.choice((-1, 1)) * math.ldexp(random.uniform(1, 2), random.randint(a, b - 1))


def positive(f):
    return lambda: abs(f())


def normal_cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


TINY = magnitude(-1074, -20)
EVERYTHING = {
    "exp": (mp.exp, uniform(-1, 1), uniform(-708, 709.7), uniform(-745, -708), TINY),
    "expm1": (mp.expm1, uniform(-1, 1), uniform(-45, 709.7), uniform(0.3, 1.1), TINY),
    "log": (mp.log, uniform(0.5, 2), positive(magnitude(-1074, -1022)), positive(magnitude(-1022, 1024)),
            uniform(0.99, 1.01)),
    "log1p": (mp.log1p, uniform(-0.9999, 1), positive(magnitude(0, 1024)), uniform(-0.3, 0.5), TINY),
    "tanh": (mp.tanh, uniform(-1, 1), uniform(-20, 20), uniform(0.2, 0.6), TINY),
    "sigmoid": (sigmoid, uniform(-1, 1), uniform(-708, 40), uniform(-745, -700), uniform(-6, 6)),
    "erf": (mp.erf, uniform(-1, 1), uniform(-6, 6), uniform(0.9, 1.1), TINY),
    "normalCDF": (normal_cdf, uniform(-1, 1), uniform(-37, 9), uniform(-38.48, -37), uniform(-6, 6)),
    "sin": (mp.sin, uniform(-1, 1), uniform(-1e4, 1e4), magnitude(20, 1024), TINY),
    "cos": (mp.cos, uniform(-1, 1), uniform(-1e4, 1e4), magnitude(20, 1024), TINY),
}
# Near a multiple of π/2: the worst case of binary64 and some convergents. And the points where one method takes over
# from another.
HARD = [math.ldexp(6381956970095103, 797), math.pi, math.pi / 2, 355 / 113 * 2, 1e22, 2.0**30, math.nextafter(2.0**30, 1e10)]


def main():
    random.seed(20)
    with open(HERE / "elementary.txt", "w") as out:
        for name, (f, *ranges) in EVERYTHING.items():
            print(name, file=out)
            points = [draw() for draw in ranges for _ in range(COUNT)]
            points += HARD if name in ("sin", "cos") else []
            for x in sorted(points):
                print(line(x, f(mp.mpf(x))), file=out)
    with open(HERE / "inverseNormalCDF.txt", "w") as out:
        draws = (uniform(0, 1), lambda: math.ldexp(random.random(), -random.randint(1, 1000)), uniform(0.999999, 1))
        for p in sorted(draw() for draw in draws for _ in range(200)):
            q = mp.mpf(p)
            if p < 0.5:
                start = -mp.sqrt(-2 * mp.log(q)) if p < 0.1 else (q - 0.5) * 2.5
                x = mp.findroot(lambda x: mp.log(normal_cdf(x)) - mp.log(q), start)
            else:
                x = -mp.findroot(lambda x: mp.log(normal_cdf(x)) - mp.log(1 - q), -2)
            print(line(p, x), file=out)


if __name__ == "__main__":
    main()
