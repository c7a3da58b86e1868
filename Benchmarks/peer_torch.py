# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains a workload in PyTorch: peer_torch.py WORKLOAD STEPS THREADS [compile]. Prints nothing, and fails if the
training diverges."""

import sys

import torch
from torch import nn

import peer_data
from workloads import BATCHES, RATE, workload

w, steps, threads = workload(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)

ACTIVATIONS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU, "identity": nn.Identity}


class Skip(nn.Module):
    """Adds its input to the output of its layers."""

    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def forward(self, x):
        return x + self.layers(x)


def build():
    net = []
    for i, (weight, bias) in enumerate(peer_data.weights(w)):
        dense = nn.Linear(*weight.shape)
        with torch.no_grad():
            dense.weight.copy_(torch.from_numpy(weight.T))
            dense.bias.copy_(torch.from_numpy(bias))
        norm = [nn.BatchNorm1d(len(bias))] if w.norm else []
        layers = [dense, *norm, ACTIVATIONS[w.activation_of(i)]()]
        net += [Skip(nn.Sequential(*layers))] if w.skip else layers
    return nn.Sequential(*net)


net = build()
criterion = nn.MSELoss() if w.loss == "mse" else nn.CrossEntropyLoss()


def loss(x, y):
    return criterion(net(x), y)


if "compile" in sys.argv[4:]:
    loss = torch.compile(loss)
optimizer = torch.optim.SGD(net.parameters(), lr=RATE, fused=True)
inputs, targets = map(torch.from_numpy, peer_data.batches(w))

losses = []
for step in range(steps):
    optimizer.zero_grad()
    value = loss(inputs[step % BATCHES], targets[step % BATCHES])
    value.backward()
    optimizer.step()
    losses.append(value.detach())
if not torch.stack(losses).isfinite().all():
    sys.exit(f"{w.name} diverged in PyTorch")
