"""Writes PyTorch modules whose layers have names, and their gradients in evaluation mode: named/*.safetensors and named/named.json.

The layers have equal shapes, and the alphabetical order of their names is not the order in which they are computed.
"""
import json
import pathlib
import struct

import torch
from torch import nn
from torch.nn.utils import weight_norm

FOLDER = pathlib.Path(__file__).parent / "named"
TYPES = {torch.float64: "F64", torch.int64: "I64"}


class Named(nn.Module):
    """Calls modules and functions in order."""

    def __init__(self, order, **modules):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)
        self.calls = order

    def forward(self, x):
        for call in self.calls:
            x = self.get_submodule(call)(x) if isinstance(call, str) else call(x)
        return x


def write(path, tensors, metadata):
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, tensor in sorted(tensors.items()):
        numbers = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {
            "dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(numbers)],
        }
        data += numbers
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def cases():
    def line(*sizes):
        return nn.Linear(*sizes)

    tanh = torch.tanh
    yield "order", Named(
        ["input", tanh, "hidden", tanh, "body", tanh, "output"],
        input=line(4, 4), hidden=line(4, 4), body=line(4, 4), output=line(4, 4))
    yield "blocks", Named(
        ["stem", tanh, "blocks.0", tanh, "blocks.1", tanh, "blocks.10", tanh, "head"],
        stem=line(4, 4), blocks=nn.ModuleDict({"10": line(4, 4), "0": line(4, 4), "1": line(4, 4)}), head=line(4, 4))
    yield "batchnorm", Named(
        ["fc1", "bn1", tanh, "fc2", "bn2", tanh, "head"],
        fc1=line(4, 4), bn1=nn.BatchNorm1d(4), fc2=line(4, 4), bn2=nn.BatchNorm1d(4), head=line(4, 4))
    yield "layernorm", Named(
        ["encoder", "norm", tanh, "decoder"], encoder=line(4, 5), norm=nn.LayerNorm(5), decoder=line(5, 4))
    yield "weightnorm", Named(
        ["a", tanh, "b", tanh, "c"],
        a=weight_norm(line(4, 5)), b=weight_norm(line(5, 3), dim=1), c=weight_norm(line(3, 4), dim=None))
    yield "unscaled", Named(
        ["encoder", "norm", tanh, "decoder"], encoder=line(4, 5), norm=nn.BatchNorm1d(5, affine=False), decoder=line(5, 4))


def main():
    torch.manual_seed(3)
    torch.set_default_dtype(torch.float64)
    FOLDER.mkdir(exist_ok=True)
    inputs, targets = torch.randn(16, 4), torch.randn(16, 4)
    results = {}
    for name, module in cases():
        for part in module.modules():
            if isinstance(part, (nn.BatchNorm1d, nn.LayerNorm)) and part.weight is not None:
                nn.init.normal_(part.weight, 1, 0.3)
                nn.init.normal_(part.bias)
        for _ in range(20):
            module(2 * torch.randn(16, 4) + 1)
        write(FOLDER / f"{name}.safetensors", module.state_dict(), {"format": "pt"})
        module.eval()
        dense = {}
        for path, part in module.named_modules():
            if isinstance(part, nn.Linear):
                def keep(part, _, output, path=path):
                    part.weight.retain_grad()
                    output.retain_grad()
                    dense[path] = (part.weight, output)

                part.register_forward_hook(keep)
        nn.functional.mse_loss(module(inputs), targets).backward()
        results[name] = [
            {
                "layer": path, "grad_norm": weight.grad.norm().item(), "bias_grad_norm": z.grad.sum(0).norm().item(),
                "delta_rms": (16 * z.grad).square().mean().sqrt().item(),
            }
            for path, (weight, z) in dense.items()
        ]
    document = {"inputs": inputs.tolist(), "targets": targets.tolist(), "flow": results}
    (FOLDER / "named.json").write_text(json.dumps(document, indent=1) + "\n")


main()
