# SPDX-License-Identifier: GPL-3.0-or-later
"""Families of trainings that should learn. Each function draws one training."""

import math

import torch
import torch.nn.functional as F
from parts import Function, Recurrent, Residual, Skip, convnet, he, mlp, transformer
from samples import digits, friedman, masks, series, unsorted, waves
from torch import nn
from torch.distributions import Categorical
from training import Training, fit, per_token


def healthy(draw, family):
    """Returns a training of a family, with a schedule of the learning rate or without one."""
    training = family(draw)
    steps, warm = training.steps, training.steps // 8
    schedules = {
        "cosine": lambda step: 0.5 * (1 + math.cos(math.pi * step / steps)),
        "warm": lambda step: min(1, (step + 1) / warm),
        "steps": lambda step: 0.3 ** (3 * step // steps),
    }
    kind = "warm" if family is sorting else draw.choice([None, None, *schedules])
    return training.follow(schedules[kind]) if kind else training


def classifier(draw):
    sizes = draw.choice([[64, 128, 64, 32, 10], [64, 100, 10], [64, 48, 48, 48, 10], [64, 10]])
    activation = draw.choice(["ReLU", "GELU", "SiLU", "ELU", "PReLU", "Softplus", "Tanh", "SELU"])
    model = mlp(sizes, activation, draw.choice([None, "batch", "layer", "group"]))
    if draw.random() < 0.3:
        model = convnet(draw.choice([2, 3]), "SiLU", draw.choice([None, "images"]))
    rate, kind = draw.choice([(3e-3, "AdamW"), (3e-3, "NAdam"), (6e-3, "Adamax"), (0.05, "SGD")])
    return fit(model, rate, kind, 120, count=draw.choice([8, 16, 48, 200]))


def regression(draw):
    """From single samples to large batches, with targets up to 200 times too large."""
    model, count = mlp([7, 48, 48, 1], draw.choice(["ReLU", "SiLU"])), draw.choice([1, 3, 32, 64])
    scale = draw.choice([1, 200]) if count > 3 else 1

    def criterion(output, target):
        return (F.mse_loss if scale == 1 else F.l1_loss)(output, scale * target)

    rate = 3e-3 if scale == 1 else 3e-2
    return fit(model, rate, "Adam", 200, data=friedman, count=count, criterion=criterion)


def separable_clusters(draw):
    centers = 2 * torch.randn(4, 10)

    def data(count):
        y = torch.randint(4, (count,))
        return centers[y] + 0.3 * torch.randn(count, 10), y

    model, kind = mlp(draw.choice([[10, 32, 4], [10, 32, 32, 4]])), draw.choice(["Adam", "RMSprop"])
    return fit(model, draw.choice([1e-2, 3e-2]), kind, 200, data=data, count=draw.choice([8, 32]))


def deep(draw):
    """He's initial weights, residual blocks that start as the identity, or normalized layers."""
    depth, kind = draw.choice([4, 8, 12]), draw.choice(["he", "identity", "norm"])
    if kind == "he":
        model = he(mlp([64] + [48] * depth + [10]))
    elif kind == "norm":
        model = mlp([64] + [48] * depth + [10], draw.choice(["Tanh", "Sigmoid", "GELU"]), "batch")
    else:
        blocks = [mlp([48, 96, 48]) for _ in range(depth)]
        for block in blocks:
            nn.init.zeros_(block[-1].weight)
        model = nn.Sequential(nn.Linear(64, 48), *map(Residual, blocks), nn.Linear(48, 10))
    return fit(model, 2e-3, draw.choice(["Adam", "RMSprop", "RAdam"]), 120)


class Experts(nn.Module):
    """A mixture of experts, of which each sample uses one."""

    def __init__(self, count):
        super().__init__()
        self.gate = nn.Linear(64, count)
        self.experts = nn.ModuleList([mlp([64, 32, 10]) for _ in range(count)])

    def forward(self, x):
        shares, choice = self.gate(x).softmax(1).max(1)
        output = torch.zeros(len(x), 10)
        for index in choice.unique().tolist():
            rows = (choice == index).nonzero()[:, 0]
            chosen = self.experts[index](x[rows]) * shares[rows, None]
            output = output.index_add(0, rows, chosen)
        return output


def experts(draw):
    return fit(Experts(draw.choice([2, 4])), 4e-3, steps=150, count=64)


def unet(draw):
    n = draw.choice([4, 8])
    norm = draw.choice([nn.BatchNorm2d, lambda channels: nn.GroupNorm(2, channels)])

    def block(inputs, outputs):
        return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), norm(outputs), nn.ReLU())

    coarse = nn.Sequential(nn.MaxPool2d(2), block(n, 2 * n), nn.ConvTranspose2d(2 * n, n, 2, 2))
    model = nn.Sequential(block(1, n), Skip(coarse), block(2 * n, n), nn.Conv2d(n, 1, 1))
    options = {"data": masks, "criterion": F.binary_cross_entropy_with_logits, "count": 16}
    return fit(model, draw.choice([5e-3, 1e-2]), **options)


def diffusion(draw):
    blocks = [Residual(nn.Sequential(nn.SiLU(), nn.Linear(96, 96))) for _ in range(3)]
    model = nn.Sequential(nn.Linear(72, 96), *blocks, nn.Linear(96, 64))
    if draw.random() < 0.5:
        nn.init.zeros_(model[-1].weight)

    def loss(step):
        x, time = digits(64)[0] - 0.6, torch.rand(64, 1)
        signal, noise = torch.cos(1.5 * time), torch.randn_like(x)
        angles = torch.cat([time * 2**k for k in range(4)], 1)
        noisy = signal * x + (1 - signal**2).sqrt() * noise
        return F.mse_loss(model(torch.cat([noisy, angles.sin(), angles.cos()], 1)), noise)

    return Training(model, loss, 3e-3, steps=200)


def forecast(draw):
    kind, width = draw.choice(["GRU", "LSTM", "RNN"]), draw.choice([16, 40])
    model = Recurrent(kind, width, num_layers=draw.choice([1, 2]))
    options = {"data": series, "criterion": F.mse_loss, "clip": draw.choice([1, math.inf])}
    return fit(model, 1e-2, steps=120, count=24, **options)


def last_state(draw):
    def criterion(output, target):
        return F.cross_entropy(output[:, -1], target)

    model = Recurrent(draw.choice(["GRU", "LSTM"]), 32, outputs=4)
    return fit(model, 1e-2, steps=150, clip=1, data=waves, count=32, criterion=criterion)


def sorting(draw):
    model = transformer(draw.choice([1, 2]), norm_first=draw.random() < 0.5)
    return fit(model, 3e-3, "AdamW", 100, data=unsorted, count=32, criterion=per_token)


def graph(draw):
    y = torch.arange(60) % 3
    edges = (torch.rand(60, 60) < torch.where(y[:, None] == y, 0.25, 0.03)).float().triu(1)
    edges = edges + edges.t() + torch.eye(60)
    edges = edges / (edges.sum(1) * edges.sum(1)[:, None]).sqrt()
    x = torch.cat([F.one_hot(y, 3) + torch.randn(60, 3), torch.randn(60, 5)], 1)
    spread, dropout = Function(lambda h: edges @ h), nn.Dropout(draw.choice([0, 0.3]))
    model = nn.Sequential(nn.Linear(8, 24), spread, nn.ReLU(), dropout, nn.Linear(24, 3), spread)
    return Training(model, lambda step: F.cross_entropy(model(x)[:30], y[:30]), 2e-2, steps=120)


def play(model, rule):
    """Returns the share of wrong actions, and a batch of states, actions, likelihoods and gains."""
    x = torch.randn(128, 6)
    policy = Categorical(logits=model(x).detach())
    action = policy.sample()
    reward = (action == (x @ rule).argmax(1)).float()
    gain = (reward - reward.mean()) / (reward.std() + 1e-6)
    return 1 - reward.mean().item(), (x, action, policy.log_prob(action), gain)


def policy_gradient(draw):
    """A loss that is not positive and need not fall. A batch has one step, or as in PPO several."""
    model, rule = mlp([6, 32, 32, 4], draw.choice(["Tanh", "ReLU"])), torch.randn(6, 4)
    model[-1].weight.data *= draw.choice([1, 0.01])
    period, errors, batch = draw.choice([1, 4]), [], []

    def loss(step):
        if step % period == 0:
            error, batch[:] = play(model, rule)
            errors.append(error)
        x, action, old, gain = batch
        new = Categorical(logits=model(x))
        ratio = torch.exp(new.log_prob(action) - old)
        gain = torch.min(ratio * gain, ratio.clamp(0.8, 1.2) * gain)
        return -gain.mean() - 0.01 * new.entropy().mean()

    return Training(model, loss, 1e-2, steps=160, errors=errors)


FAMILIES = [
    classifier, regression, separable_clusters, deep, experts, unet, diffusion, forecast,
    last_state, sorting, graph, policy_gradient,
]  # fmt: skip
