# SPDX-License-Identifier: GPL-3.0-or-later
"""A training, how it is recorded, and what autograd alone tells about its faults."""

import math
import sys
from dataclasses import dataclass, field
from typing import Any, Callable

import torch
import torch.nn.functional as F
from parts import CONVOLUTION
from samples import ROOT, digits
from torch import nn

sys.path.insert(0, str(ROOT / "examples" / "pytorch"))
from gradflow_hook import Recorder  # noqa: E402

torch.set_num_threads(1)


@dataclass
class Training:
    """What a family of trainings returns.

    - loss: Returns the loss of a batch. Its argument is the number of steps before.
    - errors: What must fall instead of the loss, if the loss need not. `loss(0)` appends to it.
    - symptoms, holds: Expected symptoms, and whether an `Outcome` has the fault, if they are not
      those of the kind of fault.
    """

    model: nn.Module
    loss: Callable
    rate: float
    kind: str = "Adam"
    steps: int = 80
    momentum: float = 0.0
    schedule: Any = None
    clip: float = math.inf
    errors: list = field(default_factory=list)
    symptoms: tuple = ()
    holds: Callable = None

    def __post_init__(self):
        trained = [p for p in self.model.parameters() if p.requires_grad]
        options = {"momentum": self.momentum} if self.momentum else {}
        self.optimizer = getattr(torch.optim, self.kind)(trained, self.rate, **options)

    def follow(self, factor):
        """Multiplies the learning rate by a function of the step."""
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, factor)
        return self


def fit(model, rate, *options, data=digits, count=48, criterion=F.cross_entropy, **others):
    """Returns a supervised training, a classification of digits unless other data are given."""

    def loss(step):
        x, y = data(count)
        return criterion(model(x), y)

    return Training(model, loss, rate, *options, **others)


def per_token(output, target):
    return F.cross_entropy(output.flatten(0, 1), target.flatten())


def record(training, path, every):
    """Runs a training, writes a recording of it, and returns the losses."""
    model, optimizer, losses = training.model, training.optimizer, []
    with Recorder(model, path, every=every, optimizer=optimizer) as recorder:
        for step in range(training.steps):
            optimizer.zero_grad()
            loss = training.loss(step)
            loss.backward()
            losses.append(loss.item())
            recorder.step(loss)
            if training.clip < math.inf:
                nn.utils.clip_grad_norm_(model.parameters(), training.clip)
            optimizer.step()
            if training.schedule:
                training.schedule.step()
    return losses


def mean(values):
    return sum(values) / len(values)


def end(values):
    """Returns the mean of the last tenth."""
    return mean(values[-max(1, len(values) // 10) :])


def score(training, count=40):
    """Returns the mean loss, or the mean error, of new batches."""
    with torch.random.fork_rng(), torch.no_grad():
        losses = [training.loss(0).item() for _ in range(count)]
    return mean(training.errors[-count:] or losses)


@dataclass
class Measurement:
    """The size of a layer's gradient, and its shares of dead units and of large outputs."""

    gradient: float
    dead: float
    large: float


def measure(training):
    """Returns a measurement of each layer that has a gradient, from a pass of its own."""
    calls, handles = {}, []

    def keep(module, inputs, output):
        y = output[0] if isinstance(output, tuple) else output
        if y.requires_grad:
            y.retain_grad()
            calls.setdefault(module, []).append(y)

    for module in training.model.modules():
        if isinstance(module, (nn.Linear, CONVOLUTION, nn.RNNBase, nn.Embedding)):
            handles.append(module.register_forward_hook(keep))
    with torch.random.fork_rng():
        training.loss(0).backward()
    for handle in handles:
        handle.remove()
    training.optimizer.zero_grad()
    return [measurement(module, outputs) for module, outputs in calls.items()]


def measurement(module, outputs):
    axis = 1 if isinstance(module, CONVOLUTION) else -1
    rows = [torch.zeros_like(y) if y.grad is None else y.grad for y in outputs]
    g = torch.cat([x.transpose(axis, -1).flatten(0, -2) for x in rows]).double()
    z = torch.cat([y.detach().flatten() for y in outputs])
    size, dead = g.pow(2).mean().sqrt().item(), (g == 0).all(0).double().mean().item()
    return Measurement(size, dead, (z.abs() > 3).double().mean().item())


@dataclass
class Outcome:
    """How a training with a planted fault went, and measurements before and after it."""

    model: nn.Module
    losses: list
    before: list
    after: list

    def __post_init__(self):
        self.first, self.last = self.losses[0], end(self.losses)
        self.largest = max((x for x in self.losses if not math.isnan(x)), default=math.nan)
        self.is_finite = all(map(math.isfinite, self.losses))


def ratios(measurements):
    """Returns the sizes of gradients relative to the last one that is not 0."""
    sizes = [m.gradient for m in measurements]
    last = next((size for size in reversed(sizes) if size > 0), math.nan)
    return [size / last for size in sizes]


def vanishes(outcome):
    fails = 0.9 * outcome.first < outcome.last < 2 * outcome.first
    return fails and all(min(ratios(m)) < 1e-3 for m in (outcome.before, outcome.after))


def diverges(outcome):
    rises = outcome.last > 0.95 * outcome.first and outcome.largest > 1.5 * outcome.first
    return rises or not outcome.is_finite


def explodes(outcome):
    fails = diverges(outcome) or outcome.last > min(0.9 * outcome.first, 50)
    return fails and max(ratios(outcome.before)) > 100


def dies(outcome):
    return outcome.last > 0.85 * outcome.first and max(m.dead for m in outcome.after) > 0.75


def saturates(outcome):
    return outcome.last > 0.85 * outcome.first and max(m.large for m in outcome.after) > 0.5


def stands(outcome):
    return 0.97 * outcome.first < outcome.last < 1.1 * outcome.first


def loses_numbers(outcome):
    weights_are_finite = all(torch.isfinite(p).all() for p in outcome.model.parameters())
    return not (outcome.is_finite and weights_are_finite)
