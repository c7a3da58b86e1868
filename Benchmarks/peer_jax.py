# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains a workload in JAX: peer_jax.py WORKLOAD STEPS THREADS. Prints nothing, and fails if the training diverges.

All steps are one compiled program, a scan, which is the fastest way to train in JAX. XLA uses as many threads as there
are processors on which it may run; the driver limits these.
"""

import os
import sys

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp

import peer_data
from workloads import BATCHES, RATE, workload

w, steps, threads = workload(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
if len(os.sched_getaffinity(0)) != threads:
    sys.exit(f"JAX must run on {threads} processors, not {len(os.sched_getaffinity(0))}")

ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu, "identity": lambda z: z}


def normalise(z, scale, shift, running):
    """Applies batch norm in training mode, and updates the running mean and variance as PyTorch does."""
    mean, variance = z.mean(0), z.var(0)
    unbiased = variance * (w.batch / (w.batch - 1))
    running = (0.9 * running[0] + 0.1 * mean, 0.9 * running[1] + 0.1 * unbiased)
    return (z - mean) * jax.lax.rsqrt(variance + 1e-5) * scale + shift, running


def loss(parameters, running, x, y):
    moved = []
    for i, p in enumerate(parameters):
        z = x @ p["weight"] + p["bias"]
        if w.norm:
            z, r = normalise(z, p["scale"], p["shift"], running[i])
            moved.append(r)
        z = ACTIVATIONS[w.activation_of(i)](z)
        x = x + z if w.skip else z
    if w.loss == "mse":
        return ((x - y) ** 2).mean(), moved
    return -(jax.nn.log_softmax(x) * y).sum(1).mean(), moved


@jax.jit
def train(parameters, running, inputs, targets):
    def step(state, k):
        x = jax.lax.dynamic_index_in_dim(inputs, k, keepdims=False)
        y = jax.lax.dynamic_index_in_dim(targets, k, keepdims=False)
        (value, running), gradient = jax.value_and_grad(loss, has_aux=True)(*state, x, y)
        return (jax.tree.map(lambda p, g: p - RATE * g, state[0], gradient), running), value

    return jax.lax.scan(step, (parameters, running), jnp.arange(steps) % BATCHES)


parameters, running = [], []
for weight, bias in peer_data.weights(w):
    parameters.append({"weight": jnp.asarray(weight), "bias": jnp.asarray(bias)})
    if w.norm:
        parameters[-1] |= {"scale": jnp.ones(len(bias)), "shift": jnp.zeros(len(bias))}
        running.append((jnp.zeros(len(bias)), jnp.ones(len(bias))))
inputs, targets = peer_data.batches(w)
if w.loss == "cross_entropy":
    targets = jax.nn.one_hot(targets, w.sizes[-1])

_, losses = train(parameters, running, jnp.asarray(inputs), jnp.asarray(targets))
if not bool(jnp.isfinite(losses).all()):
    sys.exit(f"{w.name} diverged in JAX")
