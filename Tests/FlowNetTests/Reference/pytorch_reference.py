# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes networks/*.json: outputs, loss, gradients and twenty training steps in f64, as computed by PyTorch.

README.md describes the format of the files.
"""

import argparse
import json
import math
import pathlib
import sys

import torch

from network_list import everything
from pytorch_network import ACTIVATIONS, Network, clip, data_loss, is_fused, make_optimizer, penalty

FOLDER = pathlib.Path(__file__).resolve().parent / "networks"
STEPS = 20


def total_norm(parameters):
    return math.sqrt(sum(p.grad.square().sum().item() for p in parameters))


def packed(path, tensor, stride):
    """Returns an array as its shape, its Frobenius norm, and every stride-th element in row-major order."""
    flat = tensor.detach().reshape(-1)
    step = stride if flat.numel() > 200 else 1
    return {
        "path": path,
        "shape": list(tensor.shape),
        "norm": flat.norm().item(),
        "stride": step,
        "values": flat[::step].tolist(),
    }


def perturbed(description, size):
    """Returns the description with every dense weight changed by a relative amount."""
    copy = json.loads(json.dumps(description))

    def visit(layers):
        for i, layer in enumerate(layers):
            for part in (layer, layer.get("projection") or {}):
                if "weight" in part:
                    part["weight"] = [
                        [w * (1 + size * (-1) ** (i + j + k)) for k, w in enumerate(row)]
                        for j, row in enumerate(part["weight"])
                    ]
            visit(layer.get("layers", []))

    visit(copy["layers"])
    return copy


def record(description, stride=1):
    """Returns the description of a network with the results of PyTorch added."""
    network = Network(description)
    x = torch.tensor(description["x"])
    target = torch.tensor(description["classes"] if "classes" in description else description["t"])
    fused = is_fused(description)
    parameters = list(network.parameters.values())
    optimizer = make_optimizer(description, parameters)
    result = dict(description)
    losses, norms, clipped = [], [], []
    for step in range(STEPS):
        optimizer.zero_grad()
        y = network.forward(x, fused=fused)
        loss = data_loss(description, y, target)
        (loss + penalty(description, network)).backward()
        if step == 0:
            last = description["layers"][-1]
            shown = ACTIVATIONS[last["name"]](y) if fused else y
            result["forward"] = shown.tolist()
            result["loss_value"] = loss.item()
            result["penalty_value"] = float(torch.as_tensor(penalty(description, network)).detach())
            result["gradients"] = [packed(p, v.grad, stride) for p, v in network.parameters.items()]
            scaled = {p: z.grad * x.shape[0] for p, z in network.outputs_of_dense.items()}
            result["delta"] = [packed(p, z, stride) for p, z in scaled.items()]
        losses.append(loss.item())
        norms.append(total_norm(parameters))
        clip(description, parameters)
        clipped.append(total_norm(parameters))
        optimizer.step()
    result["training"] = {
        "steps": STEPS,
        "losses": losses,
        "grad_norms": norms,
        "clipped_norms": clipped,
        "parameters": [packed(p, v, stride) for p, v in network.parameters.items()],
        "running": [
            {"path": p, "mean": mean.tolist(), "var": var.tolist()} for p, (mean, var) in network.running.items()
        ],
        "evaluation": network.forward(x, training=False).tolist(),
    }
    return result


def flat_final(result):
    return [v for p in result["training"]["parameters"] for v in p["values"]]


def amplification(description):
    """Returns the factor by which twenty steps amplify a relative change of 1e-9 in the weights.

    A large factor indicates a kink or chaotic training.
    """
    size = 1e-9
    base, other = flat_final(record(description)), flat_final(record(perturbed(description, size)))
    scale = max(abs(v) for v in base)
    return max(abs(a - b) for a, b in zip(base, other)) / (size * scale)


def text(result):
    return json.dumps(result, allow_nan=False, separators=(",", ":")) + "\n"


def difference(a, b, path=""):
    """Returns the places where two results differ by more than 1e-12 of the array's largest number (at least 1e-14)."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return [d for key in a for d in difference(a[key], b[key], f"{path}/{key}")]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        if a and all(isinstance(v, (int, float)) for v in a + b):
            allowed = max(1e-12 * max(abs(v) for v in b), 1e-14)
            return [f"{path}/{i}: {u!r} {v!r}" for i, (u, v) in enumerate(zip(a, b)) if not abs(u - v) <= allowed]
        return [d for i, (u, v) in enumerate(zip(a, b)) for d in difference(u, v, f"{path}/{i}")]
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return [] if abs(a - b) <= max(1e-12 * abs(b), 1e-14) else [f"{path}: {a!r} {b!r}"]
    return [] if a == b else [f"{path}: {a!r} {b!r}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    parser.add_argument("--conditioning", action="store_true", help="show how each network enlarges rounding errors")
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    names, failures = set(), 0
    for description, stride in everything():
        name = description["name"]
        assert name not in names, name
        names.add(name)
        if options.conditioning:
            print(f"{amplification(description):10.3g}  {name}")
            continue
        result = record(description, stride)
        file = FOLDER / (name + ".json")
        if options.check:
            differences = difference(json.loads(text(result)), json.loads(file.read_text()))
            failures += bool(differences)
            for line in differences[:5]:
                print(name + line)
        else:
            file.write_text(text(result))
    if options.check:
        stray = {file.stem for file in FOLDER.glob("*.json")} - names
        if stray:
            print("files without a network:", *sorted(stray))
        print(f"{len(names)} networks, {failures} differ, PyTorch {torch.__version__}")
        sys.exit(1 if failures or stray else 0)


if __name__ == "__main__":
    main()
