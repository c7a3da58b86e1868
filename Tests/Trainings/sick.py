# SPDX-License-Identifier: GPL-3.0-or-later
"""Families of trainings with a planted fault, by the kind of fault. Each function draws one."""

import copy
import math
from dataclasses import dataclass
from typing import Callable

import torch
import torch.nn.functional as F
from parts import Function, Recurrent, Residual, activated, convnet, he, mlp, transformer
from parts import weighted
from samples import digits, friedman, series, unsorted
from torch import nn
from training import Training, dies, diverges, explodes, fit, loses_numbers, per_token, saturates
from training import stands, vanishes

RUINED = ("jumping", "overflow", "oscillating", "exploding", "dead", "saturated")
RECTIFIERS = ("ReLU", "LeakyReLU", "ELU", "GELU", "SiLU")
SORT = {"data": unsorted, "criterion": per_token, "count": 32}
REGRESS = {"data": friedman, "criterion": F.mse_loss}


def classifier(draw, fewest, most, activation="ReLU", norm=None):
    return mlp([64] + [48] * draw.randint(fewest, most) + [10], activation, norm)


def shift(draw, model, bias, kinds=(nn.Linear,)):
    """Sets the biases of a hidden layer."""
    hidden = [m for m in model.modules() if isinstance(m, kinds) and m.bias.numel() > 10]
    nn.init.constant_(draw.choice(hidden).bias, bias)
    return model


def contrast(model, rate, kind, distance):
    """Returns a training that moves digits of the same kind together, and others apart."""

    def loss(step):
        x, y = digits(32)
        z = model(x)
        far = distance((z[:, None] - z).pow(2).sum(2))
        return torch.where(y[:, None] == y, far, F.relu(1 - far)).mean()

    return Training(model, loss, rate, kind)


# Vanishing gradients


def deep_sigmoids(draw):
    norm = draw.choice([None, "batch"])
    # In evaluation mode, the normalization changes nothing.
    dense = classifier(draw, 8, 12, "Sigmoid", norm).eval()
    model = draw.choice([dense, convnet(8, "Sigmoid", groups=draw.choice([1, 12]))])
    return fit(model, draw.choice([3e-3, 1e-2]), "SGD")


def small_weights(draw):
    activation = draw.choice(["Tanh", "Softsign", *RECTIFIERS])
    model = draw.choice([classifier(draw, 9, 13, activation), convnet(8, activation)])
    return fit(he(model, draw.choice([0.15, 0.25, 0.4])), 2e-3, "SGD")


def siamese(draw):
    model = he(mlp([64] + [32] * draw.randint(10, 14) + [8], "Tanh"), 0.3)
    return contrast(model, 1e-2, "SGD", lambda squares: squares)


def forgotten_factor(draw):
    shrink = Function(lambda x: x / 100)
    shrunk = [nn.Sequential(nn.Linear(64, 64), nn.ReLU(), shrink) for _ in range(4)]
    return fit(nn.Sequential(*shrunk, nn.Linear(64, 10)), 1e-2, "SGD")


# Exploding gradients


def large_weights(draw):
    activation, factor = draw.choice([*RECTIFIERS, "Identity"]), draw.choice([2.5, 3.5, 6])
    kind, depth = draw.choice(["SGD", "Adam"]), draw.randint(6, 10)
    if draw.random() < 0.5:
        return fit(he(mlp([7] + [64] * depth + [1], activation), factor), 1e-3, kind, **REGRESS)
    model = draw.choice([classifier(draw, 5, 12, activation), convnet(depth, activation)])
    return fit(he(model, factor), 1e-3, kind)


def large_branches(draw):
    blocks = [Residual(mlp([48, 48, 48]), 3) for _ in range(draw.choice([8, 12, 16]))]
    model = he(nn.Sequential(nn.Linear(64, 48), *blocks, nn.Linear(48, 10)))
    return fit(model, 1e-2, draw.choice(["SGD", "Adam"]), 50)


def large_recurrence(draw):
    model = Recurrent("RNN", 32, nonlinearity="relu")
    model.recurrent.weight_hh_l0.data = torch.eye(32) * draw.choice([1.5, 2])

    def holds(outcome):
        return not outcome.is_finite or outcome.first > 1e3

    options = {"data": series, "criterion": F.mse_loss, "holds": holds}
    return fit(model, 1e-3, draw.choice(["SGD", "Adam"]), 50, **options)


# Dead units


def shifted_rectifiers(draw):
    activation, bias = draw.choice(["ReLU", "ReLU6"]), draw.choice([-30, -200])
    return fit(shift(draw, classifier(draw, 2, 6, activation), bias), 2e-3)


def shifted_norms(draw):
    model = classifier(draw, 2, 4, norm=draw.choice(["batch", "group"]))
    return fit(shift(draw, model, -20, (nn.BatchNorm1d, nn.GroupNorm)), 2e-3)


def shifted_convolutions(draw):
    return fit(shift(draw, convnet(draw.randint(2, 4)), -30, (nn.Conv2d,)), 2e-3)


def killed_rectifiers(draw):
    model, rate = he(mlp([7, 64, 64, 64, 1])), draw.choice([0.5, 1])
    return fit(model, rate, symptoms=RUINED, **REGRESS)


# Saturated units


def huge_inputs(draw):
    model = classifier(draw, 1, 3, draw.choice(["Tanh", "Hardtanh", "Softsign"]))
    model[0].weight.data *= draw.choice([10, 40])
    return fit(model, 1e-4, draw.choice(["Adam", "SGD"]), data=lambda count: digits(count, 300))


def large_layer(draw):
    model = classifier(draw, 2, 4, draw.choice(["Tanh", "Sigmoid"]))
    draw.choice(weighted(model)[:-1]).weight.data *= 200
    symptoms = ("saturated", "vanishing", "exploding")
    return fit(model, 1e-4, draw.choice(["Adam", "SGD"]), symptoms=symptoms)


def shifted_sigmoids(draw):
    model = shift(draw, classifier(draw, 2, 2, "Sigmoid"), draw.choice([-15, 15, 30]))
    return fit(model, 1e-3, draw.choice(["Adam", "SGD"]))


# Rates that are too large


def fast_classifier(draw):
    activation, norm = draw.choice([*RECTIFIERS, "Tanh"]), draw.choice([None, "batch", "layer"])
    rate, kind = draw.choice([(30, "SGD"), (1, "Adam"), (1, "RMSprop")])
    return fit(draw.choice([classifier(draw, 2, 3, activation, norm), convnet(2)]), rate, kind)


def fast_regression(draw):
    rate, kind, momentum = draw.choice([(2, "SGD", 0), (2, "Adam", 0), (0.2, "SGD", 0.99)])
    model = mlp([7, 64, 64, 1], draw.choice(["ReLU", "SELU"]))
    return fit(model, rate, kind, 100, momentum, **REGRESS)


def fast_sequences(draw):
    recurrent = Recurrent(draw.choice(["GRU", "LSTM", "RNN"]), 32, tokens=8)
    model = draw.choice([recurrent, transformer(2, draw.random() < 0.5)])
    return fit(model, draw.choice([0.5, 2]), "AdamW", 60, symptoms=(*RUINED, "stalled"), **SORT)


def growing_rate(draw):
    growth = draw.choice([lambda step: 0.01 * 1.12**step, lambda step: 1 if step < 40 else 1e4])
    return fit(classifier(draw, 2, 3), 1, "SGD", 100).follow(growth)


def ascent(draw):
    training = fit(classifier(draw, 1, 2), 0.1, "SGD")
    training.optimizer.param_groups[0]["maximize"] = True
    return training


# Trainings that stand still


def slow(draw):
    rate, kind = draw.choice([1e-6, 1e-7]), draw.choice(["Adam", "SGD"])
    if draw.random() < 0.5:
        model = draw.choice([Recurrent("GRU", 32, tokens=8), transformer(2)])
        return fit(model, rate, kind, **SORT)
    return fit(classifier(draw, 2, 3, norm=draw.choice([None, "layer"])), rate, kind, count=128)


def foreign_optimizer(draw):
    """The optimizer has the parameters of a copy."""
    training = fit(classifier(draw, 1, 2), 1e-3, count=200)
    training.optimizer.param_groups[0]["params"] = list(copy.deepcopy(training.model).parameters())
    return training


def lost_rate(draw):
    warming, falling = lambda step: (step + 1) / 1e7, lambda step: 1e-4 ** (step // 2)
    training = fit(classifier(draw, 2, 3), 0.03, "SGD", 100, count=128)
    return training.follow(draw.choice([warming, falling]))


def tight_clipping(draw):
    return fit(classifier(draw, 2, 3), 0.1, "SGD", clip=1e-6, count=200)


def zero_weights(draw):
    model = he(classifier(draw, 2, 3, draw.choice(["ReLU", "Tanh", "GELU"])), 0)
    return fit(model, 0.1, "SGD", count=200, symptoms=("stalled", "dead", "vanishing"))


def faint_features(draw):
    features = classifier(draw, 3, 4)[:-1]
    model = nn.Sequential(*features, Function(lambda x: x / 1e12), nn.Linear(48, 10))
    return fit(model, 1e-3, count=200, symptoms=("vanishing", "stalled"))


# Numbers that are not finite


def half(x):
    return x.half().float()


class HalfLinear(nn.Linear):
    def forward(self, x):
        return half(F.linear(half(x), half(self.weight), self.bias))


def half_precision(draw):
    hidden = [HalfLinear(64, 64) for _ in range(draw.randint(2, 5))]
    model = nn.Sequential(*activated(hidden), HalfLinear(64, 10))
    if draw.random() < 0.5:
        return fit(model, draw.choice([5, 20]), "SGD", momentum=0.9)
    draw.choice(weighted(model)).weight.data *= 6e4
    return fit(model, 1e-4, "SGD", 40)


def half_probabilities(draw):
    model = nn.Sequential(*mlp([64, 32, 10]), nn.Softmax(1), Function(lambda p: half(p).log()))
    return fit(model, draw.choice([0.1, 0.3]), steps=150, criterion=F.nll_loss)


def zero_distance(draw):
    return contrast(mlp([64, 32, 8]), 1e-3, draw.choice(["Adam", "SGD"]), torch.sqrt)


def faulty_number(draw):
    """In a weight, or in the data from some step on."""
    model, faulty = mlp([7, 32, 32, 1], draw.choice(["ReLU", "Tanh"])), draw.choice([0, 9, 25, 50])

    def loss(step):
        x, y = friedman(32)
        x[3, 2] = math.nan if step >= faulty else 0
        return F.mse_loss(model(x), y)

    if faulty == 50:
        draw.choice(weighted(model)).weight.data[0, 5] = draw.choice([math.nan, math.inf])
    return Training(model, loss, 1e-3, steps=50)


@dataclass
class Kind:
    """Symptoms that are expected of a kind of fault, and whether an outcome has it."""

    symptoms: tuple
    holds: Callable
    families: list


KINDS = {
    "vanishing": Kind(("vanishing",), vanishes, [
        deep_sigmoids, small_weights, siamese, forgotten_factor,
    ]),
    "exploding": Kind(("exploding", "jumping", "overflow"), explodes, [
        large_weights, large_branches, large_recurrence,
    ]),
    "dead": Kind(("dead", "saturated"), dies, [
        shifted_rectifiers, shifted_norms, shifted_convolutions, killed_rectifiers,
    ]),
    "saturated": Kind(("saturated", "vanishing", "dead"), saturates, [
        huge_inputs, large_layer, shifted_sigmoids,
    ]),
    "large rate": Kind(RUINED, diverges, [
        fast_classifier, fast_regression, fast_sequences, growing_rate, ascent,
    ]),
    "stalled": Kind(("stalled",), stands, [
        slow, foreign_optimizer, lost_rate, tight_clipping, zero_weights, faint_features,
    ]),
    "overflow": Kind(("overflow",), loses_numbers, [
        half_precision, half_probabilities, zero_distance, faulty_number,
    ]),
}  # fmt: skip
FAMILIES = [(kind, family) for kind, entry in KINDS.items() for family in entry.families]
