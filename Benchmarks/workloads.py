# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of workloads. The driver and both peers read it, so that all of them train the same nets."""

from dataclasses import dataclass, field

BATCHES = 10  # mini-batches in a data set, used in order
RATE = 0.01  # of plain gradient descent, small enough that nothing diverges


@dataclass(frozen=True)
class Workload:
    """A net, its data, its loss, and gradflow's targets."""

    name: str
    net: str  # gradflow's code; {precision} is filled in
    data: str  # gradflow's code; {samples} is filled in
    sizes: tuple  # numbers of units, starting with the input
    activation: str
    batch: int
    loss: str  # mse or cross_entropy
    init: str  # normal, lecun or he
    output: str = None  # the activation after the last layer; None for the same as elsewhere
    norm: bool = False  # batch norm before every activation
    skip: bool = False  # y = x + f(norm(Wx + b))
    # The approximate time of a step in microseconds, which is only used to choose the number of steps. That of chain is
    # too high on purpose, because the record of every step is kept in memory.
    expect: dict = field(default_factory=dict)
    targets: dict = field(default_factory=dict)  # how many times faster than a peer gradflow should be

    @property
    def samples(self):
        return self.batch * BATCHES

    @property
    def flops(self):
        """The operations of the products in a step: forward, the gradient of the weights, and the gradient of the
        input, which the first layer does not need."""
        products = [2 * self.batch * a * b for a, b in zip(self.sizes, self.sizes[1:])]
        return 3 * sum(products) - products[0]

    def activation_of(self, layer):
        """Returns the activation after a layer. Layers count from 0."""
        last = layer == len(self.sizes) - 2
        return self.output if last and self.output else self.activation

    def script(self, steps, record="every(1)", precision="f32"):
        """Returns the program that trains the net in gradflow. It fails unless the training finishes."""
        return (
            f"net = {self.net.format(precision=precision)}\n"
            f"data = {self.data.format(samples=self.samples)}\n"
            f"run = train(net, data, loss: {self.loss}, optimizer: sgd({RATE}), batch: {self.batch}, "
            f"steps: {steps}, shuffle: false, record: {record})\n"
            'assert run.state == "finished"\n'
        )

    def steps(self, program, seconds):
        """Returns the steps of the short and of the long run, in whole epochs. The difference takes about `seconds`."""
        epochs = max(1, round(seconds * 1e6 / self.expect[program] / BATCHES))
        return BATCHES, BATCHES * (1 + epochs)


WORKLOADS = [
    Workload(
        "chain", "chain(8, sigmoid, init: normal(0, 1), precision: {precision})", "gaussian({samples}, 1, 1)",
        sizes=(1,) * 9, activation="sigmoid", batch=1, loss="mse", init="normal",
        expect={"gradflow": 5, "jax": 3, "torch": 300}, targets={"jax": 5, "torch": 500},
    ),
    Workload(
        "textbook",
        "mlp([784, 30, 30, 30, 30, 10], sigmoid, output: sigmoid, init: lecun_normal, precision: {precision})",
        "gaussian({samples}, 784, 10)",
        sizes=(784, 30, 30, 30, 30, 10), activation="sigmoid", batch=10, loss="mse", init="lecun",
        expect={"gradflow": 30, "jax": 35, "torch": 350}, targets={"jax": 3, "torch": 20},
    ),
    Workload(
        "deep", "chain(100, tanh, width: 64, init: lecun_normal, precision: {precision})",
        "gaussian({samples}, 64, 64)",
        sizes=(64,) * 101, activation="tanh", batch=64, loss="mse", init="lecun",
        expect={"gradflow": 2000, "jax": 3600, "torch": 10600}, targets={"jax": 2.2, "torch": 6},
    ),
    Workload(
        "mid",
        "mlp([784, 256, 256, 256, 256, 256, 256, 256, 256, 10], relu, init: he_normal, precision: {precision})",
        "standardize(blobs({samples}, classes: 10, inputs: 784))",
        sizes=(784,) + (256,) * 8 + (10,), activation="relu", output="identity", batch=128, loss="cross_entropy",
        init="he", expect={"gradflow": 3500, "jax": 3800, "torch": 4300}, targets={"jax": 1.2, "torch": 1.3},
    ),
    Workload(
        "wide", "mlp([784, 1024, 1024, 1024, 1024, 10], relu, init: he_normal, precision: {precision})",
        "standardize(blobs({samples}, classes: 10, inputs: 784))",
        sizes=(784,) + (1024,) * 4 + (10,), activation="relu", output="identity", batch=256, loss="cross_entropy",
        init="he", expect={"gradflow": 40000, "jax": 40000, "torch": 46000}, targets={"jax": 1.08, "torch": 1.25},
    ),
    Workload(
        "normalised", "chain(20, relu, width: 256, norm: batch, init: he_normal, precision: {precision})",
        "gaussian({samples}, 256, 256)",
        sizes=(256,) * 21, activation="relu", norm=True, batch=128, loss="mse", init="he",
        expect={"gradflow": 8000, "jax": 12000, "torch": 13000}, targets={"torch": 1.8},
    ),
    Workload(
        "residual", "chain(50, relu, width: 128, norm: batch, skip: true, init: he_normal, precision: {precision})",
        "gaussian({samples}, 128, 128)",
        sizes=(128,) * 51, activation="relu", norm=True, skip=True, batch=128, loss="mse", init="he",
        expect={"gradflow": 6000, "jax": 12000, "torch": 18000}, targets={"torch": 3.5},
    ),
]


def workload(name):
    """Returns the workload with the given name."""
    return next(w for w in WORKLOADS if w.name == name)
