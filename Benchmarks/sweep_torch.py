# SPDX-License-Identifier: GPL-3.0-or-later
"""The sweep in PyTorch: sweep_torch.py SEEDS THREADS. Prints the number of finite values, and their mean."""

import math
import sys

import torch
from torch import nn

DEPTHS, WIDTH, SAMPLES = range(1, 51), 32, 256
ACTIVATIONS = [torch.sigmoid, torch.tanh, torch.relu, nn.functional.gelu]


class Chain(nn.Module):
    """Equal layers, each followed by the activation. Keeps the inputs of the activations."""

    def __init__(self, depth, activation):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(depth))
        self.activation = activation
        for layer in self.layers:
            nn.init.normal_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        self.before = []
        for layer in self.layers:
            z = layer(x)
            z.retain_grad()
            self.before.append(z)
            x = self.activation(z)
        return x


def log10_total(depth, activation, seed):
    """Returns log10 of the gradient's size at the first layer divided by that at the last."""
    torch.manual_seed(seed)
    x, y = torch.randn(SAMPLES, WIDTH), torch.randn(SAMPLES, WIDTH)
    net = Chain(depth, activation)
    nn.functional.mse_loss(net(x), y).backward()
    deltas = torch.stack([z.grad for z in net.before]).square().mean((1, 2)).sqrt()
    return torch.log10(deltas[0] / deltas[-1]).item()


seeds, threads = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
values = [
    log10_total(depth, activation, seed)
    for depth in DEPTHS for activation in ACTIVATIONS for seed in range(1, seeds + 1)
]
finite = [value for value in values if math.isfinite(value)]
print(len(finite), sum(finite) / max(len(finite), 1))
