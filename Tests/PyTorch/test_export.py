# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks that gradflow_export writes have the loss and the gradients of the modules."""

import random
import tempfile
import unittest
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from gradflow import IS_SHORT, run
from gradflow_export import ExportError, export


class Applied(nn.Module):
    """Applies a function after a module, as code in a forward method does."""

    def __init__(self, module, function):
        super().__init__()
        self.module, self.function = module, function

    def forward(self, x):
        return self.function(self.module(x))


class Sum(nn.Module):
    def __init__(self, branch, shortcut, combine):
        super().__init__()
        self.branch, self.shortcut, self.combine = branch, shortcut, combine

    def forward(self, x):
        return self.combine(self.branch(x), self.shortcut(x))


MODULES = [
    nn.Sigmoid,
    nn.Tanh,
    nn.ReLU,
    lambda: nn.LeakyReLU(0.2),
    lambda: nn.ELU(0.7),
    nn.SELU,
    nn.GELU,
    nn.SiLU,
    nn.Softplus,
    nn.Softsign,
    nn.Mish,
    nn.Hardtanh,
    nn.ReLU6,
    nn.Identity,
    lambda: nn.Dropout(0.0),
]
FUNCTIONS = [
    torch.tanh,
    torch.relu,
    torch.sigmoid,
    torch.sin,
    lambda x: x.tanh(),
    lambda x: F.relu(x, inplace=False),
    lambda x: F.leaky_relu(x, 0.3),
    lambda x: F.leaky_relu(x, negative_slope=0.1),
    lambda x: F.elu(x, alpha=1.5),
    lambda x: F.gelu(x),
    lambda x: F.silu(x),
    lambda x: F.softplus(x),
    lambda x: F.dropout(x, 0.9, training=False),
    lambda x: torch.flatten(x, 1),
]
SUMS = [
    lambda branch, shortcut: branch + shortcut,
    lambda branch, shortcut: shortcut + branch,
    lambda branch, shortcut: torch.add(shortcut, branch),
    lambda branch, shortcut: torch.add(shortcut, branch, alpha=0.7),
    lambda branch, shortcut: shortcut + 0.5 * branch,
    lambda branch, shortcut: branch * 0.3 + shortcut,
]


class Generator:
    """Draws modules that gradflow can express."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        torch.manual_seed(seed)

    def layers(self, width, depth, blocks=True):
        """Returns modules in order, and the width of their output."""
        found = []
        for _ in range(depth):
            if blocks and self.random.random() < 0.35:
                module, width = self.block(width)
                found.append(module)
                continue
            after = self.random.randint(1, 9)
            found.append(nn.Linear(width, after, bias=self.random.random() < 0.7))
            width = after
            if self.random.random() < 0.4:
                found.append(self.norm(width))
            if self.random.random() < 0.8:
                found.append(self.random.choice(MODULES)())
            elif self.random.random() < 0.8:
                found.append(Applied(found.pop(), self.random.choice(FUNCTIONS)))
        return found, width

    def norm(self, width):
        # A layer norm of one or two units has constant outputs, and rounding errors as gradient.
        kinds = [lambda: nn.BatchNorm1d(width, eps=1e-3, momentum=0.2)]
        if width > 3:
            kinds += [lambda: nn.LayerNorm(width), lambda: nn.GroupNorm(1, width, eps=1e-3)]
            if hasattr(nn, "RMSNorm"):
                kinds += [lambda: nn.RMSNorm(width, eps=1e-4)]
        norm = self.random.choice(kinds)()
        for parameter in norm.parameters():
            nn.init.normal_(parameter, 1, 0.3)
        return norm

    def block(self, width):
        inner, after = self.layers(
            width, self.random.randint(1, 2), blocks=self.random.random() < 0.5
        )
        shortcut = nn.Identity()
        if after != width:
            shortcut = nn.Linear(width, after, bias=self.random.random() < 0.5)
        return Sum(nn.Sequential(*inner), shortcut, self.random.choice(SUMS)), after

    def module(self):
        inputs = self.random.randint(1, 8)
        found, width = self.layers(inputs, self.random.randint(0, 6))
        outputs = self.random.randint(2, 5)
        found.append(nn.Linear(width, outputs))
        if self.random.random() < 0.3:
            found.append(nn.Softmax(dim=1))
        return nn.Sequential(*found).double(), inputs, outputs


def main_linears(module):
    """Returns the Linear layers with a row in the flow table: all but those in shortcuts."""
    if isinstance(module, nn.Linear):
        return [module]
    children = [module.branch] if isinstance(module, Sum) else module.children()
    return [linear for child in children for linear in main_linears(child)]


class ExportTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "model")

    def written(self, module):
        export(module, self.path)
        return Path(self.path + ".gf").read_text()

    def assertFlowIsEqual(self, module, inputs, outputs, seed=0):
        source = self.written(module)
        torch.manual_seed(seed)
        x = torch.randn(12, inputs, dtype=torch.float64)
        result = module(x)
        ends_in_softmax = isinstance(module[-1], nn.Softmax)
        if ends_in_softmax:
            t = torch.randint(outputs, (12,))
            loss, name = F.nll_loss(result.log(), t), "cross_entropy"
            classes = f", classes: {outputs}"
        else:
            t = torch.randn(12, outputs, dtype=torch.float64)
            loss, name, classes = F.mse_loss(result, t), "mse", ""
        loss.backward()
        expected = [linear.weight.grad.norm().item() for linear in main_linears(module)]
        data = f"data = dataset({x.tolist()}, {t.tolist()}{classes})\n"
        flow = f"flow(net, data, loss: {name})\n"
        train = f"run = train(net, data, loss: {name}, batch: 12, epochs: 1);\nrun.steps\n"
        rows, steps = run(data + source.replace("flow(net)\n", flow) + train)
        self.assertEqual(len(rows), len(expected))
        largest = max(expected)
        for row, norm in zip(rows, expected):
            self.assertLess(
                abs(row["grad_norm"] - norm), 1e-12 * max(largest, 1), (row, norm, source)
            )
        self.assertLess(abs(steps[0]["loss"] - loss.item()), 1e-12 * max(loss.item(), 1), source)

    def test_random_modules(self):
        for seed in range(100 if IS_SHORT else 2000):
            with self.subTest(seed=seed):
                self.assertFlowIsEqual(*Generator(seed).module(), seed)

    def test_f32(self):
        module = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
        source = self.written(module)
        (rows,) = run(source)
        self.assertIn("precision: f32", source)
        self.assertAlmostEqual(rows[0]["weight_norm"], module[0].weight.norm().item(), places=6)

    def test_one_linear(self):
        self.assertFlowIsEqual(nn.Sequential(nn.Linear(3, 2)).double(), 3, 2)
        self.assertIn("dense(2)", self.written(nn.Linear(3, 2)))

    def test_dropout_and_running_statistics(self):
        norm = nn.BatchNorm1d(4, momentum=0.3, eps=1e-4)
        nn.init.normal_(norm.running_mean)
        nn.init.uniform_(norm.running_var, 0.5, 2)
        module = nn.Sequential(nn.Linear(3, 4), norm, nn.Dropout(0.25), nn.Linear(4, 1)).double()
        source = self.written(module)
        self.assertIn("dropout(0.25)", source)
        self.assertIn("batchnorm(0.3, eps: 0.0001)", source)
        x = torch.randn(5, 3, dtype=torch.float64)
        (outputs,) = run(source.replace("flow(net)", f"predict(net, {x.tolist()})"))
        expected = module.eval()(x).flatten().tolist()
        for output, number in zip(outputs, expected):
            self.assertAlmostEqual(output[0], number, places=12)

    def test_flattened_inputs(self):
        """What code writes to turn images into rows."""
        torch.manual_seed(0)
        x, linear = torch.randn(5, 2, 3, dtype=torch.float64), nn.Linear(6, 2).double()
        expected = linear(x.flatten(1)).tolist()

        def unpacked(x):
            count, height, width = x.shape
            return x.view(count, -1)

        def reshaped(x):
            return torch.reshape(x, (x.shape[0], -1))

        for flatten in (
            # Earlier versions of PyTorch cannot trace these.
            *([unpacked, reshaped] if hasattr(torch, "compile") else []),
            lambda x: torch.flatten(x, 1),
            lambda x: torch.flatten(x, start_dim=1),
            lambda x: x.flatten(1),
            lambda x: x.view(x.size(0), -1),
            lambda x: x.view(x.size(dim=0), -1),
            lambda x: x.view(x.size()[0], -1),
            lambda x: x.view((x.shape[0], 6)),
            lambda x: x.reshape(x.shape[0], -1),
            lambda x: x.contiguous().view(x.size(0), -1),
            lambda x: x.view(-1, 6),
            lambda x: x.reshape(-1, 6),
        ):
            module = nn.Sequential(Applied(nn.Identity(), flatten), linear)
            source = self.written(module)
            code = source.replace("flow(net)", f"predict(net, {x.flatten(1).tolist()})")
            (outputs,) = run(code)
            for output, numbers in zip(outputs, expected):
                self.assertAlmostEqual(output[0], numbers[0], places=12)

    def test_flattened_hidden_layers(self):
        class Module(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.last = nn.Linear(6, 4), nn.Linear(4, 2)

            def forward(self, x):
                count = x.shape[0]
                x = torch.relu(self.first(x.view(count, -1)))
                return self.last(x.view(count, -1))

        self.assertEqual(self.written(Module()).count("dense"), 2)

    def test_name_with_braces_and_quotes(self):
        self.path = str(Path(self.path).parent / 'a "{1}" \\ b')
        run(self.written(nn.Linear(2, 2)))

    def assertRefuses(self, module, *words):
        with self.assertRaises(ExportError) as caught:
            export(module, self.path)
        for word in (*words, "; record its training with gradflow_hook.py instead"):
            self.assertIn(word, str(caught.exception))
        self.assertFalse(Path(self.path + ".gf").exists())

    def test_refused_modules(self):
        def refuses(module, *words):
            with self.subTest(module=module):
                whole = nn.Sequential(nn.Linear(4, 4), module, nn.Linear(4, 4))
                self.assertRefuses(whole, f"1 ({type(module).__name__})", *words)

        refuses(nn.PReLU(), "no such layer")
        refuses(nn.LSTM(4, 4), "no such layer")
        refuses(nn.Hardswish(), "no such layer")
        refuses(nn.GELU(approximate="tanh"), "approximate=none")
        refuses(nn.Softplus(beta=2), "beta=1")
        refuses(nn.Hardtanh(-2, 2), "min_val=-1")
        refuses(nn.Softmax(dim=1), "as the output")
        refuses(nn.LayerNorm(4, eps=1e-3), "eps=1e-5")
        refuses(nn.LayerNorm(4, elementwise_affine=False), "weight and bias")
        refuses(nn.BatchNorm1d(4, affine=False), "weight and bias")
        refuses(nn.BatchNorm1d(4, momentum=None), "a momentum")
        refuses(nn.BatchNorm1d(4, track_running_stats=False), "running statistics")
        refuses(nn.Dropout1d(0.5), "no such layer")
        refuses(nn.Bilinear(4, 4, 4), "1 (Bilinear)")
        refuses(nn.utils.weight_norm(nn.Linear(4, 4)), "remove its parametrization")
        refuses(nn.utils.parametrizations.orthogonal(nn.Linear(4, 4)), "parametrization")

    def test_refused_code(self):
        def refuses(function, *words):
            with self.subTest(words=words):
                first, second = nn.Linear(4, 4), nn.Linear(4, 4)

                class Module(nn.Module):
                    def __init__(self):
                        super().__init__()
                        self.first, self.second, self.wide = first, second, nn.Linear(4, 5)
                        self.scale = nn.Parameter(torch.ones(4))

                    def forward(self, x):
                        return function(self, x)

                self.assertRefuses(Module(), *words)

        refuses(lambda m, x: m.first(m.first(x)), "first (Linear)", "shares its weights")
        refuses(lambda m, x: m.first(x) * m.second(x), "mul", "no such operation")
        refuses(lambda m, x: m.first(x) + 1, "add", "two values")
        refuses(lambda m, x: m.first(x) * m.scale, "mul of first, scale")
        refuses(lambda m, x: m.first(x).exp(), "exp", "no such operation")
        refuses(lambda m, x: m.first(x) + m.second(x), "add of first, second", "branch")
        refuses(lambda m, x: 2 * x + m.first(x), "add", "branch")
        refuses(lambda m, x: x - m.first(x), "sub", "no such operation")
        refuses(lambda m, x: x - 0.5 * m.first(x), "sub")
        refuses(lambda m, x: x + -0.5 * m.first(x), "add", "above 0")
        refuses(lambda m, x: m.wide(x) + torch.tanh(m.wide(x)), "wide (Linear)", "shares")
        refuses(lambda m, x: (m.first(x), m.second(x)), "several values")
        refuses(lambda m, x: m.first(x) if x.sum() > 0 else x, "torch.fx cannot trace")
        refuses(lambda m, x: m.first(x)[:, 1:], "getitem")
        refuses(lambda m, x: torch.cat([x, m.first(x)]), "cat")
        refuses(lambda m, x: m.first(x).view(-1, 2), "view of first")
        refuses(lambda m, x: m.first(x).view(x.size(1), -1), "view of first, size")
        refuses(lambda m, x: m.first(x).view(x.size(0), 2, -1), "view of first, size")
        refuses(lambda m, x: m.first(x) if x.sum() > 0 else x, "which depends on its data")

    def test_obstacles(self):
        encoder = nn.TransformerEncoderLayer(4, 2)

        class Module(nn.Module):
            def __init__(self):
                super().__init__()
                self.tokens, self.blocks = nn.Embedding(7, 4), nn.ModuleList([encoder, encoder])
                self.convolutions = nn.Sequential(nn.Conv1d(4, 4, 1), nn.Conv1d(4, 4, 1))
                self.criterion = nn.CrossEntropyLoss()

            def forward(self, x):
                x = self.convolutions(self.tokens(x).movedim(1, 2))
                return x if x.sum() > 0 else -x

        missing = "tokens (Embedding), blocks.0 (TransformerEncoderLayer), "
        missing += "convolutions.0 (Conv1d, 2 of them): gradflow has no such layer; torch.fx cannot"
        self.assertRefuses(Module(), missing, "which depends on its data")
        module = nn.Sequential(nn.Linear(2, 2), nn.Conv1d(1, 1, 1), nn.Linear(2, 2))
        self.assertRefuses(module, "1 (Conv1d): gradflow has no such layer; record")

    def test_weights_that_are_shared_by_two_modules(self):
        module = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4))
        module[2].weight = module[0].weight
        self.assertRefuses(module, "0 (Linear)", "shares its weights with 2 (Linear)")

    def test_types(self):
        self.assertRefuses(
            nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2).double()), "float32", "float64"
        )
        self.assertRefuses(nn.Tanh(), "none")


if __name__ == "__main__":
    unittest.main()
