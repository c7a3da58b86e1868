# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes module_<type>.safetensors, the weights of a PyTorch module of twelve layers with custom names, the last one
without a bias. Writes module.json: inputs, and the outputs of the module of each element type, computed in f64.

    pip install torch safetensors; python3 pytorch_module.py
"""
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

here = Path(__file__).parent


class Module(torch.nn.Module):
    def __init__(self):
        super().__init__()
        hidden = [torch.nn.Linear(3, 3) for _ in range(11)]
        self.layers = torch.nn.ModuleList(hidden + [torch.nn.Linear(3, 2, bias=False)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.tanh(layer(x))
        return self.layers[-1](x)


torch.manual_seed(1)
inputs = torch.randn(4, 3, dtype=torch.float64)
outputs = {}
for name, kind in [("f64", torch.float64), ("f32", torch.float32), ("f16", torch.float16), ("bf16", torch.bfloat16)]:
    module = Module().to(kind)
    save_file(module.state_dict(), here / f"module_{name}.safetensors")
    with torch.no_grad():
        outputs[name] = module.double()(inputs).tolist()
(here / "module.json").write_text(json.dumps({"inputs": inputs.tolist(), "outputs": outputs}, indent=1) + "\n")
