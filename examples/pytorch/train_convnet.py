# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains a network of 12 convolutions with sigmoids, whose gradient vanishes.

python train_convnet.py | gradflow -e 'recorded(read("-")) |> diagnose'
python train_convnet.py grads.jsonl
"""

import sys

import torch
from torch import nn

from gradflow_hook import Recorder

torch.manual_seed(0)
torch.use_deterministic_algorithms(True)


class ConvNet(nn.Module):
    def __init__(self, depth=12, width=8):
        super().__init__()
        layers = []
        for channels in [1] + [width] * (depth - 1):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.Sigmoid()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        return self.head(self.body(x).mean((2, 3)))


def batch(size=64):
    """Returns images of noise with a bright bar, and whether it is horizontal."""
    images, labels = torch.randn(size, 1, 12, 12), torch.randint(2, (size,))
    for image, label in zip(images, labels):
        place = torch.randint(12, ())
        image[0].t()[place] += 2 * (1 - label)
        image[0][place] += 2 * label
    return images, labels


model = ConvNet()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
path = sys.argv[1] if len(sys.argv) > 1 else "-"
with Recorder(model, path, every=10, optimizer=optimizer) as recorder:
    for step in range(100):
        images, labels = batch()
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        recorder.step(loss)
        optimizer.step()
        if step % 20 == 0:
            # Standard output belongs to the records.
            print(f"step {step + 1}: loss {loss.item():.4f}", file=sys.stderr)
