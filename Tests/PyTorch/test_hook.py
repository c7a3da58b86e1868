# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers of Recorder are those of autograd and of gradflow."""

import contextlib
import copy
import inspect
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from gradflow import EXAMPLES, run
from gradflow_export import export
from gradflow_hook import Recorder

COLUMNS = (
    "step layer name kind weight_norm grad_norm bias_grad_norm delta_rms update_ratio act_mean "
    "act_std dead saturated loss rate nonfinite"
).split()


class HookTests(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = str(self.folder / "grads.jsonl")
        self.errors = io.StringIO()
        redirection = contextlib.redirect_stderr(self.errors)
        redirection.__enter__()
        self.addCleanup(redirection.__exit__, None, None, None)

    def messages(self):
        """Returns the lines that were written to standard error since the last call."""
        lines = self.errors.getvalue().splitlines()
        self.errors.seek(0)
        self.errors.truncate()
        return [line for line in lines if "kept the previous" not in line]

    def rows(self, step=None):
        """Returns the rows of the file, optionally those of one step by name."""
        rows = [json.loads(line) for line in Path(self.path).read_text().splitlines()]
        if step is None:
            return rows
        return {row["name"]: row for row in rows if row["step"] == step}

    def assertClose(self, a, b, tolerance=1e-6):
        if b is None or isinstance(b, str):
            return self.assertEqual(a, b)
        self.assertIsNotNone(a)
        self.assertLessEqual(abs(a - b), tolerance * abs(b) + 1e-300, (a, b))

    def train(self, model, batches, criterion=F.mse_loss, rate=0.1, **options):
        """Trains with plain steps of SGD. Returns the optimizer."""
        optimizer = torch.optim.SGD(model.parameters(), lr=rate)
        with Recorder(model, self.path, optimizer=optimizer, **options) as recorder:
            for x, t in batches:
                optimizer.zero_grad()
                loss = criterion(model(x), t)
                loss.backward()
                recorder.step(loss)
                optimizer.step()
        return optimizer


class GradflowTests(HookTests):
    """The same networks in gradflow."""

    def assertAgrees(self, model, inputs, outputs, dtype):
        model = model.to(dtype)
        x, t = torch.randn(20, inputs, dtype=dtype), torch.randn(20, outputs, dtype=dtype)
        export(copy.deepcopy(model).double(), str(self.folder / "model"))
        source = (self.folder / "model.gf").read_text()
        self.train(model, [(x, t)] * 3, every=1)
        data = f"data = dataset({x.tolist()}, {t.tolist()})\n"
        flow, steps, trained = run(
            data
            + source.replace("flow(net)\n", "flow(net, data, loss: mse)\n")
            + "run = train(net, data, loss: mse, batch: 20, epochs: 3, optimizer: sgd(0.1));\n"
            + "run.steps\nrun.flow\n"
        )
        # gradflow has a row for each dense layer, with the activation behind a normalisation.
        linears = [row for row in self.rows() if row["kind"] == "Linear"]
        self.assertEqual(len(linears), len(trained))
        tolerance = 1e-6 if dtype == torch.float64 else 2e-4
        for own, theirs in zip(linears, trained):
            for column in ("weight_norm", "grad_norm", "delta_rms", "update_ratio", "dead"):
                self.assertClose(own[column], theirs[column], tolerance)
            if own["bias_grad_norm"] is not None:
                self.assertClose(own["bias_grad_norm"], theirs["bias_grad_norm"], tolerance)
            self.assertClose(own["loss"], steps[own["step"] - 1]["loss"], tolerance)
        rows = self.rows(1)
        followed = [row for row in rows.values() if row["kind"] == "Linear"]
        has_norm = any("Norm" in row["kind"] for row in rows.values())
        for own, theirs in zip(followed, flow):
            for column in () if has_norm else ("act_mean", "act_std", "saturated"):
                self.assertClose(own[column], theirs[column], tolerance)

    def test_mlp(self):
        for activation in (
            nn.Sigmoid,
            nn.Tanh,
            nn.ReLU,
            nn.Softsign,
            nn.Hardtanh,
            nn.ReLU6,
            nn.GELU,
        ):
            for dtype in (torch.float64, torch.float32):
                with self.subTest(activation=activation, dtype=dtype):
                    model = nn.Sequential(
                        *(
                            nn.Linear(4, 9),
                            activation(),
                            nn.Linear(9, 9),
                            activation(),
                            nn.Linear(9, 2),
                        )
                    )
                    # Where the slope of gelu underflows, gradflow tells that the unit is not dead.
                    for layer in model[0:4:2]:
                        nn.init.normal_(layer.weight, std=0.5 if activation is nn.GELU else 1.5)
                        nn.init.normal_(layer.bias)
                    self.assertAgrees(model, 4, 2, dtype)

    def test_dead_units(self):
        model = nn.Sequential(nn.Linear(4, 30), nn.ReLU(inplace=True), nn.Linear(30, 2))
        nn.init.constant_(model[0].bias, -1)
        self.assertAgrees(model, 4, 2, torch.float64)
        self.assertGreater(self.rows()[0]["dead"], 0.1)

    def test_normalisation_and_missing_biases(self):
        norms = nn.BatchNorm1d(8), nn.LayerNorm(8)
        model = nn.Sequential(
            *(nn.Linear(4, 8, bias=False), norms[0], nn.Tanh()),
            *(nn.Linear(8, 8, bias=False), norms[1], nn.Tanh(), nn.Linear(8, 2)),
        )
        self.assertAgrees(model, 4, 2, torch.float64)

    def test_vanishing(self):
        layers = [nn.Linear(6, 6) if i % 2 == 0 else nn.Sigmoid() for i in range(60)]
        self.assertAgrees(nn.Sequential(*layers), 6, 6, torch.float64)
        self.assertLess(self.rows()[0]["delta_rms"], 1e-20)


def by_hand(model, names, x, t, criterion, samples):
    """Returns measurements of modules, from the gradients that autograd retains for their outputs.

    - names: The names of modules, each with that of the activation that follows it or None.
    """
    model = copy.deepcopy(model)
    modules, kept = dict(model.named_modules()), {}
    for module in modules.values():
        module.inplace = False

    def keep(name):
        def hook(module, inputs, output):
            output = output[0] if isinstance(output, tuple) else output
            output.retain_grad()
            kept.setdefault(name, []).append(output)

        return hook

    for name in {*names, *names.values()} - {None}:
        modules[name].register_forward_hook(keep(name))
    criterion(model(x), t).backward()
    found = {}
    for name, activation in names.items():
        axis = 2 if isinstance(modules[name], (nn.Conv2d, nn.BatchNorm2d)) else -1
        gradient = torch.stack([y.grad for y in kept[name]]).double()
        values = torch.stack([y.detach() for y in kept[activation or name]]).double()
        parameters = dict(modules[name].named_parameters())
        weights = [p.grad.flatten() for n, p in parameters.items() if "bias" not in n]
        found[name] = {
            "delta_rms": samples * gradient.pow(2).mean().sqrt().item(),
            "dead": (gradient.movedim(axis, 0).flatten(1) == 0).all(1).double().mean().item(),
            "act_mean": values.mean().item(),
            "act_std": values.std(unbiased=False).item(),
            "grad_norm": torch.cat(weights).double().norm().item(),
        }
    return found


class Residual(nn.Module):
    """A block with in-place operations."""

    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(channels)
        self.inplace = True

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.inplace:
            y += x
        else:
            y = y + x
        return F.relu(y)


class Tagger(nn.Module):
    def __init__(self, uses_state=False, **options):
        super().__init__()
        self.embedding = nn.Embedding(11, 6)
        self.lstm = nn.LSTM(6, 5, **options)
        self.head = nn.Linear(5, 3)
        self.uses_state = uses_state

    def forward(self, x):
        outputs, (hidden, _) = self.lstm(self.embedding(x))
        return self.head(hidden[-1] if self.uses_state else outputs[:, -1])


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 8)
        self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.wide, self.gelu, self.narrow = nn.Linear(8, 32), nn.GELU(), nn.Linear(32, 8)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = self.embedding(x)
        y = self.norm1(x)
        x = x + self.attention(y, y, y)[0]
        x = x + self.narrow(self.gelu(self.wide(self.norm2(x))))
        return self.head(x.mean(1))


class AutogradTests(HookTests):
    """The numbers that PyTorch's own gradients have."""

    def assertAgrees(self, model, names, x, t, criterion=F.mse_loss, samples=None):
        samples = samples or len(x)
        expected = by_hand(model, names, x, t, criterion, samples)
        self.train(model, [(x, t)], criterion)
        rows = self.rows(1)
        for name in names:
            self.assertEqual(rows[name]["kind"], type(model.get_submodule(name)).__name__)
            for column, value in expected[name].items():
                with self.subTest(name=name, column=column):
                    self.assertClose(rows[name][column], value, 2e-5)
        return rows

    def test_convolutions_with_residual_blocks(self):
        model = nn.Sequential(
            *(nn.Conv2d(1, 4, 3), nn.ReLU(inplace=True), Residual(4), Residual(4)),
            *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)),
        )
        nn.init.constant_(model[0].bias, -1)
        names = {"0": "1", "2.conv1": None, "2.bn1": "2.relu", "2.conv2": None, "2.bn2": None}
        names.update({"3.conv1": None, "3.bn1": "3.relu", "3.bn2": None, "6": None})
        x, t = torch.randn(6, 1, 9, 9), torch.randint(3, (6,))
        rows = self.assertAgrees(model, names, x, t, F.cross_entropy)
        self.assertEqual([row["layer"] for row in rows.values()], list(range(1, 11)))
        self.assertEqual(
            list(rows), "0 2.conv1 2.bn1 2.conv2 2.bn2 3.conv1 3.bn1 3.conv2 3.bn2 6".split()
        )

    def test_lstm(self):
        x, t = torch.randint(11, (4, 7)), torch.randint(3, (4,))
        model = Tagger(batch_first=True, num_layers=2)
        names = dict.fromkeys(["embedding", "lstm", "head"])
        rows = self.assertAgrees(model, names, x, t, F.cross_entropy)
        biases = [p.grad.flatten() for n, p in model.lstm.named_parameters() if "bias" in n]
        self.assertClose(rows["lstm"]["bias_grad_norm"], torch.cat(biases).norm().item())

    def test_last_state_of_an_lstm(self):
        model = Tagger(uses_state=True, batch_first=True)
        x, t = torch.randint(11, (4, 7)), torch.randint(3, (4,))
        rows = self.assertAgrees(model, {"embedding": None, "head": None}, x, t, F.cross_entropy)
        self.assertGreater(rows["lstm"]["delta_rms"], 0)

    def test_transformer_block(self):
        names = dict.fromkeys("embedding norm1 attention norm2 narrow head".split())
        names["wide"] = "gelu"
        x, t = torch.randint(11, (4, 7)), torch.randint(3, (4,))
        model = Transformer()
        rows = self.assertAgrees(model, names, x, t, F.cross_entropy)
        self.assertEqual(len(rows), 7)
        self.assertEqual(rows["attention"]["layer"], 3)

    def test_in_place_activation_of_sequences(self):
        model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(inplace=True), nn.Linear(5, 2))
        x, t = torch.randn(4, 6, 3), torch.randn(4, 6, 2)
        self.assertAgrees(model, {"0": "1", "2": None}, x, t)

    def test_module_used_twice(self):
        shared = nn.Linear(5, 5)
        model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), shared, nn.Tanh(), shared)
        modules = nn.Sequential(model, nn.Linear(5, 1))
        x, t = torch.randn(8, 3), torch.randn(8, 1)
        rows = self.assertAgrees(modules, {"0.0": "0.1", "1": None}, x, t)
        self.assertEqual(len(rows), 3)
        expected = by_hand(modules, {"0.2": None}, x, t, F.mse_loss, 8)
        modules.zero_grad()
        twin = copy.deepcopy(modules)
        self.train(twin, [(x, t)])
        self.assertClose(self.rows(1)["0.2"]["delta_rms"], expected["0.2"]["delta_rms"])

    def test_tied_weights(self):
        model = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 5, bias=False))
        model[1].weight = model[0].weight
        x, t = torch.randint(5, (9,)), torch.randint(5, (9,))
        rows = self.assertAgrees(model, {"0": None, "1": None}, x, t, F.cross_entropy)
        self.assertEqual(rows["0"]["grad_norm"], rows["1"]["grad_norm"])

    def test_sparse_gradient(self):
        model = nn.Sequential(nn.Embedding(5, 4, sparse=True), nn.Flatten(), nn.Linear(8, 1))
        x = torch.tensor([[1, 1], [2, 1]])
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        with Recorder(model, self.path, optimizer=optimizer) as recorder:
            loss = model(x).pow(2).mean()
            loss.backward()
            recorder.step(loss)
        norm = model[0].weight.grad.to_dense().norm().item()
        self.assertClose(self.rows(1)["0"]["grad_norm"], norm)

    def test_parametrized_module(self):
        linear = nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))
        model = nn.Sequential(nn.utils.weight_norm(nn.Linear(2, 3)), nn.Tanh(), linear)
        self.train(model, [(torch.randn(4, 2), torch.randn(4, 3))])
        rows = self.rows(1)
        self.assertEqual(list(rows), ["0", "2"])
        self.assertGreater(rows["2"]["grad_norm"], 0)
        self.assertGreater(rows["2"]["bias_grad_norm"], 0)


def load(path):
    """Returns a module that was saved whole, which later versions load on demand only."""
    has_option = "weights_only" in inspect.signature(torch.load).parameters
    return torch.load(path, **({"weights_only": False} if has_option else {}))


class Patches(nn.Module):
    """A vision transformer without its blocks, which has parameters next to its layers."""

    def __init__(self, places=6, width=5):
        super().__init__()
        self.end_bias = nn.Parameter(torch.randn(2))
        self.position = nn.Parameter(torch.randn(1, places + 1, width))
        self.unused = nn.Parameter(torch.zeros(2))
        self.frozen = nn.Parameter(torch.ones(width), requires_grad=False)
        self.first_class = nn.Parameter(torch.randn(1, 1, width))
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(3))])
        self.head = nn.Linear(width, 2)
        self.body = nn.ModuleList([nn.Linear(width, width), nn.LayerNorm(width)])
        self.patches = nn.Linear(3, width)

    def forward(self, x):
        x = self.patches(x * self.scales[0])
        x = torch.cat([self.first_class.expand(len(x), -1, -1), x], 1) + self.position
        for module in self.body:
            x = module(x * self.frozen)
        return self.head(x[:, 0]) + self.end_bias


class ParameterTests(HookTests):
    """Parameters that belong to no layer."""

    def test_order_and_numbers(self):
        model = Patches()
        x, t = torch.randn(4, 6, 3), torch.randint(2, (4,))
        twin = copy.deepcopy(model)
        loss = F.cross_entropy(twin(x), t)
        loss.backward()
        self.train(model, [(x, t)] * 2, F.cross_entropy, every=1)
        for step in (1, 2):
            rows = self.rows(step)
            self.assertEqual([row["layer"] for row in rows.values()], list(range(1, 9)))
            # The class and the patches do not depend on each other.
            names = [name for name in rows if name != "first_class"]
            self.assertEqual(
                names, ["scales.0", "patches", "position", "body.0", "body.1", "head", "end_bias"]
            )
            self.assertLess(rows["first_class"]["layer"], rows["position"]["layer"])
        for name in ("scales.0", "first_class", "position", "end_bias"):
            row, p = self.rows(1)[name], dict(twin.named_parameters())[name]
            self.assertEqual(row["kind"], "Parameter")
            self.assertClose(row["grad_norm"], p.grad.norm().item())
            update = 0.1 * p.grad.norm() / p.norm()
            self.assertClose(row["update_ratio"], update.item(), 1e-5)
            self.assertEqual(row["rate"], 0.1)
            for column in ("bias_grad_norm", "delta_rms", "act_std", "dead", "saturated"):
                self.assertIsNone(row[column])

    def test_parameter_that_is_used_later(self):
        model = Patches()
        model.scales[0].data.zero_()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        with Recorder(model, self.path, every=1, optimizer=optimizer) as recorder:
            for step in (1, 2):
                loss = model(torch.randn(4, 6, 3)).sum()
                loss = loss + model.unused.sum() if step == 2 else loss
                loss.backward()
                recorder.step(loss)
        self.assertEqual(list(self.rows(2)), [*self.rows(1), "unused"])
        self.assertEqual(self.rows(2)["unused"]["layer"], 9)

    def test_without_layers_before(self):
        model = nn.Sequential(Overflow(), Overflow())
        model.register_parameter("weight", nn.Parameter(torch.ones(3)))
        with Recorder(model, self.path) as recorder:
            loss = model(torch.randn(2, 3) * model.weight).sum()
            loss.backward()
            recorder.step(loss)
        self.assertEqual(list(self.rows(1)), ["weight", "0", "1"])

    def test_overflow(self):
        model = Patches()
        with Recorder(model, self.path) as recorder:
            model.position.register_hook(lambda g: g * math.inf)
            loss = model(torch.randn(4, 6, 3)).sum()
            loss.backward()
            recorder.step(loss)
        (message,) = self.messages()
        self.assertIn("the gradient of layer 4, position (Parameter)", message)


class TrainingTests(HookTests):
    """What happens around a step."""

    def batches(self, count, size=8):
        return [(torch.randn(size, 3), torch.randn(size, 1)) for _ in range(count)]

    def model(self):
        return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))

    def test_steps_and_columns(self):
        self.train(self.model(), self.batches(9), every=4)
        rows = self.rows()
        self.assertEqual([row["step"] for row in rows], [1, 1, 5, 5, 9, 9])
        self.assertEqual([row["layer"] for row in rows], [1, 2] * 3)
        for row in rows:
            self.assertEqual(list(row), COLUMNS)
            self.assertEqual(row["rate"], 0.1)
            self.assertEqual(row["nonfinite"], 0)

    def test_update(self):
        model, batches = self.model(), self.batches(5)
        norms = {}
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        with Recorder(model, self.path, every=2, optimizer=optimizer) as recorder:
            for step, (x, t) in enumerate(batches, 1):
                optimizer.zero_grad()
                loss = F.mse_loss(model(x), t)
                loss.backward()
                recorder.step(loss)
                before = model[0].weight.detach().clone()
                optimizer.step()
                change = (model[0].weight.detach() - before).norm() / before.norm()
                norms[step] = change.item(), model[0].weight.norm().item()
        for step in (1, 3, 5):
            row = self.rows(step)["0"]
            self.assertClose(row["update_ratio"], norms[step][0])
            self.assertClose(row["weight_norm"], norms[step][1])

    def test_file_has_whole_steps_at_any_time(self):
        model = self.model()
        counts = []
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        with Recorder(model, self.path, every=1) as recorder:
            for x, t in self.batches(4):
                loss = F.mse_loss(model(x), t)
                counts.append(len(self.rows()))
                loss.backward()
                recorder.step(loss)
                optimizer.step()
        self.assertEqual(counts, [0, 2, 4, 6])
        self.assertEqual(len(self.rows()), 8)
        self.assertEqual({row["rate"] for row in self.rows()}, {None})

    def test_standard_output(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            self.path = "-"
            self.train(self.model(), self.batches(1))
        self.assertEqual(len(output.getvalue().splitlines()), 2)

    def test_rates_of_groups(self):
        model = self.model()
        groups = [{"params": model[0].parameters(), "lr": 0.5}, {"params": model[2].parameters()}]
        optimizer = torch.optim.SGD(groups, lr=0.25)
        with Recorder(model, self.path, optimizer=optimizer) as recorder:
            loss = model(torch.randn(2, 3)).sum()
            loss.backward()
            recorder.step(loss)
        self.assertEqual([row["rate"] for row in self.rows()], [0.5, 0.25])

    def test_accumulation(self):
        """Two halves of a batch have the gradients of the whole."""
        x, t = torch.randn(8, 3), torch.randn(8, 1)
        model = self.model()
        twin = copy.deepcopy(model)
        self.train(twin, [(x, t)])
        whole = self.rows(1)
        with Recorder(model, self.path) as recorder:
            losses = [F.mse_loss(model(x[half]), t[half]) / 2 for half in (slice(4), slice(4, 8))]
            for loss in losses:
                loss.backward()
            recorder.step(sum(losses))
        for name, row in self.rows(1).items():
            for column in ("grad_norm", "delta_rms", "act_mean", "act_std", "loss", "dead"):
                self.assertClose(row[column], whole[name][column], 1e-5)

    def test_passes_without_gradients_do_not_count(self):
        model = self.model()
        twin = copy.deepcopy(model)
        ((x, t),) = self.batches(1)
        self.train(twin, [(x, t)])
        expected = self.rows(1)
        with Recorder(model, self.path) as recorder:
            with torch.no_grad():
                model(torch.randn(100, 3))
            model(x)
            recorder.forget()
            loss = F.mse_loss(model(x), t)
            loss.backward()
            with torch.no_grad():
                model(torch.randn(100, 3))
            recorder.step(loss)
        for name, row in self.rows(1).items():
            self.assertClose(row["delta_rms"], expected[name]["delta_rms"])
            self.assertClose(row["act_mean"], expected[name]["act_mean"])

    def test_frozen_and_unreached_modules(self):
        model = nn.ModuleDict(
            {name: nn.Linear(3, 3) for name in ("first", "second", "third", "unused")}
        )
        model["first"].requires_grad_(False)
        model["third"].requires_grad_(False)
        with Recorder(model, self.path) as recorder:
            x = torch.randn(4, 3)
            loss = model["third"](model["second"](model["first"](x))).pow(2).mean()
            loss.backward()
            recorder.step(loss)
        rows = self.rows(1)
        self.assertEqual(list(rows), ["first", "second", "third"])
        self.assertEqual([rows[name]["grad_norm"] is None for name in rows], [True, False, True])
        self.assertEqual([rows[name]["delta_rms"] is None for name in rows], [True, False, False])
        self.assertEqual(rows["first"]["update_ratio"], 0)

    def test_two_networks(self):
        """A generator and a discriminator, each with a recorder."""
        generator = nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 3))
        judge = nn.Sequential(nn.Linear(3, 6), nn.LeakyReLU(0.2), nn.Linear(6, 1))
        other = str(self.folder / "judge.jsonl")
        adams = [torch.optim.Adam(net.parameters(), lr=1e-3) for net in (generator, judge)]
        ones, zeros = torch.ones(4, 1), torch.zeros(4, 1)
        expected = {}
        with Recorder(generator, self.path, every=1) as own, Recorder(
            judge, other, every=1
        ) as theirs:
            for step in (1, 2, 3):
                real, fake = torch.randn(4, 3), generator(torch.randn(4, 2))
                adams[1].zero_grad()
                loss = F.binary_cross_entropy_with_logits(judge(real), ones)
                loss = loss + F.binary_cross_entropy_with_logits(judge(fake.detach()), zeros)
                loss.backward()
                theirs.step(loss)
                expected["judge", step] = judge[0].weight.grad.norm().item()
                adams[1].step()
                adams[0].zero_grad()
                loss = F.binary_cross_entropy_with_logits(judge(fake), ones)
                loss.backward()
                own.step(loss)
                theirs.forget()
                expected["generator", step] = generator[0].weight.grad.norm().item()
                adams[0].step()
        for step in (1, 2, 3):
            self.assertClose(self.rows(step)["0"]["grad_norm"], expected["generator", step])
            self.assertLess(self.rows(step)["0"]["update_ratio"], 0.1)
        self.path = other
        for step in (1, 2, 3):
            row = self.rows(step)["0"]
            self.assertClose(row["grad_norm"], expected["judge", step])
            self.assertGreater(row["update_ratio"], 0)

    def test_copies_of_the_model(self):
        model = self.model()
        ((x, t),) = self.batches(1)
        with Recorder(model, self.path) as recorder:
            torch.save(model, self.folder / "model.pt")
            for average in copy.deepcopy(model), load(self.folder / "model.pt"):
                self.assertEqual(average[0].weight.tolist(), model[0].weight.tolist())
                average(10 + x)
            loss = F.mse_loss(model(x), t)
            loss.backward()
            recorder.step(loss)
        first = torch.tanh(model[0](x))
        self.assertClose(self.rows(1)["0"]["act_mean"], first.mean().item(), 1e-5)

    def test_replicas(self):
        """What DataParallel does, without its devices: replicas of the model run in threads."""
        model = self.model()
        x, t = torch.randn(8, 3), torch.randn(8, 1)
        twin = copy.deepcopy(model)
        self.train(twin, [(x, t)])
        expected = self.rows(1)

        def replica(module):
            copied = module._replicate_for_data_parallel()
            for name, parameter in module._parameters.items():
                copied._parameters[name] = parameter
            for name, child in module._modules.items():
                copied._modules[name] = replica(child)
            return copied

        with Recorder(nn.DataParallel(model), self.path) as recorder:
            outputs = [None, None]

            def work(index, part):
                outputs[index] = replica(model)(part)

            threads = [threading.Thread(target=work, args=pair) for pair in enumerate(x.split(4))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            loss = F.mse_loss(torch.cat(outputs), t)
            loss.backward()
            recorder.step(loss)
        for name, row in self.rows(1).items():
            for column in ("grad_norm", "delta_rms", "act_mean", "act_std"):
                self.assertClose(row[column], expected[name.replace("module.", "")][column], 1e-5)


class LifeTests(HookTests):
    """How recorders start and end, and how their files do."""

    SCRIPT = """
import torch
from torch import nn
from gradflow_hook import Recorder
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
recorder = Recorder(model, "grads.jsonl", every=1)
for step in range({steps}):
    loss = model(torch.randn(2, 3)).sum()
    loss.backward()
    recorder.step(loss)
    optimizer.step()
{end}
"""

    def script(self, steps, end=""):
        """Returns what a script writes to standard error, which neither closes nor enters."""
        code = self.SCRIPT.format(steps=steps, end=end)
        variables = {**os.environ, "PYTHONPATH": str(EXAMPLES)}
        command = [sys.executable, "-W", "ignore", "-c", code]
        done = subprocess.run(
            command, cwd=self.folder, env=variables, capture_output=True, text=True
        )
        return done.stderr.splitlines()

    def test_end_of_the_program(self):
        self.assertEqual(self.script(2), [])
        self.assertEqual([row["step"] for row in self.rows()], [1, 2])
        self.assertEqual(self.script(2, "raise SystemExit(1)")[1:], [])
        self.assertEqual(len(self.rows()), 2)

    def test_overflow_before_an_exception(self):
        lines = self.script(1, "model(torch.full((2, 3), torch.inf)); raise ValueError")
        self.assertIn("output of layer 1, model (Linear)", lines[-1])
        self.assertEqual([row["nonfinite"] for row in self.rows()], [0, 2])

    def test_no_step(self):
        (line,) = self.script(0)
        self.assertTrue(line.startswith("gradflow: no step was recorded; call recorder.step(loss)"))
        self.assertEqual(self.script(0, "1 / 0")[-1], "ZeroDivisionError: division by zero")
        with Recorder(nn.Linear(1, 1), self.path):
            pass
        self.assertEqual(len(self.messages()), 1)
        with self.assertRaises(KeyError), Recorder(nn.Linear(1, 1), self.path):
            raise KeyError
        self.assertEqual(self.messages(), [])

    def test_close(self):
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh())
        recorder = Recorder(model, self.path)
        model(torch.randn(2, 3)).sum().backward()
        recorder.step()
        self.assertEqual(self.rows(), [])
        recorder.close()
        recorder.close()
        self.assertEqual(len(self.rows()), 1)
        self.assertEqual([len(module._forward_hooks) for module in model], [0, 0])

    def test_previous_recording(self):
        previous = self.folder / "grads.previous.jsonl"
        for run in (1, 2, 3):
            lines = self.script(run)
            note = "gradflow: kept the previous recording as grads.previous.jsonl"
            self.assertEqual(lines, [note] if run > 1 else [])
            self.assertEqual(len(self.rows()), run)
            if run > 1:
                self.assertEqual(len(previous.read_text().splitlines()), run - 1)
        # A run that records nothing leaves both as they are.
        self.script(0)
        self.assertEqual(len(self.rows()), 3)
        self.assertEqual(len(previous.read_text().splitlines()), 2)

    def test_model_that_is_saved_while_it_is_recorded(self):
        self.script(2, "torch.save(model, 'model.pt')")
        model = load(self.folder / "model.pt")
        code = f"import inspect, torch\n{inspect.getsource(load)}"
        code += "print(load('model.pt')(torch.ones(1, 3)).item())"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=self.folder, capture_output=True, text=True
        )
        self.assertEqual(done.stderr, "")
        self.assertClose(float(done.stdout), model(torch.ones(1, 3)).item())

    def test_second_recorder_of_a_file(self):
        """A cell of a notebook is run again."""
        model = nn.Linear(3, 4)
        for _ in range(2):
            recorder = Recorder(model, self.path)
            model(torch.randn(2, 3)).sum().backward()
            recorder.step()
        self.assertEqual(len(model._forward_hooks), 1)
        recorder.close()
        self.assertEqual(len(self.rows()), 1)

    def test_folder_that_does_not_exist(self):
        with self.assertRaises(FileNotFoundError):
            Recorder(nn.Linear(1, 1), str(self.folder / "none" / "grads.jsonl"))


class MisplacedStepTests(HookTests):
    """Calls of `step` in the wrong place."""

    def run_steps(self, order, count=40, every=10, parts=1, rate=0.1, clears=False):
        """Trains with calls in an order: b(ackward), r(ecorder), o(ptimizer), z(ero_grad)."""
        model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=rate)
        with Recorder(model, self.path, every=every, optimizer=optimizer) as recorder:
            for number in range(1, count + 1):
                loss = F.mse_loss(model(torch.randn(8, 3)), torch.randn(8, 1))
                calls = {
                    "b": loss.backward,
                    "r": lambda: recorder.step(loss),
                    "o": optimizer.step,
                    "z": lambda: optimizer.zero_grad(set_to_none=clears),
                }
                for call in order[0] if number % parts else order[-1]:
                    calls[call]()
        return self.messages()

    def test_right_places(self):
        for order in (["broz"], ["zbro"], ["bro"], ["bor"]):
            for every in (1, 10):
                self.assertEqual(self.run_steps(order, every=every), [], order)
        for parts in (2, 4, 5):
            for every in (1, 3, 10):
                self.assertEqual(self.run_steps(["b", "broz"], every=every, parts=parts), [])

    def test_after_the_gradients_are_cleared(self):
        for clears in (False, True):
            for every in (1, 10):
                (message,) = self.run_steps(["bozr"], every=every, clears=clears)
                self.assertIn("before optimizer.zero_grad()", message)

    def test_zero_gradients(self):
        self.assertEqual(self.run_steps(["bzro"]), [])

    def test_parts_of_an_accumulated_gradient(self):
        for parts in (2, 4, 5):
            for every in (1, 10):
                (message,) = self.run_steps(["br", "broz"], every=every, parts=parts)
                self.assertIn("once for each optimizer.step()", message)

    def test_rate_of_zero(self):
        self.assertEqual(self.run_steps(["broz"], rate=0.0), [])

    def test_another_module(self):
        recorder = Recorder(nn.Linear(3, 3), self.path)
        for _ in range(2):
            recorder.step(torch.zeros(()))
        recorder.close()
        (message,) = self.messages()
        self.assertIn("no layer of the model ran", message)


class Scaler:
    """Scales the loss like torch.cuda.amp.GradScaler, which needs a GPU in older versions."""

    def __init__(self, scale):
        self.factor, self._per_optimizer_states = scale, {}

    def get_scale(self):
        return self.factor

    def unscale_(self, optimizer):
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad /= self.factor
        self._per_optimizer_states[id(optimizer)] = {"stage": "OptState.UNSCALED"}


class PrecisionTests(HookTests):
    def test_autocast(self):
        model = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 1))
        x, t = torch.randn(64, 16), torch.randn(64, 1)
        twin = copy.deepcopy(model)
        self.train(twin, [(x, t)])
        expected = self.rows(1)
        with Recorder(model, self.path) as recorder:
            with torch.autocast("cpu", torch.bfloat16):
                loss = F.mse_loss(model(x).float(), t)
            loss.backward()
            recorder.step(loss)
        for name, row in self.rows(1).items():
            for column in ("grad_norm", "delta_rms", "act_std"):
                self.assertClose(row[column], expected[name][column], 0.05)
            self.assertNotEqual(row["act_std"], expected[name]["act_std"])

    def test_scaler(self):
        ((x, t),) = [(torch.randn(8, 3), torch.randn(8, 1))]
        model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))
        self.train(copy.deepcopy(model), [(x, t)])
        expected = self.rows(1)
        for is_unscaled in (False, True):
            twin, scaler = copy.deepcopy(model), Scaler(2.0**16)
            optimizer = torch.optim.SGD(twin.parameters(), lr=0.1)
            with Recorder(twin, self.path, optimizer=optimizer, scaler=scaler) as recorder:
                loss = F.mse_loss(twin(x), t)
                (loss * scaler.get_scale()).backward()
                if is_unscaled:
                    scaler.unscale_(optimizer)
                recorder.step(loss)
            for name, row in self.rows(1).items():
                for column in ("grad_norm", "bias_grad_norm", "delta_rms", "loss"):
                    self.assertClose(row[column], expected[name][column])

    @unittest.skipUnless(hasattr(torch.amp, "GradScaler"), "this version's scaler needs a GPU")
    def test_real_scaler(self):
        model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))
        x, t = torch.randn(8, 3), torch.randn(8, 1)
        self.train(copy.deepcopy(model), [(x, t)])
        expected = self.rows(1)
        for is_unscaled in (False, True):
            twin, scaler = copy.deepcopy(model), torch.amp.GradScaler("cpu")
            optimizer = torch.optim.SGD(twin.parameters(), lr=0.1)
            with Recorder(twin, self.path, optimizer=optimizer, scaler=scaler) as recorder:
                loss = F.mse_loss(twin(x), t)
                scaler.scale(loss).backward()
                if is_unscaled:
                    scaler.unscale_(optimizer)
                recorder.step(loss)
                scaler.step(optimizer)
                scaler.update()
            for name, row in self.rows(1).items():
                for column in ("grad_norm", "delta_rms", "update_ratio"):
                    self.assertClose(row[column], expected[name][column], 1e-5)

    def test_f16_gradients_do_not_underflow(self):
        model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
        with Recorder(model, self.path) as recorder:
            loss = 1e-30 * model(torch.randn(4, 2)).sum()
            loss.backward()
            recorder.step(loss)
        for row in self.rows():
            self.assertGreater(row["delta_rms"], 1e-31)
            self.assertGreater(row["grad_norm"], 1e-31)


class Overflow(nn.Module):
    """Multiplies its input or its gradient by a number."""

    def __init__(self):
        super().__init__()
        self.weight, self.forward_factor, self.backward_factor = (
            nn.Parameter(torch.ones(())),
            1.0,
            1.0,
        )

    def forward(self, x):
        y = x * self.weight * self.forward_factor
        if self.backward_factor != 1:
            y.register_hook(lambda g: g * self.backward_factor)
        return y


class FaultTests(HookTests):
    def faulty(self, step, forward=1.0, backward=1.0, every=10, scaler=None):
        """Trains a network whose second layer fails in a step."""
        fault = Overflow()
        model = nn.Sequential(nn.Linear(3, 4), fault, nn.Linear(4, 4), nn.Linear(4, 1))
        reports = []
        with Recorder(model, self.path, every=every, scaler=scaler) as recorder:
            for number in range(1, 8):
                fault.forward_factor = forward if number == step else 1.0
                fault.backward_factor = backward if number == step else 1.0
                model.zero_grad()
                loss = model(torch.randn(5, 3)).pow(2).mean()
                loss.backward()
                self.messages()
                recorder.step(loss)
                reports += self.messages()
                if number == step:
                    # The step of a fault is written at once.
                    self.atOnce = [row for row in self.rows() if row["step"] == step]
        return reports

    def test_output(self):
        for every in (1, 10):
            reports = self.faulty(4, forward=math.inf, every=every)
            rows = {row["layer"]: row for row in self.atOnce}
            self.assertEqual(
                [rows[layer]["nonfinite"] > 0 for layer in (1, 2, 3, 4)], [False, True, True, True]
            )
            self.assertEqual(len(reports), 1)
            self.assertTrue(reports[0].startswith("gradflow: step 4: the first number"), reports)
            self.assertIn("the output of layer 2, 1 (Overflow)", reports[0])
            self.assertIn(rows[1]["loss"], ("inf", "nan"))
            self.assertIn(rows[1]["grad_norm"], ("inf", "nan"))
        self.assertEqual([row["step"] for row in self.rows()], [1] * 4 + [4] * 4)

    def test_gradient(self):
        for every in (1, 10):
            reports = self.faulty(4, backward=math.nan, every=every)
            self.assertEqual([row["nonfinite"] for row in self.atOnce], [0, 1, 0, 0])
            self.assertIn("the gradient of layer 2, 1 (Overflow)", reports[0])

    def test_scaler_may_overflow(self):
        self.assertEqual(self.faulty(4, backward=math.inf, scaler=Scaler(1.0)), [])
        self.assertEqual(len(self.faulty(4, forward=math.inf, scaler=Scaler(1.0))), 1)

    def test_count(self):
        self.faulty(1, forward=math.inf)
        self.assertEqual([row["nonfinite"] for row in self.atOnce], [0, 20, 20, 5])

    def test_exception(self):
        model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 1))
        with self.assertRaises(KeyboardInterrupt):
            with Recorder(model, self.path) as recorder:
                loss = model(torch.randn(5, 3)).mean()
                loss.backward()
                recorder.step(loss)
                raise KeyboardInterrupt
        self.assertEqual([row["step"] for row in self.rows()], [1, 1])
        self.assertEqual(len(model[0]._forward_hooks), 0)

    def test_exception_after_a_fault(self):
        """A script that stops because the loss is not finite never calls `step`."""
        model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 1))
        with self.assertRaises(ValueError):
            with Recorder(model, self.path) as recorder:
                loss = model(torch.randn(5, 3)).mean()
                loss.backward()
                recorder.step(loss)
                if not torch.isfinite(model(torch.full((5, 3), math.inf)).mean()):
                    raise ValueError("the loss is not finite")
        self.assertEqual([row["step"] for row in self.rows()], [1, 1, 2, 2])
        self.assertEqual([row["nonfinite"] for row in self.rows(2).values()], [1, 1])


class ExampleTests(HookTests):
    """The example trainings show what their names promise."""

    def example(self, name):
        command = [sys.executable, str(EXAMPLES / f"train_{name}.py"), self.path]
        subprocess.run(command, check=True, capture_output=True)
        rows = self.rows()
        return rows, [row for row in rows if row["step"] == rows[-1]["step"]]

    def test_convnet(self):
        _, last = self.example("convnet")
        self.assertLess(last[0]["delta_rms"], 1e-8 * last[-1]["delta_rms"])

    def test_lstm(self):
        _, last = self.example("lstm")
        self.assertGreater(last[0]["delta_rms"], 1e4 * last[-1]["delta_rms"])

    def test_half(self):
        rows, last = self.example("half")
        self.assertEqual(rows[0]["nonfinite"], 0)
        self.assertGreater(sum(row["nonfinite"] for row in last), 0)

    def test_resnet(self):
        rows, last = self.example("resnet")
        self.assertLess(last[0]["loss"], 0.5 * rows[0]["loss"])
        self.assertEqual(sum(row["nonfinite"] for row in rows), 0)


@unittest.skipUnless(hasattr(torch, "compile"), "this version has no torch.compile")
class CompileTests(HookTests):
    def test_compiled_model(self):
        model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))
        batches = [(torch.randn(8, 3), torch.randn(8, 1)) for _ in range(6)]
        self.train(copy.deepcopy(model), batches, every=2)
        expected = self.rows()
        self.train(torch.compile(model, backend="aot_eager"), batches, every=2)
        found = self.rows()
        self.assertEqual(len(found), len(expected))
        for row, other in zip(found, expected):
            self.assertEqual((row["step"], row["name"]), (other["step"], other["name"]))
            for column in COLUMNS[4:]:
                self.assertClose(row[column], other[column], 1e-4)


if __name__ == "__main__":
    unittest.main()
