# SPDX-License-Identifier: GPL-3.0-or-later
"""The value and the slope of every activation in any precision: `m` is mpmath's mp (exact) or fp (doubles).

At a kink, the slope is that of PyTorch: the left one for relu, leaky_relu, elu and selu, 0 for hardtanh and relu6.
"""

from mpmath import mp

SELU_SCALE = "1.0507009873554804934193349852946"
SELU_ALPHA = "1.6732632423543772848170429916717"


def sigmoid(m, z):
    e = m.exp(-abs(z))
    return 1 / (1 + e) if z >= 0 else e / (1 + e)


def sigmoid_slope(m, z):
    e = m.exp(-abs(z))
    return e / (1 + e) ** 2


def sech2(m, z):
    e = m.exp(-2 * abs(z))
    return 4 * e / (1 + e) ** 2


def softplus(m, z):
    positive = z if z > 0 else m.mpf(0)
    return positive + m.log1p(m.exp(-abs(z)))


def normal_share(m, z):
    """Returns the probability that a standard normal number is below z."""
    return m.erfc(-z / m.sqrt(2)) / 2


def normal_density(m, z):
    return m.exp(-z * z / 2) / m.sqrt(2 * m.pi)


def mish_slope(m, z):
    plus = softplus(m, z)
    return m.tanh(plus) + z * sech2(m, plus) * sigmoid(m, z)


def ramp(m, z, left, low=None, high=None):
    """Returns the slope of a piecewise linear function.

    It is 1 above 0 and `left` elsewhere; with `low` and `high`, it is 1 strictly between them and 0 elsewhere.
    """
    if low is not None:
        return m.mpf(1 if low < z < high else 0)
    return m.mpf(1) if z > 0 else m.mpf(left)


def clamp(m, z, low, high):
    return m.mpf(min(max(z, low), high))


def elu(m, z, alpha, scale):
    return scale * z if z > 0 else scale * alpha * m.expm1(z)


def elu_slope(m, z, alpha, scale):
    return m.mpf(scale) if z > 0 else scale * alpha * m.exp(z)


# name: value, slope, kinks. Arguments of the activation follow z.
FORMULAS = {
    "identity": (lambda m, z: z, lambda m, z: m.mpf(1), []),
    "sigmoid": (sigmoid, sigmoid_slope, []),
    "tanh": (lambda m, z: m.tanh(z), sech2, []),
    "relu": (lambda m, z: max(z, m.mpf(0)), lambda m, z: ramp(m, z, 0), [0]),
    "leaky_relu": (lambda m, z, a: z if z > 0 else a * z, lambda m, z, a: ramp(m, z, a), [0]),
    "elu": (lambda m, z, a: elu(m, z, a, 1), lambda m, z, a: elu_slope(m, z, a, 1), [0]),
    "selu": (
        lambda m, z: elu(m, z, m.mpf(SELU_ALPHA), m.mpf(SELU_SCALE)),
        lambda m, z: elu_slope(m, z, m.mpf(SELU_ALPHA), m.mpf(SELU_SCALE)),
        [0],
    ),
    "gelu": (
        lambda m, z: z * normal_share(m, z),
        lambda m, z: normal_share(m, z) + z * normal_density(m, z),
        [],
    ),
    "silu": (
        lambda m, z: z * sigmoid(m, z),
        lambda m, z: sigmoid(m, z) * (1 + z * sigmoid(m, -z)),
        [],
    ),
    "softplus": (softplus, sigmoid, []),
    "softsign": (lambda m, z: z / (1 + abs(z)), lambda m, z: 1 / (1 + abs(z)) ** 2, [0]),
    "mish": (lambda m, z: z * m.tanh(softplus(m, z)), mish_slope, []),
    "hardtanh": (lambda m, z: clamp(m, z, -1, 1), lambda m, z: ramp(m, z, 0, -1, 1), [-1, 1]),
    "relu6": (lambda m, z: clamp(m, z, 0, 6), lambda m, z: ramp(m, z, 0, 0, 6), [0, 6]),
    "sin": (lambda m, z: m.sin(z), lambda m, z: m.cos(z), []),
}

# Every activation, with the arguments to test.
VARIANTS = [
    (name, arguments)
    for name in FORMULAS
    for arguments in {"leaky_relu": [[0.01], [0.2]], "elu": [[1.0], [1.5]]}.get(name, [[]])
]


def double(x):
    """Returns the nearest double."""
    return float(mp.nstr(x, 30))


def entry(name, arguments, **rest):
    return {"activation": name, "arguments": arguments, **rest}
