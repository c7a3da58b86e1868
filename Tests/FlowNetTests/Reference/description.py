# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of a network: layers with their weights, options and data. Independent of PyTorch."""

import math
import random


class Draw:
    """Random numbers with few decimals, so that a file stays short and its text is the exact number."""

    def __init__(self, seed, digits=4):
        self.random = random.Random(seed)
        self.digits = digits

    def number(self, mean=0.0, std=1.0):
        return round(self.random.gauss(mean, std), self.digits)

    def vector(self, count, mean=0.0, std=1.0):
        return [self.number(mean, std) for _ in range(count)]

    def matrix(self, rows, columns, mean=0.0, std=1.0):
        return [self.vector(columns, mean, std) for _ in range(rows)]


class Builder:
    """Creates the layer descriptions of one network."""

    def __init__(self, seed, digits=4, gain=1.0):
        self.draw = Draw(seed, digits)
        self.gain = gain

    def dense(self, inputs, outputs, gain=None, bias=0.3):
        std = (self.gain if gain is None else gain) / math.sqrt(inputs)
        return {
            "kind": "dense",
            "inputs": inputs,
            "outputs": outputs,
            "weight": self.draw.matrix(outputs, inputs, 0.0, std),
            "bias": None if bias is None else self.draw.vector(outputs, 0.0, bias),
        }

    def batchnorm(self, width):
        return {
            "kind": "batchnorm",
            "momentum": 0.1,
            "eps": 1e-5,
            "scale": self.draw.vector(width, 1.0, 0.3),
            "shift": self.draw.vector(width, 0.0, 0.3),
        }

    def layernorm(self, width):
        return {
            "kind": "layernorm",
            "eps": 1e-5,
            "scale": self.draw.vector(width, 1.0, 0.3),
            "shift": self.draw.vector(width, 0.0, 0.3),
        }

    def rmsnorm(self, width, eps):
        return {"kind": "rmsnorm", "eps": eps, "scale": self.draw.vector(width, 1.0, 0.3)}

    def groupnorm(self, width, groups):
        return {**self.layernorm(width), "kind": "groupnorm", "groups": groups}

    def residual(self, layers, projection=None, factor=None):
        part = None
        if projection:
            dense = self.dense(*projection)
            part = {"weight": dense["weight"], "bias": dense["bias"]}
        block = {"kind": "residual", "layers": layers, "projection": part}
        return block if factor is None else {**block, "factor": factor}

    def mlp(self, sizes, name, *arguments, output=None, norm=None, skip=False):
        """Returns dense layers, each but the last followed by a normalisation, if any, and the activation."""
        layers = []
        last = len(sizes) - 2
        for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
            block = [self.dense(inputs, outputs)]
            if i < last:
                if norm:
                    block.append(getattr(self, norm + "norm")(outputs))
                block.append(activation(name, *arguments))
            elif output:
                block.append(activation(output))
            layers += [self.residual(block)] if skip and inputs == outputs else block
        return layers

    def chain(self, depth, width, name, *arguments, norm=None, skip=False):
        """Returns dense layers of equal size, each followed by a normalisation, if any, and the activation."""
        layers = []
        for _ in range(depth):
            block = [self.dense(width, width)]
            if norm:
                block.append(getattr(self, norm + "norm")(width))
            block.append(activation(name, *arguments))
            layers += [self.residual(block)] if skip else block
        return layers


def activation(name, *arguments):
    return {"kind": "activation", "name": name, "arguments": list(arguments)}


def dropout():
    return {"kind": "dropout", "p": 0}


def sgd(rate=0.1, momentum=0.0, nesterov=0):
    return {"name": "sgd", "arguments": {"rate": rate, "momentum": momentum, "nesterov": nesterov}}


def adam(rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return {"name": "adam", "arguments": {"rate": rate, "beta1": beta1, "beta2": beta2, "eps": eps}}


def adamw(rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    arguments = {"rate": rate, "beta1": beta1, "beta2": beta2, "eps": eps, "decay": decay}
    return {"name": "adamw", "arguments": arguments}


def rmsprop(rate=0.01, alpha=0.99, eps=1e-8):
    return {"name": "rmsprop", "arguments": {"rate": rate, "alpha": alpha, "eps": eps}}


def adagrad(rate=0.01, eps=1e-10):
    return {"name": "adagrad", "arguments": {"rate": rate, "eps": eps}}


def loss(name, *arguments, reduction=None):
    entry = {"name": name, "arguments": list(arguments)}
    if name == "bce":
        entry["reduction"] = reduction or "mean"
    return entry


def choice(name, *arguments):
    return {"name": name, "arguments": list(arguments)}


def network(
    name, inputs, layers, lossy, optimizer, batch=6, penalty=None, clip=None, scale=1.0, digits=4, outputs=None
):
    """Returns the description of a network with its data."""
    draw = Draw("data " + name, digits)
    description = {
        "name": name,
        "inputs": inputs,
        "layers": layers,
        "loss": lossy,
        "optimizer": optimizer,
        "penalty": penalty,
        "clip": clip,
        "x": draw.matrix(batch, inputs, 0.0, scale),
    }
    outputs = outputs or [layer for layer in layers if layer["kind"] == "dense"][-1]["outputs"]
    if lossy["name"] == "cross_entropy":
        description["classes"] = [draw.random.randrange(outputs) for _ in range(batch)]
    elif lossy["name"] == "bce":
        description["t"] = [[float(draw.random.randrange(2)) for _ in range(outputs)] for _ in range(batch)]
    else:
        description["t"] = draw.matrix(batch, outputs)
    return description
