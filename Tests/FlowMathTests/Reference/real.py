#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tabulates the functions of Real that are not in elementary.py at binary64 arguments, computed with 60 digits.

Writes real.txt next to this file, in the form of elementary.txt. The lines of power have two arguments.
Run: python3 real.py
"""
import math
import random
import mpmath as mp
from elementary import HERE, HARD, magnitude, pattern, positive, uniform

mp.mp.dps = 60
COUNT = 150


def line(arguments, value):
    y = float(value)
    excess = (value - mp.mpf(y)) / mp.mpf(math.ulp(y))
    return " ".join(f"{pattern(x):016x}" for x in (*arguments, y)) + f" {int(mp.nint(excess * 1000))}"


SMALL = magnitude(-1074, -20)
FUNCTIONS = {
    "log2": (lambda x: mp.log(x, 2), uniform(0.5, 2), positive(magnitude(-1074, 1024)), uniform(0.999, 1.001)),
    "log10": (lambda x: mp.log(x, 10), uniform(0.5, 2), positive(magnitude(-1074, 1024)), uniform(0.999, 1.001)),
    "tan": (mp.tan, uniform(-1, 1), uniform(-1e4, 1e4), uniform(0.78, 1.58), magnitude(20, 1024), SMALL),
    "sinh": (mp.sinh, uniform(-1, 1), uniform(-40, 40), uniform(-710.4, 710.4), SMALL),
    "cosh": (mp.cosh, uniform(-1, 1), uniform(-40, 40), uniform(-710.4, 710.4), SMALL),
    "asin": (mp.asin, uniform(-1, 1), uniform(0.99, 1), uniform(-1e-3, 1e-3), SMALL),
    "acos": (mp.acos, uniform(-1, 1), uniform(0.99, 1), uniform(-1, -0.99), SMALL),
    "atan": (mp.atan, uniform(-1, 1), uniform(-30, 30), magnitude(0, 1024), uniform(0.99, 1.01), SMALL),
}
# Powers whose result is exact in binary64, and some that are often written.
WHOLE = [(2, 10), (10, -3), (10, 22), (10, 15), (0.1, 2), (3, 33), (-3, 33), (-2, -1), (4, 0.5), (2, -1074), (2, 1023),
         (9, 1.5), (7, 18), (1.1, 2), (1e-5, 3)]


def powers():
    yield from WHOLE
    near_one = lambda: 1 + math.ldexp(random.uniform(-1, 1), -random.randint(1, 52))
    for _ in range(COUNT):
        yield random.uniform(0, 20), random.uniform(-200, 200)
        yield random.uniform(-20, 20), random.randint(-60, 60)
        yield positive(magnitude(-1074, 1024))(), random.uniform(-1, 1)
        x = near_one()
        if x != 1:
            yield x, random.uniform(-700, 700) / math.log(x)


def main():
    random.seed(21)
    with open(HERE / "real.txt", "w") as out:
        for name, (f, *ranges) in FUNCTIONS.items():
            print(name, file=out)
            points = [draw() for draw in ranges for _ in range(COUNT)] + (HARD if name == "tan" else [])
            for x in sorted(points):
                print(line((x,), f(mp.mpf(x))), file=out)
        print("power", file=out)
        for x, y in powers():
            value = mp.power(mp.mpf(x), mp.mpf(y)) if x > 0 else mp.power(mp.mpf(x), int(y))
            if mp.mpf(2) ** -1074 <= abs(value) < mp.mpf(2) ** 1024 * (1 - mp.mpf(2) ** -54):
                print(line((x, y), value), file=out)


if __name__ == "__main__":
    main()
