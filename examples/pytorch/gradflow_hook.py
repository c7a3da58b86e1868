# SPDX-License-Identifier: GPL-3.0-or-later
"""Records the gradient flow of a PyTorch module while it trains, as a table that gradflow reads.

    recorder = Recorder(model, "grads.jsonl", every=10, optimizer=optimizer)
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        recorder.step(loss)
        optimizer.step()
    recorder.close()

Copy this file next to the training script. README.md describes the columns and the limits.
"""

import atexit
import contextlib
import json
import math
import os
import sys
import threading
from functools import partial

import torch
from torch import nn
from torch.utils._pytree import tree_flatten

COLUMNS = """step layer name kind weight_norm grad_norm bias_grad_norm delta_rms update_ratio
    act_mean act_std dead saturated loss rate nonfinite""".split()
# Where the slope of a bounded activation is below 1 % of the steepest, computed from its output.
SATURATED = {
    nn.Sigmoid: lambda module, y: y * (1 - y) < 0.0025,
    nn.Tanh: lambda module, y: 1 - y * y < 0.01,
    nn.Softsign: lambda module, y: y.abs() > 0.9,
    nn.Hardtanh: lambda module, y: (y <= module.min_val) | (y >= module.max_val),
    nn.ReLU6: lambda module, y: (y <= 0) | (y >= 6),
}
UNITS_SECOND = (nn.modules.conv._ConvNd, nn.modules.batchnorm._NormBase, nn.GroupNorm, nn.PReLU)
NO_STEP = """no step was recorded; call recorder.step(loss) after loss.backward() and before
    optimizer.step()"""
NO_LAYER = """no layer of the model ran before this step; create the recorder for the module that is
    trained, and after torch.compile"""
CLEARED = """all gradients are 0 although the weights changed; call recorder.step(loss) before
    optimizer.zero_grad()"""
UNCHANGED = """the weights did not change after two recorded steps; call recorder.step(loss) once
    for each optimizer.step(), even if gradients are accumulated"""
OPEN = {}  # The recorders that have not been closed, by path.
is_compiling = getattr(getattr(torch, "compiler", None), "is_compiling", lambda: False)


@atexit.register
def close_all():
    for recorder in list(OPEN.values()):
        recorder.close()


def wide(x):
    """Returns a copy in f64, because squares of small gradients underflow in f32."""
    x = x.detach()
    return x.to(torch.float32 if x.device.type == "mps" else torch.float64, copy=True)


def norm(tensors):
    """Returns the norm of all elements of some tensors."""
    norms = [torch.linalg.vector_norm(wide(x)) for x in tensors]
    return torch.linalg.vector_norm(torch.stack([x.to(norms[0].device) for x in norms]))


def gradients(parameters):
    found = [p.grad for p in parameters if p.grad is not None]
    return [g.coalesce().values() if g.is_sparse else g for g in found]


def fetch(groups):
    """Returns the numbers in dictionaries of tensors with one element, in one transfer."""
    found = [x for group in groups for x in group.values()]
    found = [wide(x.to(found[0].device)).reshape(()) for x in found]
    values = iter(torch.stack(found).tolist() if found else [])
    return [{key: next(values) for key in group} for group in groups]


def total(tensors):
    return sum(x.to(tensors[0].device) for x in tensors)


def tensors(output):
    """Returns the tensors of floating-point numbers in the output of a module."""
    found = [x for x in tree_flatten(output)[0] if isinstance(x, torch.Tensor)]
    return [x for x in found if x.is_floating_point() and x.numel()]


def output_sums(y, activation=None):
    """Returns the count, sum and sum of squares of elements, and how many are saturated or nan."""
    # The copy is changed in place, because large temporary tensors cost more than the arithmetic.
    y, is_saturated = wide(y), SATURATED.get(type(activation))
    saturated = is_saturated(activation, y).sum() if is_saturated else math.nan
    parts = [y.numel(), y.sum(), y.mul_(y).sum(), saturated, torch.count_nonzero(y.sub_(y))]
    return torch.stack([torch.as_tensor(x, dtype=y.dtype, device=y.device) for x in parts])


class Hook:
    """A forward hook that does nothing in copies and saved files of its module."""

    def __init__(self, call):
        self.call = call

    def __call__(self, *arguments):
        if not is_compiling():
            self.call(*arguments)

    def __reduce__(self):
        # This method returns None for any arguments, and can be loaded without this file.
        return getattr, (contextlib.nullcontext(), "__exit__")


class Layer:
    """A module, or a parameter that belongs to no layer, with its measurements since a step."""

    def __init__(self, name, module, parameters):
        self.name, self.module = name, module
        self.weights = [p for key, p in parameters.items() if "bias" not in key]
        self.biases = [p for key, p in parameters.items() if "bias" in key]
        is_parameter = isinstance(module, nn.Parameter)
        self.kind = "Parameter" if is_parameter else type(module).__name__
        self.axis = 1 if isinstance(module, UNITS_SECOND) else -1
        self.seen = False
        self.forget()

    def forget(self):
        self.calls, self.checks, self.squares, self.elements, self.samples = [], [], [], 0, 0

    def add_output(self, y):
        # Recurrent layers and attention have the samples second if batch_first is false.
        second = y.dim() == 3 and not getattr(self.module, "batch_first", True)
        self.samples += y.shape[1 if second else 0]
        self.calls.append(output_sums(y))

    def add_gradient(self, g):
        """Adds the squares of a gradient of the output, per unit."""
        others = [axis for axis in range(g.dim()) if axis != self.axis % g.dim()]
        self.elements, g = self.elements + g.numel(), wide(g)
        self.squares.append(g.mul_(g).sum(others) if others else g.mul_(g))

    def columns(self, samples, scale):
        """Returns what is known before the update. The factors are for delta_rms and norms."""
        found = {}
        for column, parameters in (("grad_norm", self.weights), ("bias_grad_norm", self.biases)):
            if gradients(parameters):
                found[column] = scale * norm(gradients(parameters))
        if self.squares:
            squares = total(self.squares)
            found["delta_rms"] = samples * (squares.sum() / self.elements).sqrt()
            found["dead"] = wide(squares == 0).mean()
        if self.calls:
            count, *sums, found["nonfinite"] = total(self.calls)
            found["act_mean"], square, found["saturated"] = (x / count for x in sums)
            found["act_std"] = (square - found["act_mean"] ** 2).clamp(min=0).sqrt()
        elif self.checks:
            found["nonfinite"] = torch.count_nonzero(total(self.checks) * 0)
        return found

    def sizes(self, before):
        """Returns the norm of the weights, and if known, those before and of the update."""
        found = {"now": norm(self.weights)} if self.weights else {}
        if found and before:
            old = [before[p] for p in self.weights]
            found["before"] = norm(old)
            found["update"] = norm([p.detach() - q for p, q in zip(self.weights, old)])
        return found


class Recorder(contextlib.AbstractContextManager):
    """Writes one line of JSON per layer for the steps 1, 1 + every, 1 + 2 * every, and so on.

    Recording starts immediately and ends with `close`, the end of a `with` block or that of the
    program. A step is written once its update has been made: when the model is called again.
    """

    def __init__(self, model, path, every=10, optimizer=None, scaler=None):
        self.path = path if path == "-" else os.path.abspath(path)
        if self.path in OPEN:
            OPEN[self.path].close()
        # An earlier recording is kept until there is a step to write.
        self.file = sys.stdout if path == "-" else open(path, "a")
        OPEN[self.path] = self
        self.model, self.every, self.optimizer, self.scaler = model, every, optimizer, scaler
        self.steps, self.passes, self.layers, self.waiting = 0, 0, [], []
        self.pending, self.before, self.handles, self.lock = None, None, [], threading.RLock()
        self.is_started, self.recording, self.faulted = path == "-", False, False
        self.unchanged, self.warned = 0, set()
        inner = set()
        for name, module in model.named_modules():
            if module not in inner:
                self._hook(name.replace("_orig_mod.", ""), module, inner)
        self._start_step(recording=True)

    def _hook(self, name, module, inner):
        # These read the parameters of modules inside them without calling the modules.
        is_whole = isinstance(module, nn.MultiheadAttention) or hasattr(module, "parametrizations")
        inner.update(module.modules() if is_whole else ())
        own = dict(module.named_parameters(recurse=is_whole))
        is_list = isinstance(module, (nn.ParameterList, nn.ParameterDict))
        if is_list or len(list(module.parameters())) > len(own):
            for key, p in own.items():
                if p.requires_grad:
                    layer = Layer(f"{name}.{key}".lstrip("."), p, {"": p})
                    self.handles.append(p.register_hook(partial(self._see_parameter, layer)))
        elif own:
            hook = Hook(partial(self._see_layer, Layer(name or "model", module, own)))
            self.handles.append(module.register_forward_hook(hook))
        elif type(module).__module__ == nn.ReLU.__module__:
            self.handles.append(module.register_forward_hook(Hook(self._see_activation)))

    def __exit__(self, *error):
        self.close()

    def close(self):
        """Writes the last step and stops recording."""
        if OPEN.get(self.path) is not self:
            return
        del OPEN[self.path]
        if not self.steps and not (sys.exc_info()[0] or hasattr(sys, "last_type")):
            self._warn(NO_STEP)
        self._write_pending()
        # A script may have stopped because the loss is not finite.
        if not self.faulted and any(x.calls or x.checks for x in self.layers):
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
        self.layers[:0], self.waiting = reversed(self.waiting), []
        self.steps += 1
        if loss is not None:
            device = next((p.device for p in self.model.parameters()), None)
            loss = torch.as_tensor(loss, device=device)
        if self.recording and not any(layer.calls for layer in self.layers):
            self._warn(NO_LAYER)
        if self.recording or not (self.faulted or self._is_finite(loss)):
            rows = self._rows(loss, samples)
            if not self._find_fault(rows) and self.recording:
                self.pending = rows, self.before
            is_cleared = not any(row["grad_norm"] or row["bias_grad_norm"] for row in rows)
            if is_cleared and any(not torch.equal(*pair) for pair in (self.before or {}).items()):
                self._warn(CLEARED)
        self.forget()
        self._start_step(recording=self.steps % self.every == 0)

    def forget(self):
        """Forgets the passes since the last step, if they belong to no step of this model."""
        self.passes += 1
        self.before = None
        for layer in self.layers:
            layer.forget()

    def _start_step(self, recording):
        # Hooks see nothing of compiled code, so recorded steps run without it.
        is_compiled = "torch._dynamo" in sys.modules and hasattr(torch.compiler, "set_stance")
        if is_compiled and recording != self.recording:
            torch.compiler.set_stance("force_eager" if recording else "default")
        self.recording = recording

    def _warn(self, text):
        if text not in self.warned:
            print("gradflow:", *text.split(), file=sys.stderr)
        self.warned.add(text)

    def _see_layer(self, layer, module, inputs, output):
        # The replicas of DataParallel run in threads.
        with self.lock:
            self._write_pending()
            if not layer.seen:
                self.layers.append(layer)
                layer.seen = True
            outputs = tensors(output) if torch.is_grad_enabled() else []
            if outputs and self.recording:
                self._measure(layer, outputs)
            elif outputs and not self.faulted:
                # The sum is not finite if an element is not. In f16 it would overflow.
                dtype = torch.promote_types(outputs[0].dtype, torch.float32)
                layer.checks.append(outputs[0].detach().sum(dtype=dtype))

    def _see_activation(self, module, inputs, output):
        if self.recording and inputs and torch.is_grad_enabled():
            layer, call = getattr(inputs[0], "_gradflow", (None, 0))
            if layer is not None and call < len(layer.calls):
                layer.calls[call] = output_sums(output, module)

    def _measure(self, layer, outputs):
        if self.before is None:
            self.before = {p: p.detach().clone() for p in self.model.parameters()}
        outputs[0]._gradflow = layer, len(layer.calls)
        layer.add_output(outputs[0])
        for y in outputs:
            # A recurrent layer has several outputs of equal width: the sequence and the last state.
            if y.grad_fn is None or y.shape[layer.axis :] != outputs[0].shape[layer.axis :]:
                continue
            # An in-place operation on a view replaces its node, but keeps that of its base.
            base = y._base if layer.axis < 0 and y._is_view() else None
            if base is not None and base.grad_fn is not None and base.numel() == y.numel():
                y = base if base.shape[-1] == y.shape[-1] else y
            y.grad_fn.register_hook(partial(self._see_gradient, layer, y.output_nr, self.passes))

    def _see_gradient(self, layer, number, passes, inputs, outputs):
        with self.lock:
            # Parameters whose gradients came just before are used after this layer.
            if self.waiting:
                place = self.layers.index(layer) + 1
                self.layers[place:place], self.waiting = reversed(self.waiting), []
            if outputs[number] is not None and passes == self.passes:
                layer.add_gradient(outputs[number])

    def _see_parameter(self, layer, gradient):
        if not layer.seen:
            # Layers that have been written keep their numbers.
            (self.layers if self.steps else self.waiting).append(layer)
            layer.seen = True

    def _is_finite(self, loss):
        own = gradients(self.model.parameters())
        found = [x for layer in self.layers for x in layer.checks]
        found += [*([] if loss is None else [loss]), *(torch._foreach_norm(own) if own else [])]
        return not found or math.isfinite(norm(found))

    def _rows(self, loss, samples):
        """Returns the rows of this step, without what is known only after the update."""
        groups = self.optimizer.param_groups if self.optimizer else []
        rates = {p: float(group["lr"]) for group in groups for p in group["params"]}
        scale = self.scaler.get_scale() if self.scaler else 1.0
        states = getattr(self.scaler, "_per_optimizer_states", {})
        stage = states.get(id(self.optimizer), {}).get("stage")
        own_scale = 1.0 if "UNSCALED" in str(stage) else scale
        samples = samples or next((x.samples for x in self.layers if x.samples), 1)
        columns = [layer.columns(samples / scale, 1 / own_scale) for layer in self.layers]
        *columns, common = fetch([*columns, {} if loss is None else {"loss": loss}])
        rows = []
        for layer, found in zip(self.layers, columns):
            rate = [rates[p] for p in [*layer.weights, *layer.biases] if p in rates]
            row = {**dict.fromkeys(COLUMNS), **common, **found, "rate": rate[0] if rate else None}
            row.update(step=self.steps, layer=len(rows) + 1, name=layer.name, kind=layer.kind)
            row["nonfinite"] = int(row["nonfinite"] or 0)
            if math.isnan(row["saturated"] or 0):
                row["saturated"] = None
            rows.append(row)
        return rows

    def _find_fault(self, rows):
        """Writes the rows and returns True if they have the first numbers that are not finite."""
        is_forward = any(row["nonfinite"] for row in rows)
        # The backward pass starts at the last layer. Earlier gradients follow from its fault.
        for layer, row in zip([] if is_forward else self.layers[::-1], rows[::-1]):
            found = row["grad_norm"] or 0.0, row["bias_grad_norm"] or 0.0
            if not all(map(math.isfinite, found)):
                found = gradients([*layer.weights, *layer.biases])
                row["nonfinite"] = sum(int(torch.count_nonzero(g - g)) for g in found)
                break
        first = next((row for row in rows if row["nonfinite"]), None)
        # A scaler expects that gradients overflow now and then, and skips such steps.
        if self.faulted or first is None or self.scaler and not is_forward:
            return False
        self.faulted = True
        self._write(rows)
        what = "output" if is_forward else "gradient"
        place = "{} of layer {layer}, {name} ({kind})".format(what, **first)
        self._warn(f"step {self.steps}: the first number that is not finite is in the {place}")
        return True

    def _write_pending(self):
        """Writes the last recorded step, now that its update has been made."""
        if self.pending:
            (rows, before), self.pending = self.pending, None
            self._write(rows, before)
            should_change = any(row["grad_norm"] and row["rate"] != 0 for row in rows)
            self.unchanged += should_change and not any(row["update_ratio"] for row in rows)
            # A single update may be missing for a reason, such as an overflow that a scaler found.
            if self.unchanged > 1:
                self._warn(UNCHANGED)

    def _write(self, rows, before=None):
        for row, found in zip(rows, fetch([layer.sizes(before) for layer in self.layers])):
            row["weight_norm"] = found.get("now")
            if found.get("before"):
                row["update_ratio"] = found["update"] / found["before"]
        if not self.is_started and os.path.isfile(self.path) and os.path.getsize(self.path):
            previous = "{}.previous{}".format(*os.path.splitext(self.path))
            self.file.close()
            os.replace(self.path, previous)
            self.file = open(self.path, "w")
            self._warn(f"kept the previous recording as {os.path.basename(previous)}")
        self.is_started = True

        def plain(x):
            return str(x) if isinstance(x, float) and not math.isfinite(x) else x

        lines = [json.dumps({key: plain(x) for key, x in row.items()}) + "\n" for row in rows]
        self.file.write("".join(lines))
        self.file.flush()
