#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tabulates the slopes of the smooth activations and the gradients of the losses for logits, computed with 700 digits,
wherever they are normal numbers.

Writes slopes.txt next to this file: a line with the name of the activation and its parameter, if any, then a line per
point with the bit patterns of z and of the slope rounded to binary64. The points cover both signs, every size of z for
which the slope does not underflow, and the neighbourhood of the zeros of the slope. Most points are numbers of binary32
too.

Writes tails.txt: the same with log10 of the slope's magnitude instead of the slope, for points where the slope is not a
normal number of binary64.

Writes loss_gradients.txt: a line with the name of the loss, then lines with the bit patterns of the logits, the targets
and the gradient with respect to each logit, for one sample.
Run: python3 slopes.py
"""
import math
import pathlib
import random
import struct
import mpmath as mp

# σ(700) differs from 1 only after 304 digits.
mp.mp.dps = 700
HERE = pathlib.Path(__file__).parent
SMALLEST = 2.0**-1022


def pattern(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def single(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def sigmoid(z):
    return 1 / (1 + mp.exp(-z))


def normal_cdf(z):
    return mp.erfc(-z / mp.sqrt(2)) / 2


def mish(z):
    t = mp.tanh(mp.log1p(mp.exp(z)))
    return t + z * sigmoid(z) * (1 - t * t)


SLOPES = {
    "sigmoid": lambda z: sigmoid(z) * sigmoid(-z),
    "tanh": lambda z: 1 / mp.cosh(z) ** 2,
    "softplus": sigmoid,
    "softsign": lambda z: 1 / (1 + abs(z)) ** 2,
    "silu": lambda z: sigmoid(z) * (1 + z * sigmoid(-z)),
    "gelu": lambda z: normal_cdf(z) + z * mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi),
    "mish": mish,
    "elu 0.5": lambda z: mp.mpf(1) if z > 0 else mp.mpf(0.5) * mp.exp(z),
    "elu 1e6": lambda z: mp.mpf(1) if z > 0 else mp.mpf(1e6) * mp.exp(z),
    "selu": lambda z: SCALE if z > 0 else SCALE * ALPHA * mp.exp(z),
    "sin": mp.cos,
}
SCALE = mp.mpf("1.0507009873554804934193349852946")
ALPHA = mp.mpf("1.6732632423543772848170429916717")
ZEROS = {"silu": [-1.2784645427610737], "gelu": [-0.7517915246935645], "mish": [-1.1924312145154952],
         "sin": [math.pi / 2, -3 * math.pi / 2, 1e5 * math.pi + math.pi / 2]}


def points(name):
    for sign in (-1, 1):
        for _ in range(60):
            yield sign * single(random.uniform(0, 5))
            yield sign * single(random.uniform(0, 40))
            yield sign * single(random.uniform(0, 745))
            yield sign * single(2.0 ** random.uniform(-40, 0))
        yield sign * single(1e6)
    yield 0.0
    for z in (16.6, 16.7, 18.5, 20, 36.7, 36.8, 37, 40, 87, 88, 103, 350, 700, 708):
        yield single(z)
        yield -single(z)
    for zero in ZEROS.get(name, []):
        for power in range(2, 54):
            yield zero * (1 + 2.0**-power)
            yield zero * (1 - 2.0**-power)
        yield zero


def tails(name):
    """Yields values of z for which the slope of most functions is far below the normal numbers."""
    for size in (38.5, 38.6, 39, 40, 45, 100, 355, 400, 708.5, 709, 720, 745, 746, 800, 1e3, 1e4, 12345.678, 1e5):
        yield size
        yield -size
    if name == "softsign":
        for size in (1e153, 1e154, 1e160, 1e200, 1e300, 1.7e308):
            yield size
            yield -size


def write_tails():
    with open(HERE / "tails.txt", "w") as out:
        for name, slope in SLOPES.items():
            rows = [(z, slope(mp.mpf(z))) for z in tails(name)]
            rows = [(z, value) for z, value in rows if 0 < abs(value) < SMALLEST]
            if rows:
                print(name, file=out)
            for z, value in rows:
                print(f"{pattern(z):016x} {pattern(float(mp.log10(abs(value)))):016x}", file=out)


def write_losses():
    random.seed(23)
    with open(HERE / "loss_gradients.txt", "w") as out:
        print("bce", file=out)
        for t in (0, 1, 0.25, 0.75, 1 - 2**-20):
            for z in [0, 16.7, 36.8, 40, 100, 700] + [random.uniform(0, 50) for _ in range(20)]:
                for z in (single(z), -single(z)):
                    print(*(f"{pattern(x):016x}" for x in (z, t, float(sigmoid(mp.mpf(z)) - mp.mpf(t)))), file=out)
        print("cross_entropy", file=out)
        for t in ([1, 0, 0], [0, 1, 0], [0.5, 0.25, 0.25], [0.875, 0.125, 0]):
            for scale in (1, 10, 40, 100, 300):
                for _ in range(10):
                    z = [single(random.uniform(-scale, scale)) for _ in t]
                    powers = [mp.exp(mp.mpf(x)) for x in z]
                    gradient = [float(p / sum(powers) - mp.mpf(own)) for p, own in zip(powers, t)]
                    print(*(f"{pattern(x):016x}" for x in (*z, *t, *gradient)), file=out)


def main():
    write_losses()
    write_tails()
    random.seed(22)
    with open(HERE / "slopes.txt", "w") as out:
        for name, slope in SLOPES.items():
            print(name, file=out)
            for z in sorted(set(points(name))):
                value = slope(mp.mpf(z))
                if abs(value) >= SMALLEST:
                    print(f"{pattern(z):016x} {pattern(float(value)):016x}", file=out)


if __name__ == "__main__":
    main()
