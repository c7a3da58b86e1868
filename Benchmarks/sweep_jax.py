# SPDX-License-Identifier: GPL-3.0-or-later
"""The sweep in JAX: sweep_jax.py SEEDS THREADS. Prints the number of finite values, and their mean.

There is one compiled program for each depth and activation, which all seeds share. The layers are a loop in this
program, so that the compile time does not grow with their number. Random numbers are drawn outside of it, always for
the deepest network, so that drawing is compiled only once. XLA uses as many threads as there are processors on which
it may run; the driver limits these.
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
    """Returns a compiled function from the random numbers to log10 of the gradient's size at the first layer divided by
    that at the last."""

    def loss(shifts, weights, x, y):
        def layer(x, parameters):
            weight, shift = parameters
            return activation(x @ weight + shift), None

        # The gradient with respect to a shift of the pre-activations is that with respect to them. Biases are zero.
        x, _ = jax.lax.scan(layer, x, (weights, shifts))
        return ((x - y) ** 2).mean()

    def log10_total(weights, x, y):
        gradients = jax.grad(loss)(jnp.zeros((depth, SAMPLES, WIDTH)), weights[:depth], x, y)
        deltas = jnp.sqrt((gradients**2).mean((1, 2)))
        return jnp.log10(deltas[0] / deltas[-1])

    return jax.jit(log10_total)


def numbers(seed):
    """Returns weights, inputs and targets."""
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
