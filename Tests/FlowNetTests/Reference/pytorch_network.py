# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a description in PyTorch: layers, losses, penalties, optimizers and clipping."""

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": lambda z, slope: F.leaky_relu(z, slope),
    "elu": lambda z, alpha: F.elu(z, alpha),
    "selu": F.selu,
    "gelu": lambda z: F.gelu(z, approximate="none"),
    "silu": F.silu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "mish": F.mish,
    "hardtanh": F.hardtanh,
    "relu6": F.relu6,
    "sin": torch.sin,
    "softmax": lambda z: F.softmax(z, dim=1),
}


class Network:
    """The tensors of a description. Parameters are in the order of the layers, body before projection."""

    def __init__(self, description):
        self.layers = description["layers"]
        self.parameters = {}
        self.running = {}
        self.matrices = []
        self._collect(self.layers, "")
        self.outputs_of_dense = {}

    def _add(self, path, value):
        self.parameters[path] = torch.tensor(value, requires_grad=True)

    def _collect(self, layers, prefix):
        for i, layer in enumerate(layers):
            path = f"{prefix}{i}"
            if layer["kind"] == "dense":
                self._dense(path, layer)
            elif layer["kind"] in ("batchnorm", "layernorm", "groupnorm"):
                self._add(path + ".scale", layer["scale"])
                self._add(path + ".shift", layer["shift"])
                if layer["kind"] == "batchnorm":
                    width = len(layer["scale"])
                    self.running[path] = [torch.zeros(width), torch.ones(width)]
            elif layer["kind"] == "rmsnorm":
                self._add(path + ".scale", layer["scale"])
            elif layer["kind"] == "residual":
                self._collect(layer["layers"], path + ".layers.")
                if layer["projection"]:
                    self._dense(path + ".projection", layer["projection"])

    def _dense(self, path, part):
        self._add(path + ".weight", part["weight"])
        if part["bias"] is not None:
            self._add(path + ".bias", part["bias"])
        self.matrices.append(path + ".weight")

    def forward(self, x, training=True, fused=False):
        """Returns the outputs. If `fused`, the last activation is left to the loss."""
        self.outputs_of_dense = {}
        layers = self.layers[:-1] if fused else self.layers
        return self._run(layers, x, "", training)

    def _linear(self, path, x):
        z = F.linear(x, self.parameters[path + ".weight"], self.parameters.get(path + ".bias"))
        if z.requires_grad:
            z.retain_grad()
        self.outputs_of_dense[path] = z
        return z

    def _run(self, layers, x, prefix, training):
        for i, layer in enumerate(layers):
            path = f"{prefix}{i}"
            kind = layer["kind"]
            if kind == "dense":
                x = self._linear(path, x)
            elif kind == "activation":
                x = ACTIVATIONS[layer["name"]](x, *layer["arguments"])
            elif kind == "batchnorm":
                mean, var = self.running[path]
                scale, shift = self.parameters[path + ".scale"], self.parameters[path + ".shift"]
                x = F.batch_norm(x, mean, var, scale, shift, training, layer["momentum"], layer["eps"])
            elif kind == "layernorm":
                scale, shift = self.parameters[path + ".scale"], self.parameters[path + ".shift"]
                x = F.layer_norm(x, scale.shape, scale, shift, layer["eps"])
            elif kind == "groupnorm":
                scale, shift = self.parameters[path + ".scale"], self.parameters[path + ".shift"]
                x = F.group_norm(x, layer["groups"], scale, shift, layer["eps"])
            elif kind == "rmsnorm":
                scale = self.parameters[path + ".scale"]
                x = F.rms_norm(x, scale.shape, scale, layer["eps"])
            elif kind == "dropout":
                x = F.dropout(x, layer["p"], training)
            elif kind == "residual":
                body = self._run(layer["layers"], x, path + ".layers.", training)
                body = layer.get("factor", 1) * body
                x = body + (self._linear(path + ".projection", x) if layer["projection"] else x)
            else:
                raise ValueError(kind)
        return x


def is_fused(description):
    last = description["layers"][-1]
    pair = (last.get("name"), description["loss"]["name"])
    return pair in (("softmax", "cross_entropy"), ("sigmoid", "bce"))


def data_loss(description, y, target):
    """Returns the loss of a batch. If it is fused, y contains the logits."""
    name, arguments = description["loss"]["name"], description["loss"]["arguments"]
    if name == "mse":
        return F.mse_loss(y, target)
    if name == "mae":
        return F.l1_loss(y, target)
    if name == "huber":
        return F.huber_loss(y, target, delta=arguments[0])
    if name == "cross_entropy":
        return F.cross_entropy(y, target)
    if name == "bce":
        if description["loss"]["reduction"] == "sum":
            return F.binary_cross_entropy_with_logits(y, target, reduction="sum") / y.shape[0]
        return F.binary_cross_entropy_with_logits(y, target)
    raise ValueError(name)


def penalty(description, network):
    part = description["penalty"]
    if part is None:
        return 0.0
    name, arguments = part["name"], part["arguments"]
    l1, l2 = {"l1": (arguments[0], 0.0), "l2": (0.0, arguments[0])}[name] if name != "elastic" else arguments
    total = 0.0
    for path in network.matrices:
        weight = network.parameters[path]
        total = total + l1 * weight.abs().sum() + l2 / 2 * weight.square().sum()
    return total


def make_optimizer(description, parameters):
    name, a = description["optimizer"]["name"], description["optimizer"]["arguments"]
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=a["rate"], momentum=a["momentum"], nesterov=a["nesterov"] != 0)
    if name == "adam":
        return torch.optim.Adam(parameters, lr=a["rate"], betas=(a["beta1"], a["beta2"]), eps=a["eps"])
    if name == "adamw":
        betas = (a["beta1"], a["beta2"])
        return torch.optim.AdamW(parameters, lr=a["rate"], betas=betas, eps=a["eps"], weight_decay=a["decay"])
    if name == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=a["rate"], alpha=a["alpha"], eps=a["eps"])
    if name == "adagrad":
        return torch.optim.Adagrad(parameters, lr=a["rate"], eps=a["eps"])
    raise ValueError(name)


def clip(description, parameters):
    part = description["clip"]
    if part is None:
        return
    if part["name"] == "clip_value":
        torch.nn.utils.clip_grad_value_(parameters, part["arguments"][0])
    else:
        torch.nn.utils.clip_grad_norm_(parameters, part["arguments"][0])
