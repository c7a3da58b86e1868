#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Derives the polynomials of Sources/FlowMath/Elementary by Remez exchange.

Each row of TABLE names a kernel function, its interval, the weight that makes the error relative to the final result,
and its degree in each format. For each, prints the base-2 logarithm of the weighted error before and after the
coefficients are rounded, and the body of the function in FloatKernel.swift and DoubleKernel.swift. The polynomial is
divided into strands, each evaluated by Horner's rule in a power of the argument, so that the strands run in parallel.
Run: python3 coefficients.py [name ...]
"""
import sys
import mpmath as mp

mp.mp.dps = 50
LN2 = mp.log(2)


def solve(f, weight, points, degree):
    """Returns the polynomial whose weighted error has the same size and alternating signs at the points."""
    n = degree + 2
    a = mp.matrix(n, n)
    b = mp.matrix(n, 1)
    for i, x in enumerate(points):
        for j in range(degree + 1):
            a[i, j] = x**j
        a[i, degree + 1] = (-1) ** i / weight(x)
        b[i] = f(x)
    s = mp.lu_solve(a, b)
    return [s[j] for j in range(degree + 1)]


def horner(c, x):
    r = mp.mpf(0)
    for v in reversed(c):
        r = r * x + v
    return r


def remez(f, weight, lo, hi, degree, grid=600):
    """Returns the weighted minimax polynomial of the given degree for f on [lo, hi], lowest coefficient first."""
    lo, hi = mp.mpf(lo), mp.mpf(hi)

    def node(i, n):
        return (lo + hi) / 2 - (hi - lo) / 2 * mp.cos(mp.pi * i / n)

    xs = [node(i, grid) for i in range(grid + 1)]
    fs = [f(x) for x in xs]
    ws = [weight(x) for x in xs]
    step = grid / (degree + 1)
    index = [round(i * step) for i in range(degree + 2)]
    value = dict(zip(xs, fs))
    heavy = dict(zip(xs, ws))
    for _ in range(12):
        c = solve(lambda x: value[x], lambda x: heavy[x], [xs[i] for i in index], degree)
        e = [(fs[i] - horner(c, xs[i])) * ws[i] for i in range(grid + 1)]
        best, start = [], 0
        for i in range(1, grid + 2):
            if i == grid + 1 or (e[i] > 0) != (e[start] > 0):
                best.append(max(range(start, i), key=lambda j: abs(e[j])))
                start = i
        while len(best) > degree + 2:
            best.pop(0 if abs(e[best[0]]) < abs(e[best[-1]]) else -1)
        if len(best) < degree + 2 or best == index:
            break
        index = best
    return c, max(abs(v) for v in e)


def rounded(v, bits):
    """Returns the nearest number with the given number of bits."""
    if v == 0:
        return mp.mpf(0)
    m, e = mp.frexp(v)
    return mp.ldexp(mp.nint(mp.ldexp(m, bits)), e - bits)


def literal(v):
    """Returns a Swift hexadecimal floating-point literal."""
    if v == 0:
        return "0"
    sign = "-" if v < 0 else ""
    m, e = mp.frexp(abs(v))
    m, e = m * 2, e - 1
    digits = format(int(mp.ldexp(m - 1, 52)), "013x").rstrip("0")
    return f"{sign}0x1{'.' + digits if digits else ''}p{int(e)}"


def exp_tail(r):
    """(exp(r) - 1 - r) / r^2"""
    if abs(r) < mp.mpf("1e-3"):
        return mp.nsum(lambda k: r**k / mp.factorial(k + 2), [0, 20])
    return (mp.expm1(r) - r) / r**2


def log_tail(z):
    """(log((1 + s) / (1 - s)) - 2 s) / s at s^2 = z, divided by z"""
    return 2 * mp.nsum(lambda k: z**k / (2 * k + 3), [0, 40])


def sin_tail(z):
    """(sin(r) - r) / r^3 at r^2 = z"""
    return mp.nsum(lambda k: (-1) ** (k + 1) * z**k / mp.factorial(2 * k + 3), [0, 20])


def cos_tail(z):
    """(cos(r) - 1 + z / 2) / z^2 at r^2 = z"""
    return mp.nsum(lambda k: (-1) ** k * z**k / mp.factorial(2 * k + 4), [0, 20])


def tanh_tail(z):
    """(tanh(r) - r) / r^3 at r^2 = z"""
    if z < mp.mpf("1e-8"):
        return -mp.mpf(1) / 3 + 2 * z / 15 - 17 * z**2 / 315
    r = mp.sqrt(z)
    return (mp.tanh(r) - r) / r**3


def erf_small(z):
    """erf(a) / a - 1 at a^2 = z"""
    if z == 0:
        return 2 / mp.sqrt(mp.pi) - 1
    a = mp.sqrt(z)
    return mp.erf(a) / a - 1


def mills(k):
    """(x + k) exp(x^2 / 2) Phi(-x) at t = (x - k) / (x + k)"""

    def f(t):
        x = k * (1 + t) / (1 - t)
        return (x + k) * mp.exp(x * x / 2) * mp.erfc(x / mp.sqrt(2)) / 2

    return f


def mills_end(k, x):
    return (x - k) / (x + k)


def over(f):
    return lambda x: 1 / f(x)


HALF = LN2 / 2 * mp.mpf("1.0001")
QUARTER = (mp.pi / 4 * mp.mpf("1.0001")) ** 2
EIGHTHS = LN2 * 3 / 8 * mp.mpf("1.0001")
SPLIT = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mp.mpf("1.0001")


def nonzero(f):
    """Returns a weight that is finite at the origin, where the weighted error vanishes."""
    return lambda x: f(x if abs(x) > mp.mpf("1e-12") else mp.mpf("1e-12"))


# name: (function, weight, from, to, (degree, strands) in binary32, (degree, strands) in binary64)
TABLE = {
    "exp": (exp_tail, nonzero(lambda r: abs(r * r / mp.expm1(r))), -HALF, HALF, (5, 2), (9, 4)),
    "log": (log_tail, nonzero(lambda z: z / 2), 0, SPLIT**2, (2, 1), (6, 2)),
    "tanh": (tanh_tail, nonzero(lambda z: z * mp.sqrt(z) / mp.tanh(mp.sqrt(z))), 0, EIGHTHS**2, (2, 1), (6, 2)),
    "sin": (sin_tail, nonzero(lambda z: z * mp.sqrt(z) / mp.sin(mp.sqrt(z))), 0, QUARTER, (2, 1), (5, 2)),
    "cos": (cos_tail, nonzero(lambda z: z * z / mp.cos(mp.sqrt(z))), 0, QUARTER, (2, 1), (5, 2)),
    "erf": (erf_small, lambda z: 1 / (1 + erf_small(z)), 0, 1, (6, 2), (11, 4)),
}
ARGUMENT = {"exp": "r", "log": "z", "tanh": "z", "sin": "z", "cos": "z", "erf": "z", "mills": "t"}
# bits: (k, end of the half line, (degree, strands))
MILLS = {24: (mp.mpf(4), mp.mpf("14.5"), (10, 4)), 53: (mp.mpf(4), mp.mpf(39), (23, 4))}


def strand(c, start, step, power):
    """Returns Horner's rule in the power, for the coefficients start, start + step, ..."""
    own = c[start::step]
    lines = [f"Self(repeating: {literal(own[-1])})"]
    lines += [f"  .then({literal(v)}, {power})" for v in reversed(own[:-1])]
    return "\n      ".join(lines)


def body(c, x, strands):
    """Returns Swift statements that evaluate the polynomial with lowest coefficient c[0] at x in 1, 2 or 4 strands."""
    if strands == 1:
        return "    " + strand(c, 0, 1, x)
    if strands == 2:
        return (f"    let square = {x} * {x}\n    let even = {strand(c, 0, 2, 'square')}\n"
                f"    let odd = {strand(c, 1, 2, 'square')}\n    return even.fused(odd, {x})")
    names = ("first", "second", "third", "fourth")
    text = f"    let square = {x} * {x}\n    let fourthPower = square * square\n"
    for k, name in enumerate(names):
        text += f"    let {name} = {strand(c, k, 4, 'fourthPower')}\n"
    return text + f"    return first.fused(second, {x}).fused(third.fused(fourth, {x}), square)"


def show(name, bits, f, weight, lo, hi, degree, strands, split=0):
    c, error = remez(f, weight, lo, hi, degree)
    r = [rounded(v, bits) for v in c]
    out = [rounded(v - w, bits) for v, w in zip(c, r)][:split] + r[split:]
    xs = [lo + (hi - lo) * i / 997 for i in range(998)]
    exact = [v + w for v, w in zip(r, out)][:split] + r[split:]
    after = max(abs((f(x) - horner(exact, x)) * weight(x)) for x in xs)
    print(f"{name} binary{32 if bits == 24 else 64}: degree {degree}, on [{mp.nstr(lo, 6)}, {mp.nstr(hi, 6)}],"
          f" error 2^{mp.nstr(mp.log(error, 2), 4)}, rounded 2^{mp.nstr(mp.log(after, 2), 4)}")
    if split:
        print("    high parts, lowest first:", *(literal(v) for v in r[:split]))
    print(body(out, ARGUMENT[name], strands))


def parts(name, v, bits, *sizes):
    """Prints a constant as a sum of numbers with the given numbers of bits."""
    out = []
    for s in sizes:
        p = rounded(v, s)
        out.append(literal(p))
        v -= p
    print(name, f"binary{32 if bits == 24 else 64}:", *out, f"rest {mp.nstr(v, 3)}")


def main(names):
    for name, (f, weight, lo, hi, single, double) in TABLE.items():
        if not names or name in names:
            for bits, shape in ((24, single), (53, double)):
                show(name, bits, f, weight, mp.mpf(lo), mp.mpf(hi), *shape)
    if not names or "mills" in names:
        for bits, (k, end, shape) in MILLS.items():
            f = mills(k)
            show("mills", bits, f, over(f), mp.mpf(-1), mills_end(k, end), *shape, split=3)
    if not names or "parts" in names:
        for bits in (24, 53):
            parts("-ln 2", -LN2, bits, bits, bits)
            parts("1 / ln 2", 1 / LN2, bits, bits)
            parts("-pi / 2", -mp.pi / 2, bits, bits, bits, bits)
            parts("2 / pi", 2 / mp.pi, bits, bits)
            parts("sqrt 2", mp.sqrt(2), bits, bits)
            parts("sqrt 1/2", mp.sqrt(mp.mpf(1) / 2), bits, bits)


if __name__ == "__main__":
    main(sys.argv[1:])
