# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains an LSTM with recurrent weights that are too large, so that its gradient explodes.

python train_lstm.py | gradflow -e 'recorded(read("-")) |> diagnose'
python train_lstm.py grads.jsonl
"""

import sys

import torch
from torch import nn

from gradflow_hook import Recorder

torch.manual_seed(0)
torch.use_deterministic_algorithms(True)


class Tagger(nn.Module):
    """Predicts from the end of a sequence of numbers whether the sum of all is positive."""

    def __init__(self, width=32):
        super().__init__()
        self.input = nn.Linear(1, width)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.head = nn.Linear(width, 1)
        nn.init.normal_(self.lstm.weight_hh_l0, std=1.5)

    def forward(self, x):
        return self.head(self.lstm(self.input(x))[0][:, -1])


model = Tagger()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
path = sys.argv[1] if len(sys.argv) > 1 else "-"
with Recorder(model, path, every=10, optimizer=optimizer) as recorder:
    for step in range(100):
        x = torch.randn(32, 60, 1)
        optimizer.zero_grad()
        target = (x.sum(1) > 0).float()
        loss = nn.functional.binary_cross_entropy_with_logits(model(x), target)
        loss.backward()
        recorder.step(loss)
        optimizer.step()
        if step % 20 == 0:
            # Standard output belongs to the records.
            print(f"step {step + 1}: loss {loss.item():.4f}", file=sys.stderr)
