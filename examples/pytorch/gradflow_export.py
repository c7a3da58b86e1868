# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a PyTorch module as gradflow source and a safetensors file.

    export(module, "model")     # writes model.gf and model.safetensors
    gradflow -i model.gf        # builds the same network and shows its flow

The module may consist of Linear, activations, BatchNorm1d, LayerNorm, GroupNorm, RMSNorm, Dropout
and residual sums, in modules whose forward torch.fx can trace. Anything else raises an ExportError.
"""

import inspect
import json
import math
import operator
import struct

import torch
from torch import fx, nn
from torch.nn import functional as F


class ExportError(ValueError):
    """A module that gradflow cannot express."""


class Sine(nn.Module):
    """Stands for torch.sin, which has no module."""


# For each activation: its name, the attributes that are its arguments, and those that are fixed.
ACTIVATIONS = {
    nn.Sigmoid: ("sigmoid", [], {}),
    nn.Tanh: ("tanh", [], {}),
    nn.ReLU: ("relu", [], {}),
    nn.LeakyReLU: ("leaky_relu", ["negative_slope"], {}),
    nn.ELU: ("elu", ["alpha"], {}),
    nn.SELU: ("selu", [], {}),
    nn.GELU: ("gelu", [], {"approximate": "none"}),
    nn.SiLU: ("silu", [], {}),
    nn.Softplus: ("softplus", [], {"beta": 1}),
    nn.Softsign: ("softsign", [], {}),
    nn.Mish: ("mish", [], {}),
    nn.Hardtanh: ("hardtanh", [], {"min_val": -1, "max_val": 1}),
    nn.ReLU6: ("relu6", [], {}),
    nn.Softmax: ("softmax", [], {}),
    Sine: ("sin", [], {}),
}
# Functions, and methods by name, that do the same as a module.
FUNCTIONS = {
    nn.ReLU: (F.relu, torch.relu, torch.relu_, "relu", "relu_"),
    nn.Tanh: (F.tanh, torch.tanh, torch.tanh_, "tanh", "tanh_"),
    nn.Sigmoid: (F.sigmoid, torch.sigmoid, torch.sigmoid_, "sigmoid", "sigmoid_"),
    nn.SELU: (F.selu, torch.selu),
    nn.Softmax: (F.softmax, torch.softmax, "softmax"),
    nn.Flatten: (torch.flatten, "flatten"),
    nn.Identity: ("contiguous",),
    nn.LeakyReLU: (F.leaky_relu,),
    nn.ELU: (F.elu,),
    nn.GELU: (F.gelu,),
    nn.SiLU: (F.silu,),
    nn.Softplus: (F.softplus,),
    nn.Softsign: (F.softsign,),
    nn.Mish: (F.mish,),
    nn.Hardtanh: (F.hardtanh,),
    nn.ReLU6: (F.relu6,),
    nn.Dropout: (F.dropout,),
    Sine: (torch.sin, "sin"),
}
MODULE_OF = {function: kind for kind, functions in FUNCTIONS.items() for function in functions}
SUMS = (operator.add, operator.iadd, torch.add, "add", "add_")
PRODUCTS = (operator.mul, operator.imul, torch.mul, "mul", "mul_")
RESHAPES = (torch.reshape, "reshape", "view")
RMSNorm = getattr(nn, "RMSNorm", ())
# Modules of torch.nn that are no obstacles.
KNOWN = (
    *(nn.Linear, nn.BatchNorm1d, nn.LayerNorm, nn.GroupNorm, nn.Dropout, nn.Identity, nn.Flatten),
    *(nn.Sequential, nn.ModuleList, nn.ModuleDict, nn.ParameterList, nn.ParameterDict),
    *(nn.modules.loss._Loss, *ACTIVATIONS),
)


class Part:
    """A layer of gradflow: its source, and its tensors by their names in gradflow's own files."""

    def __init__(self, source, tensors=()):
        self.source, self.tensors = source, dict(tensors)


def block(name, arguments):
    """Returns a call with a line for each argument."""
    lines = ",\n".join(arguments).split("\n")
    return "\n".join([f"{name}(", *("  " + line for line in lines), ")"])


def numbered(parts, prefix=""):
    """Returns the tensors of layers, named as in files of gradflow, so that `load` finds them."""
    return {
        f"{prefix}{place}.{name}": tensor
        for place, part in enumerate(parts)
        for name, tensor in part.tensors.items()
    }


class Exporter:
    def __init__(self, module):
        # A container of its own keeps a module such as Linear in one piece.
        self.root = nn.Sequential(module)
        self.used, self.owners = set(), {}
        try:
            graph = fx.Tracer().trace(self.root)
        except fx.proxy.TraceError as error:
            reason = "torch.fx cannot trace the forward pass, which depends on its data"
            raise ExportError(f"{reason}: {str(error).partition('. ')[0]}") from error
        except Exception as error:
            raise ExportError(f"torch.fx cannot trace the forward pass: {error}") from error
        self.erase_identities(graph)
        # The sizes that were arguments of erased operations are not used any more.
        for node in reversed(graph.nodes):
            if not node.users and node.target in ("size", getattr, operator.getitem):
                graph.erase_node(node)
        self.order = {node: place for place, node in enumerate(graph.nodes)}
        inputs = [node for node in graph.nodes if node.op == "placeholder"]
        if len(inputs) != 1:
            raise ExportError(f"the module has {len(inputs)} inputs; gradflow's networks have one")
        output = next(node for node in graph.nodes if node.op == "output")
        result = output.args[0]
        if not isinstance(result, fx.Node):
            raise ExportError(
                "the module returns several values; gradflow's networks return one tensor"
            )
        self.used.add((result, output))
        self.parts = self.chain(result, inputs[0])
        for node in graph.nodes:
            for user in node.users:
                if (node, user) not in self.used:
                    self.refuse(user, "its input is used in a way that is not a residual sum")

    def erase_identities(self, graph):
        for node in graph.nodes:
            if node.op == "call_module":
                module = self.root.get_submodule(node.target)
            elif node.target in MODULE_OF:
                module = self.module_of(node)
            else:
                module = nn.Flatten() if self.is_flattening(node) else None
            is_flat = isinstance(module, nn.Flatten) and module.start_dim == 1
            if isinstance(module, nn.Identity) or is_flat and module.end_dim == -1:
                node.replace_all_uses_with(node.args[0])
                graph.erase_node(node)

    def is_flattening(self, node):
        """Returns whether a node is x.view(x.size(0), -1), or x.view(-1, 784) for the input."""
        if node.target not in RESHAPES or not node.args:
            return False
        x, *shape = [*node.args, *node.kwargs.values()]
        shape = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
        if len(shape) != 2 or not isinstance(shape[1], int):
            return False
        return x.op == "placeholder" if shape[0] == -1 else self.is_batch_size(shape[0], x)

    def is_batch_size(self, node, x):
        """Returns whether a node is size(0), size()[0] or shape[0] of x or of an earlier value."""
        if not isinstance(node, fx.Node) or node.target not in ("size", operator.getitem):
            return False
        sizes, *index = [*node.args, *node.kwargs.values()]
        if index != [0]:
            return False
        if node.target == operator.getitem:
            is_shape = sizes.target is getattr and sizes.args[1] == "shape"
            if not is_shape and not (sizes.target == "size" and len(sizes.args) == 1):
                return False
            sizes = sizes.args[0]
        return sizes in self.ancestors(x)

    def describe(self, node):
        def name(node):
            if node.op in ("call_module", "get_attr"):
                return node.target.partition(".")[2] or "the module"
            return node.name

        if node.op == "call_module":
            return f"{name(node)} ({type(self.root.get_submodule(node.target)).__name__})"
        return f"{name(node)} of {', '.join(map(name, node.all_input_nodes)) or 'nothing'}"

    def refuse(self, node, reason):
        raise ExportError(f"{self.describe(node)}: {reason}")

    def chain(self, end, start):
        """Returns the layers that compute one value from another."""
        parts, node = [], end
        while node is not start:
            if node.op in ("placeholder", "get_attr"):
                reason = "a parameter that gradflow has no layer for"
                self.refuse(
                    node, reason if node.op == "get_attr" else "a shortcut ends at another value"
                )
            part, node = self.step(node)
            parts.append(part)
        return parts[::-1]

    def step(self, node):
        """Returns the layer that computes a value, and the value that it is applied to."""
        if node.op != "call_module" and node.target in SUMS:
            return self.residual(node)
        if not node.args or not isinstance(node.args[0], fx.Node):
            self.refuse(node, "gradflow has no such operation")
        before = node.args[0]
        self.used.add((before, node))
        if node.op == "call_module":
            module = self.root.get_submodule(node.target)
            for parameter in module.parameters():
                if self.owners.setdefault(parameter, node) is not node:
                    other = self.describe(self.owners[parameter])
                    self.refuse(node, f"shares its weights with {other}")
        else:
            module = self.module_of(node)
        return self.layer(node, module), before

    def module_of(self, node):
        """Returns the module that does the same as a function or method."""
        kind = MODULE_OF.get(node.target)
        if kind is None:
            self.refuse(node, "gradflow has no such operation")
        own = list(inspect.signature(kind.__init__).parameters)[1:]
        names = own
        if inspect.isfunction(node.target):
            names = list(inspect.signature(node.target).parameters)[1:]
        values = {**dict(zip(names, node.args[1:])), **node.kwargs}
        if values.pop("training", True) is False:
            return nn.Identity()
        return kind(**{name: value for name, value in values.items() if name in own})

    def layer(self, node, module):
        """Returns the layer for a module of torch.nn."""
        kind = type(module)
        tensors = {name: tensor for name, tensor in module.state_dict().items() if tensor.dim()}
        if kind in ACTIVATIONS:
            return Part(self.activation(node, module))
        if kind is nn.Dropout:
            return Part(f"dropout({number(module.p)})")
        if kind is nn.Linear:
            bias = "" if "bias" in tensors else ", bias: false"
            return Part(f"dense({module.out_features}{bias})", tensors)
        if kind is nn.BatchNorm1d:
            if module.momentum is None or not module.track_running_stats or not module.affine:
                self.refuse(node, "gradflow needs a momentum, running statistics, weight and bias")
            momentum, eps = number(module.momentum), number(module.eps)
            return Part(f"batchnorm({momentum}, eps: {eps})", tensors)
        if kind is nn.LayerNorm:
            is_plain = module.eps == 1e-5 and len(module.normalized_shape) == 1
            if not is_plain or set(tensors) != {"weight", "bias"}:
                self.refuse(node, "gradflow needs one dimension, eps=1e-5, weight and bias")
            return Part("layernorm()", tensors)
        if kind is nn.GroupNorm and module.affine:
            return Part(f"groupnorm({module.num_groups}, eps: {number(module.eps)})", tensors)
        if kind is RMSNorm and len(module.normalized_shape) == 1 and module.elementwise_affine:
            eps = module.eps if module.eps is not None else torch.finfo(module.weight.dtype).eps
            return Part(f"rmsnorm(eps: {number(eps)})", tensors)
        self.refuse(node, "gradflow has no such layer")

    def activation(self, node, module):
        name, arguments, fixed = ACTIVATIONS[type(module)]
        for attribute, value in fixed.items():
            if getattr(module, attribute, value) != value:
                self.refuse(node, f"gradflow's {name} has {attribute}={value}")
        is_last = all(user.op == "output" for user in node.users)
        if name == "softmax" and not (module.dim in (1, -1) and is_last):
            self.refuse(node, "gradflow has softmax over the units, as the output")
        values = [number(getattr(module, attribute)) for attribute in arguments]
        return f"{name}({', '.join(values)})" if values else name

    def residual(self, node):
        """Returns the residual block of a sum, and its input."""
        first, second = (node.args + (None, None))[:2]
        if not isinstance(first, fx.Node) or not isinstance(second, fx.Node):
            self.refuse(node, "gradflow adds two values of the network only")
        self.used |= {(first, node), (second, node)}
        alpha = node.kwargs.get("alpha", 1)
        shared = self.ancestors(first) & self.ancestors(second)
        if not shared:
            self.refuse(node, "its operands do not come from one value")
        start = max(shared, key=self.order.get)
        candidates = [(second, alpha, first)] + [(first, 1, second)] * (alpha == 1)
        plain = [c for c in candidates if c[2] is start]
        projected = [c for c in candidates if self.is_projection(c[2], start)]
        for branch, scale, shortcut in plain + projected:
            if branch is start:
                continue
            branch, scale = self.unscaled(branch, scale)
            if not scale > 0:
                self.refuse(node, "gradflow scales a branch by numbers above 0 only")
            parts, tensors = self.chain(branch, start), {}
            if shortcut is not start:
                projection, _ = self.step(shortcut)
                tensors = {f"projection.{name}": x for name, x in projection.tensors.items()}
            tensors = {**numbered(parts, "body."), **tensors}
            arguments = [part.source for part in parts]
            arguments += [f"scale: {number(scale)}"] if scale != 1 else []
            return Part(block("residual", arguments), tensors), start
        reason = "gradflow adds a branch to its input, or to one Linear of it if the widths differ"
        self.refuse(node, reason)

    def ancestors(self, node):
        found, rest = set(), [node]
        while rest:
            node = rest.pop()
            if node not in found:
                found.add(node)
                rest += node.all_input_nodes
        return found

    def is_projection(self, node, start):
        if node.op != "call_module" or node.args[:1] != (start,):
            return False
        module = self.root.get_submodule(node.target)
        return type(module) is nn.Linear and module.in_features != module.out_features

    def unscaled(self, node, scale):
        """Returns a value without the numbers that it is multiplied by, and their product."""
        while node.op != "call_module" and node.target in PRODUCTS and len(node.args) == 2:
            factors = [x for x in node.args if not isinstance(x, fx.Node)]
            if len(factors) != 1:
                break
            inner = next(x for x in node.args if isinstance(x, fx.Node))
            self.used.add((inner, node))
            node, scale = inner, scale * factors[0]
        return node, scale


def number(x):
    if not math.isfinite(x):
        raise ExportError(f"an argument is {x}")
    return repr(x)


def obstacles(module):
    """Returns the modules that gradflow has no layer for, with one example of each kind."""
    found, inner = {}, set()
    for name, part in module.named_modules():
        is_known = isinstance(part, KNOWN) or type(part) is RMSNorm
        is_obstacle = type(part).__module__.startswith("torch.nn") and not is_known
        if is_obstacle and part not in inner:
            found.setdefault(type(part).__name__, []).append(name or "the module")
        if is_obstacle or hasattr(part, "parametrizations"):
            inner.update(part.modules())
    return [
        f"{names[0]} ({kind}{f', {len(names)} of them' if len(names) > 1 else ''})"
        for kind, names in found.items()
    ]


def export(module, path):
    """Writes `path`.gf and `path`.safetensors. Run gradflow where this path leads to them."""
    try:
        write(module, path)
    except ExportError as error:
        reasons, missing = [str(error)], ", ".join(obstacles(module))
        if missing:
            reasons.insert(0, f"{missing}: gradflow has no such layer")
        if missing and str(error).endswith("no such layer"):
            del reasons[1]
        advice = "record its training with gradflow_hook.py instead"
        raise ExportError("; ".join([*reasons, advice])) from error.__cause__


def write(module, path):
    for name, part in module.named_modules():
        if (
            hasattr(part, "parametrizations")
            or hasattr(part, "weight_g")
            or hasattr(part, "weight_orig")
        ):
            reason = "remove its parametrization first, for example by remove_parametrizations"
            raise ExportError(f"{name or 'the module'} ({type(part).__name__}): {reason}")
    types = {p.dtype for p in module.parameters()}
    if len(types) != 1:
        raise ExportError(f"the parameters need one type, not {sorted(map(str, types)) or 'none'}")
    exporter = Exporter(module)
    tensors = numbered(exporter.parts)
    inputs = next((x.shape[-1] for x in tensors.values()), None)
    if inputs is None:
        raise ExportError("the module has no Linear")
    is_double = types == {torch.float64}
    write_safetensors(tensors, is_double, path + ".safetensors")
    layers = [part.source for part in exporter.parts]
    source = block(
        "sequence", [str(inputs), *layers, f"precision: {'f64' if is_double else 'f32'}"]
    )
    file = json.dumps(path + ".safetensors").replace("{", "\\{")
    with open(path + ".gf", "w") as out:
        out.write(f"net = {source}\nload({file}, into: net);\nflow(net)\n")


def write_safetensors(tensors, is_double, path):
    """Writes the length of a header in 8 bytes, the header, and the numbers, all little-endian."""
    header, data, start = {}, [], 0
    for name, tensor in tensors.items():
        numbers = tensor.detach().double().flatten().tolist()
        data.append(struct.pack(f"<{len(numbers)}{'d' if is_double else 'f'}", *numbers))
        place = [start, start + len(data[-1])]
        dtype = "F64" if is_double else "F32"
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": place}
        start = place[1]
    text = json.dumps(header).encode()
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + b"".join(data))
