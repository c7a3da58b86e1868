# SPDX-License-Identifier: GPL-3.0-or-later
"""The sweep in JAX: sweep_jax.py SEEDS THREADS. Prints how many values are finite, and their mean.

Each depth and activation is a program of its own, which its seeds share. The layers are one loop of the compiled
program, so that compiling takes no longer for more of them; random numbers are drawn outside of it and for the deepest
network, so that drawing is compiled once. XLA takes as many threads as the processors it may run on; the driver limits
these.
"""

import math
import os
import sys

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp

DEPTHS, WIDTH, SAMPLES = range(1, 51), 32, 256
ACTIVATIONS = [jax.nn.sigmoid, jnp.tanh, jax.nn.relu, lambda z: jax.nn.gelu(z, approximate=False)]


def program(depth, activation):
    """From the random numbers to how much of the gradient's size at the last layer is left at the first."""

    def loss(shifts, weights, x, y):
        def layer(x, parameters):
            weight, shift = parameters
            return activation(x @ weight + shift), None

        # The gradient of what is added to the pre-activations is the gradient of these. Biases are zero.
        x, _ = jax.lax.scan(layer, x, (weights, shifts))
        return ((x - y) ** 2).mean()

    def log10_total(weights, x, y):
        gradients = jax.grad(loss)(jnp.zeros((depth, SAMPLES, WIDTH)), weights[:depth], x, y)
        deltas = jnp.sqrt((gradients**2).mean((1, 2)))
        return jnp.log10(deltas[0] / deltas[-1])

    return jax.jit(log10_total)


def numbers(seed):
    """Weights, inputs and targets."""
    keys = jax.random.split(jax.random.key(seed), 3)
    shapes = [(DEPTHS[-1], WIDTH, WIDTH), (SAMPLES, WIDTH), (SAMPLES, WIDTH)]
    return [jax.random.normal(key, shape) for key, shape in zip(keys, shapes)]


seeds, threads = int(sys.argv[1]), int(sys.argv[2])
if len(os.sched_getaffinity(0)) != threads:
    sys.exit(f"JAX must run on {threads} processors, not {len(os.sched_getaffinity(0))}")
values = []
for depth in DEPTHS if seeds else []:
    for activation in ACTIVATIONS:
        run = program(depth, activation)
        values += [float(run(*numbers(seed))) for seed in range(1, seeds + 1)]
finite = [value for value in values if math.isfinite(value)]
print(len(finite), sum(finite) / max(len(finite), 1))
