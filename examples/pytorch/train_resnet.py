# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains a ResNet-20 on small images of discs, squares and crosses. Its gradient is healthy.

python train_resnet.py | gradflow -e 'recorded(read("-")) |> diagnose'
python train_resnet.py grads.jsonl
"""

import sys

import torch
from torch import nn

from gradflow_hook import Recorder

torch.manual_seed(0)
torch.use_deterministic_algorithms(True)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride > 1 or inputs != outputs:
            projection = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut = nn.Sequential(projection, nn.BatchNorm2d(outputs))
        self.relu2 = nn.ReLU()

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        return self.relu2(y + self.shortcut(x))


def resnet20(classes):
    """He and others 2016: three blocks each of 16, 32 and 64 channels."""
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    widths = [16] * 4 + [32] * 3 + [64] * 3
    for before, after in zip(widths, widths[1:]):
        layers.append(Block(before, after, 1 if before == after else 2))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))


def batch(size=32, side=16):
    """Returns noisy images of a disc, a square or a cross, and which of them each image shows."""
    labels = torch.randint(3, (size,))
    x, y = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    centre = torch.randint(4, side - 4, (2, size, 1, 1))
    dx, dy = (x - centre[0]).abs(), (y - centre[1]).abs()
    disc = dx**2 + dy**2 <= 16
    square = torch.maximum(dx, dy) <= 3
    cross = (torch.minimum(dx, dy) <= 1) & (torch.maximum(dx, dy) <= 4)
    shapes = torch.stack([disc, square, cross])[labels, torch.arange(size)]
    colours = torch.rand(size, 3, 1, 1) + 0.5
    return shapes[:, None] * colours + 0.3 * torch.randn(size, 3, side, side), labels


def main():
    model = resnet20(classes=3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    path = sys.argv[1] if len(sys.argv) > 1 else "-"
    with Recorder(model, path, every=10, optimizer=optimizer) as recorder:
        for step in range(100):
            images, labels = batch()
            optimizer.zero_grad()
            outputs = model(images)
            loss = nn.functional.cross_entropy(outputs, labels)
            loss.backward()
            recorder.step(loss)
            optimizer.step()
            if step % 10 == 9:
                accuracy = (outputs.argmax(1) == labels).float().mean().item()
                # Standard output belongs to the records.
                print(f"step {step + 1}: loss {loss.item():.3f}, {accuracy:.0%}", file=sys.stderr)


if __name__ == "__main__":
    main()
