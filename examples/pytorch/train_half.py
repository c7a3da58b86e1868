# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains a network in float16 with a rate that is too large, until an output exceeds 65,504.

python train_half.py | gradflow -e 'recorded(read("-")) |> diagnose'
python train_half.py grads.jsonl
"""

import sys

import torch
from torch import nn

from gradflow_hook import Recorder

torch.manual_seed(0)
torch.use_deterministic_algorithms(True)


class HalfLinear(nn.Linear):
    """Computes in f32, and rounds operands, outputs and their gradients to f16.

    Processors have no fast products of f16 numbers, and older versions of PyTorch have none at all.
    """

    def forward(self, x):
        weight, bias = self.weight.half().float(), self.bias.half().float()
        return nn.functional.linear(x.half().float(), weight, bias).half().float()


width = 64
layers = []
for _ in range(6):
    layers += [HalfLinear(width, width), nn.ReLU()]
model = nn.Sequential(*layers, HalfLinear(width, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
path = sys.argv[1] if len(sys.argv) > 1 else "-"
inputs = 4 * torch.randn(256, width)
targets = inputs[:, :4].sum(1, keepdim=True)
with Recorder(model, path, every=10, optimizer=optimizer) as recorder:
    for step in range(60):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        recorder.step(loss)
        optimizer.step()
        # Standard output belongs to the records.
        print(f"step {step + 1}: loss {loss.item():.4f}", file=sys.stderr)
        if not torch.isfinite(loss):
            break
