# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights and data of a workload for the peers, with the same shapes and distributions as in gradflow."""

import numpy

from workloads import BATCHES


def weights(w):
    """Returns a matrix (inputs x outputs) and a row of biases for each layer."""
    random = numpy.random.default_rng(1)
    scale = {"normal": lambda n: 1, "lecun": lambda n: n**-0.5, "he": lambda n: (2 / n) ** 0.5}[w.init]
    return [
        (scale(a) * random.standard_normal((a, b), numpy.float32), numpy.zeros(b, numpy.float32))
        for a, b in zip(w.sizes, w.sizes[1:])
    ]


def batches(w):
    """Returns inputs and targets, with mini-batches along the first axis. For cross entropy, targets are classes."""
    random = numpy.random.default_rng(2)
    inputs, outputs = w.sizes[0], w.sizes[-1]
    x = random.standard_normal((w.samples, inputs), numpy.float32)
    if w.loss == "mse":
        y = random.standard_normal((w.samples, outputs), numpy.float32)
    else:
        y = numpy.arange(w.samples) % outputs
        x += random.standard_normal((outputs, inputs), numpy.float32)[y]
        x = (x - x.mean(0)) / x.std(0)
    return x.reshape(BATCHES, w.batch, inputs), y.reshape(BATCHES, w.batch, *y.shape[1:])
