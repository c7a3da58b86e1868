# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks and parts of networks that several trainings use."""

import torch
from torch import nn

CONVOLUTION = nn.modules.conv._ConvNd
NORMS = {
    "batch": nn.BatchNorm1d,
    "layer": nn.LayerNorm,
    "group": lambda size: nn.GroupNorm(4, size),
    "images": nn.BatchNorm2d,
}


def activated(layers, activation="ReLU", norm=None):
    """Returns the layers, each followed by an activation, with a normalization between them."""
    parts = []
    for layer in layers:
        parts += [layer, NORMS[norm](layer.weight.shape[0])] if norm else [layer]
        parts.append(getattr(nn, activation)())
    return nn.Sequential(*parts)


def mlp(sizes, activation="ReLU", norm=None):
    hidden = [nn.Linear(*pair) for pair in zip(sizes[:-2], sizes[1:-1])]
    return nn.Sequential(*activated(hidden, activation, norm), nn.Linear(*sizes[-2:]))


def convnet(depth, activation="ReLU", norm=None, groups=1):
    """Returns a classifier of digits with the given number of convolutions."""
    layers = [nn.Conv2d(12, 12, 3, padding=1, groups=groups) for _ in range(depth - 1)]
    layers = activated([nn.Conv2d(1, 12, 3, padding=1), *layers], activation, norm)
    return nn.Sequential(nn.Unflatten(1, (1, 8, 8)), *layers, nn.Flatten(), nn.Linear(768, 10))


def transformer(depth, norm_first=True):
    """Returns a network that sorts eight kinds of tokens."""
    places = torch.randn(6, 32)
    options = {"dropout": 0.0, "batch_first": True, "norm_first": norm_first}
    layers = [nn.TransformerEncoderLayer(32, 4, 128, **options) for _ in range(depth)]
    start = nn.Embedding(8, 32), Function(lambda x: x + places)
    return nn.Sequential(*start, *layers, nn.LayerNorm(32), nn.Linear(32, 8))


def weighted(model):
    """Returns the linear layers and convolutions of a model."""
    return [m for m in model.modules() if isinstance(m, (nn.Linear, CONVOLUTION))]


def he(model, factor=1.0):
    """Draws He's initial weights, times a factor, without biases."""
    for layer in weighted(model):
        nn.init.kaiming_normal_(layer.weight)
        layer.weight.data *= factor
        nn.init.zeros_(layer.bias)
    return model


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Residual(nn.Module):
    def __init__(self, body, factor=1.0):
        super().__init__()
        self.body, self.factor = body, factor

    def forward(self, x):
        return x + self.factor * self.body(x)


class Skip(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return torch.cat([x, self.body(x)], 1)


class Recurrent(nn.Module):
    """A recurrent layer and a linear one for every step, after an embedding of tokens if any."""

    def __init__(self, kind, width, outputs=1, tokens=0, **options):
        super().__init__()
        self.start = nn.Embedding(tokens, 16) if tokens else nn.Identity()
        inputs = 16 if tokens else 1
        self.recurrent = getattr(nn, kind)(inputs, width, batch_first=True, **options)
        self.head = nn.Linear(width, tokens or outputs)

    def forward(self, x):
        return self.head(self.recurrent(self.start(x))[0])
