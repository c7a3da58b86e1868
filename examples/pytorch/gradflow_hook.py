# SPDX-License-Identifier: GPL-3.0-or-later
"""Records the gradient flow of a PyTorch module while it trains, as a table that gradflow reads.

    with Recorder(model, "grads.jsonl", every=10, optimizer=optimizer) as recorder:
        for x, y in batches:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            recorder.step(loss)
            optimizer.step()

Copy this file next to the training script. README.md describes the columns and the limits.
"""

import json
import math
import sys
import threading
import warnings

import torch
from torch import nn

# Where the slope of a bounded activation is below 1 % of the steepest, computed from its output.
SATURATED = {
    nn.Sigmoid: lambda module, y: y * (1 - y) < 0.0025,
    nn.Tanh: lambda module, y: 1 - y * y < 0.01,
    nn.Softsign: lambda module, y: y.abs() > 0.9,
    nn.Hardtanh: lambda module, y: (y <= module.min_val) | (y >= module.max_val),
    nn.ReLU6: lambda module, y: (y <= 0) | (y >= 6),
}
UNITS_SECOND = (nn.modules.conv._ConvNd, nn.modules.batchnorm._NormBase, nn.GroupNorm, nn.PReLU)
is_compiling = getattr(getattr(torch, "compiler", None), "is_compiling", lambda: False)


def wide(x):
    """Returns a copy in f64, because squares of small gradients underflow in f32."""
    x = x.detach()
    return x.to(torch.float32 if x.device.type == "mps" else torch.float64, copy=True)


def norm(tensors):
    """Returns the norm of all elements of some tensors, or None if there are no tensors."""
    norms = [torch.linalg.vector_norm(wide(x)) for x in tensors]
    if not norms:
        return None
    return torch.linalg.vector_norm(torch.stack([x.to(norms[0].device) for x in norms]))


def gradients(parameters):
    found = [p.grad for p in parameters if p.grad is not None]
    return [g.coalesce().values() if g.is_sparse else g for g in found]


def numbers(scalars):
    """Returns the values of tensors, fetched in one transfer. None stays None."""
    found = [wide(x) for x in scalars if x is not None]
    values = iter(torch.stack([x.to(found[0].device) for x in found]).tolist() if found else [])
    return [None if x is None else next(values) for x in scalars]


def tensors(output):
    """Yields the tensors of floating-point numbers in the output of a module."""
    if isinstance(output, torch.Tensor):
        if output.is_floating_point() and output.numel():
            yield output
    elif isinstance(output, (tuple, list, dict)):
        for part in output.values() if isinstance(output, dict) else output:
            yield from tensors(part)


def output_sums(y, activation=None):
    """Returns the number of elements, their sum, that of their squares, and how many are saturated.

    The last of the five numbers is how many are not finite. One copy is changed in place, because
    large temporary tensors cost more than the arithmetic.
    """
    y, is_saturated = wide(y), SATURATED.get(type(activation))
    saturated = is_saturated(activation, y).sum() if is_saturated else math.nan
    parts = [y.numel(), y.sum(), y.mul_(y).sum(), saturated, torch.count_nonzero(y.sub_(y))]
    return torch.stack([torch.as_tensor(x, dtype=y.dtype, device=y.device) for x in parts])


class Layer:
    """A module with parameters of its own, and its measurements since the last step."""

    def __init__(self, name, module):
        self.name, self.module, self.number = name, module, None
        inner = isinstance(module, nn.MultiheadAttention) or hasattr(module, "parametrizations")
        named = list(module.named_parameters(recurse=inner))
        self.biases = [p for n, p in named if "bias" in n]
        self.weights = [p for n, p in named if "bias" not in n]
        self.axis = 1 if isinstance(module, UNITS_SECOND) else -1
        self.forget()

    def forget(self):
        self.calls, self.total, self.squares, self.elements, self.samples = [], None, None, 0, 0

    def check(self, y):
        """Adds the sum of an output, which is not finite if an element is not."""
        # A sum in f16 would overflow.
        total = y.detach().sum(dtype=torch.promote_types(y.dtype, torch.float32))
        self.total = total if self.total is None else self.total + total.to(self.total.device)

    def add_output(self, y):
        # Recurrent layers and attention have the samples second if batch_first is false.
        second = y.dim() == 3 and not getattr(self.module, "batch_first", True)
        self.samples += y.shape[1 if second else 0]
        self.calls.append(output_sums(y))

    def add_gradient(self, g):
        """Adds the squares of a gradient of the output, per unit."""
        g = wide(g)
        others = [axis for axis in range(g.dim()) if axis != self.axis % g.dim()]
        squares = g.mul_(g).sum(others) if others else g.mul_(g)
        self.squares = squares + (0 if self.squares is None else self.squares.to(g.device))
        self.elements += g.numel()

    def scalars(self):
        """Returns ten numbers on the device, some of which may be missing."""
        total = dead = None
        if self.squares is not None:
            total, dead = self.squares.sum(), wide(self.squares == 0).mean()
        calls = [call.to(self.calls[0].device) for call in self.calls]
        sums = torch.stack(calls).sum(0).unbind() if calls else [None] * 5
        norms = norm(gradients(self.weights)), norm(gradients(self.biases))
        return [*norms, total, dead, *sums, self.total]


class Recorder:
    """Writes one line of JSON per layer for the steps 1, 1 + every, 1 + 2 * every, and so on.

    A step is written once its update has been made: when the model is called again, or at the end.
    """

    def __init__(self, model, path, every=10, optimizer=None, scaler=None):
        self.model, self.path, self.every = model, path, every
        self.optimizer, self.scaler = optimizer, scaler
        self.steps, self.layers, self.before, self.pending = 0, [], None, []
        self.faulted, self.eager, self.handles, self.passes = False, False, [], 0
        self.lock, self.mark = threading.RLock(), f"_recorder_{id(self)}"

    def __enter__(self):
        self.file = sys.stdout if self.path == "-" else open(self.path, "w")
        modules = list(self.model.named_modules())
        # Attention reads the parameters of its output projection without calling it.
        inner = {m.out_proj for _, m in modules if isinstance(m, nn.MultiheadAttention)}
        for name, module in modules:
            if "parametrizations" in name.split(".") or module in inner:
                continue
            if list(module.parameters(recurse=False)) or hasattr(module, "parametrizations"):
                self.handles.append(module.register_forward_hook(self._layer_hook(name, module)))
            elif type(module).__module__ == nn.ReLU.__module__:
                self.handles.append(module.register_forward_hook(self._activation_hook()))
        self._start_step(recording=True)
        return self

    def __exit__(self, kind, error, trace):
        self._write_pending()
        if kind is not None and not self.faulted:
            self.steps += 1
            self._find_fault(self._rows(None, None))
        self._start_step(recording=False)
        for handle in self.handles:
            handle.remove()
        if self.path != "-":
            self.file.close()

    def step(self, loss=None, samples=None):
        """Call this after `backward`, before gradients are clipped and before the optimizer's step.

        - loss: The mean loss, not multiplied by a scaler's factor.
        - samples: The number of samples, if it is not the size of the first layer's output.
        """
        self._write_pending()
        self.steps += 1
        if self.recording and not any(layer.calls for layer in self.layers):
            warnings.warn("no module was seen to run: enter the recorder after torch.compile")
        if self.recording or not (self.faulted or self._is_finite(loss)):
            rows = self._rows(loss, samples)
            if not self._find_fault(rows) and self.recording:
                self.pending = rows
        self.forget()
        self._start_step(recording=self.steps % self.every == 0)

    def forget(self):
        """Forgets the passes since the last step, if they belong to no step of this model."""
        self.passes += 1
        for layer in self.layers:
            layer.forget()

    def _start_step(self, recording):
        self.recording = recording
        # Hooks see nothing of compiled code, so recorded steps run without it.
        if "torch._dynamo" in sys.modules and hasattr(torch.compiler, "set_stance"):
            if recording or self.eager:
                torch.compiler.set_stance("force_eager" if recording else "default")
            self.eager = recording

    # Hooks are functions, because copy.deepcopy(model) would copy the recorder of a bound method.
    def _layer_hook(self, name, module):
        layer = Layer(name.replace("_orig_mod.", "") or "model", module)

        def hook(caller, inputs, output):
            # A copy of the model has these hooks too, and so have the replicas of DataParallel.
            is_own = caller is module or getattr(caller, "_is_replica", False)
            if is_compiling() or not is_own:
                return
            with self.lock:
                self._write_pending()
                if layer.number is None:
                    self.layers.append(layer)
                    layer.number = len(self.layers)
                outputs = list(tensors(output)) if torch.is_grad_enabled() else []
                if outputs and self.recording:
                    self._measure(layer, outputs)
                elif outputs and not self.faulted:
                    layer.check(outputs[0])

        return hook

    def _activation_hook(self):
        def hook(module, inputs, output):
            if not is_compiling() and self.recording and inputs and torch.is_grad_enabled():
                layer, call = getattr(inputs[0], self.mark, (None, 0))
                if layer is not None and call < len(layer.calls):
                    layer.calls[call] = output_sums(output, module)

        return hook

    def _measure(self, layer, outputs):
        if self.before is None:
            self.before = {p: p.detach().clone() for p in self.model.parameters()}
        setattr(outputs[0], self.mark, (layer, len(layer.calls)))
        layer.add_output(outputs[0])
        for y in outputs:
            # A recurrent layer has several outputs of equal width: the sequence and the last state.
            if y.grad_fn is None or y.shape[layer.axis :] != outputs[0].shape[layer.axis :]:
                continue
            # An in-place operation on a view replaces its node, but keeps that of its base.
            base = y._base if layer.axis < 0 and y._is_view() else None
            if base is not None and base.grad_fn is not None and base.numel() == y.numel():
                y = base if base.shape[-1] == y.shape[-1] else y
            y.grad_fn.register_hook(self._gradient_hook(layer, y.output_nr))

    def _gradient_hook(self, layer, number):
        passes = self.passes

        def hook(inputs, outputs):
            if outputs[number] is not None and passes == self.passes:
                with self.lock:
                    layer.add_gradient(outputs[number])

        return hook

    def _is_finite(self, loss):
        found = [x.total for x in self.layers if x.total is not None]
        found += [] if loss is None else [torch.as_tensor(loss)]
        found += torch._foreach_norm(gradients(self.model.parameters()))
        return not found or math.isfinite(numbers([norm(found)])[0])

    def _rows(self, loss, samples):
        """Returns the rows of this step, without what is known only after the update."""
        scalars = [x for layer in self.layers for x in layer.scalars()]
        *values, loss = numbers(scalars + [None if loss is None else torch.as_tensor(loss)])
        groups = self.optimizer.param_groups if self.optimizer else []
        rates = {p: float(group["lr"]) for group in groups for p in group["params"]}
        scale = self.scaler.get_scale() if self.scaler else 1.0
        states = getattr(self.scaler, "_per_optimizer_states", {})
        stage = states.get(id(self.optimizer), {}).get("stage")
        own_scale = 1.0 if "UNSCALED" in str(stage) else scale
        samples = samples or next((x.samples for x in self.layers if x.samples), 1)
        rows = []
        for layer in self.layers:
            own, values = values[:10], values[10:]
            grad, bias, squares, dead, count, total, square, saturated, bad, check = own
            mean = deviation = share = delta = None
            if count:
                mean, square, share = total / count, square / count, saturated / count
                variance = square - mean * mean
                deviation = 0.0 if variance < 0 else math.sqrt(variance)
            if squares is not None:
                delta = samples * math.sqrt(squares / layer.elements) / scale
            if check is not None:
                bad = not math.isfinite(check)
            rows.append(
                {
                    "step": self.steps,
                    "layer": layer.number,
                    "name": layer.name,
                    "kind": type(layer.module).__name__,
                    "weight_norm": None,
                    "grad_norm": None if grad is None else grad / own_scale,
                    "bias_grad_norm": None if bias is None else bias / own_scale,
                    "delta_rms": delta,
                    "update_ratio": None,
                    "act_mean": mean,
                    "act_std": deviation,
                    "dead": dead,
                    "saturated": None if share is None or math.isnan(share) else share,
                    "loss": loss,
                    "rate": next(
                        (rates[p] for p in layer.weights + layer.biases if p in rates), None
                    ),
                    "nonfinite": int(bad or 0),
                }
            )
        return rows

    def _find_fault(self, rows):
        """Writes the rows and returns True if they have the first numbers that are not finite."""
        is_forward = any(row["nonfinite"] for row in rows)
        if not is_forward:
            # The backward pass starts at the last layer. Earlier gradients follow from its fault.
            for layer, row in zip(self.layers[::-1], rows[::-1]):
                norms = (row["grad_norm"] or 0.0, row["bias_grad_norm"] or 0.0)
                if not all(map(math.isfinite, norms)):
                    found = gradients(layer.weights + layer.biases)
                    row["nonfinite"] = sum(int(torch.count_nonzero(g - g)) for g in found)
                if row["nonfinite"]:
                    break
        first = next((row for row in rows if row["nonfinite"]), None)
        # A scaler expects that gradients overflow now and then, and skips such steps.
        if self.faulted or first is None or self.scaler and not is_forward:
            return False
        self.faulted = True
        for row, value in zip(rows, numbers([norm(layer.weights) for layer in self.layers])):
            row["weight_norm"] = value
        self._write(rows)
        what = "output" if is_forward else "gradient"
        place = "the {} of layer {layer}, {name} ({kind})".format(what, **first)
        warnings.warn(
            f"step {self.steps}: the first number that is not finite is in {place}", stacklevel=3
        )
        return True

    def _write_pending(self):
        """Completes the rows of the last recorded step by its update, and writes them."""
        if not self.pending:
            return
        rows, self.pending = self.pending, []
        new = [layer.weights for layer in self.layers[: len(rows)]]
        old = [[self.before[p] for p in weights] for weights in new]
        change = [[p.detach() - q for p, q in zip(*pair)] for pair in zip(new, old)]
        lengths = numbers([norm(found) for found in new + old + change])
        self.before = None
        for index, row in enumerate(rows):
            row["weight_norm"], before, moved = lengths[index :: len(rows)]
            row["update_ratio"] = moved / before if before else None
        self._write(rows)

    def _write(self, rows):
        def plain(x):
            return str(x) if isinstance(x, float) and not math.isfinite(x) else x

        lines = [json.dumps({key: plain(x) for key, x in row.items()}) + "\n" for row in rows]
        self.file.write("".join(lines))
        self.file.flush()
