# SPDX-License-Identifier: GPL-3.0-or-later
"""The interval of x in which a neuron amplifies the gradient, |φ'(wx + b) w| ≥ 1, for every activation."""

from mpmath import mp

from activation_formulas import FORMULAS, VARIANTS, double, entry


def edge(inside, a, b):
    """Returns the boundary between a point inside and one outside."""
    for _ in range(110):
        middle = (a + b) / 2
        a, b = (middle, b) if inside(middle) else (a, middle)
    return a if abs(a) > 1e-25 else mp.mpf(0)


def window(name, arguments, w, b):
    """Returns the interval of x with |φ'(wx + b) w| ≥ 1, found by search only."""
    slope = FORMULAS[name][1]
    inside = lambda z: abs(slope(mp, z, *arguments) * w) >= 1
    grid = [mp.mpf(k) / 64 for k in range(-64 * 60, 64 * 60 + 1)]
    marks = [inside(z) for z in grid]
    result = {"w": w, "b": b}
    if not any(marks):
        return entry(name, arguments, **result, low=None, high=None, width=0.0)
    first, last = marks.index(True), len(marks) - 1 - marks[::-1].index(True)
    assert all(marks[first : last + 1]), f"{name} {w} has more than one window"
    low = -mp.inf if first == 0 else edge(inside, grid[first], grid[first - 1])
    high = mp.inf if last == len(grid) - 1 else edge(inside, grid[last], grid[last + 1])
    ends = sorted([(low - b) / w, (high - b) / w])
    names = [str(double(e)) if mp.isinf(e) else double(e) for e in ends]
    width = ends[1] - ends[0]
    return entry(
        name, arguments, **result, low=names[0], high=names[1], width="inf" if mp.isinf(width) else double(width)
    )


WINDOWS = {
    "identity": [0.5, 2.0],
    "sigmoid": [3.9, 4.5, 5.0, -5.0, 6.8942, 10.0, -20.0, 100.0, -100.0],
    "tanh": [0.9, 1.5, -3.0, 10.0],
    "relu": [0.5, 2.0, -2.0],
    "leaky_relu": [0.5, 2.0, -2.0, 250.0],
    "elu": [0.5, 2.0, -4.0],
    "selu": [0.5, 0.8, -2.0],
    "gelu": [0.5, 0.95, 2.0, -4.0],
    "silu": [0.5, 0.95, 2.0, -4.0],
    "softplus": [0.9, 1.5, 4.0, -10.0],
    "softsign": [0.5, 1.5, -4.0, 30.0],
    "mish": [0.5, 0.95, 2.0, -4.0],
    "hardtanh": [0.5, 1.5, -4.0],
    "relu6": [0.5, 1.5, -4.0],
}


def sigmoid_width(w):
    """Returns the width of the window of sigmoid, by its closed form."""
    w = abs(mp.mpf(w))
    return 2 / w * mp.ln(w * (1 + mp.sqrt(1 - 4 / w)) / 2 - 1)


def windows():
    rows = []
    for name, arguments in VARIANTS:
        for w in WINDOWS.get(name, []):
            rows += [window(name, arguments, w, b) for b in (0.0, -2.5)]
    for row in rows:
        if row["activation"] == "sigmoid" and abs(row["w"]) > 4:
            assert abs(row["width"] - sigmoid_width(row["w"])) < 1e-15, row
    return rows
