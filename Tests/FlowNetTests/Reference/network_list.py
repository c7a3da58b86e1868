# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of the networks of this folder."""

from description import (
    Builder,
    activation,
    adagrad,
    adam,
    adamw,
    choice,
    dropout,
    loss,
    network,
    rmsprop,
    sgd,
)


def activations():
    """Returns networks that cover every activation, combined with different losses and optimizers."""
    mlp = lambda seed, sizes, *rest, gain=1.2, **options: Builder(seed, gain=gain).mlp(sizes, *rest, **options)
    yield network("identity_mse_sgd", 3, mlp(1, [3, 4, 2], "identity"), loss("mse"), sgd(0.05))
    yield network("sigmoid_mse_sgd", 3, mlp(2, [3, 5, 4, 2], "sigmoid", output="sigmoid"), loss("mse"), sgd(0.5))
    yield network("tanh_mae_momentum", 3, mlp(3, [3, 5, 4, 2], "tanh"), loss("mae"), sgd(0.02, 0.9))
    yield network("relu_huber_nesterov", 4, mlp(4, [4, 6, 5, 2], "relu", gain=1.4), loss("huber", 1), sgd(0.05, 0.8, 1))
    yield network("leaky_relu_mse_adam", 4, mlp(5, [4, 6, 5, 3], "leaky_relu", 0.01), loss("mse"), adam())
    yield network(
        "leaky_relu_cross_entropy_adamw",
        4,
        mlp(6, [4, 6, 5, 3], "leaky_relu", 0.2),
        loss("cross_entropy"),
        adamw(0.01, decay=0.1),
    )
    yield network("elu_huber_rmsprop", 3, mlp(7, [3, 5, 4, 2], "elu", 1), loss("huber", 0.5), rmsprop())
    yield network("elu_alpha_mse_rmsprop", 3, mlp(8, [3, 5, 4, 2], "elu", 1.5), loss("mse"), rmsprop(0.002, 0.9, 1e-6))
    yield network("selu_mse_adagrad", 3, mlp(9, [3, 5, 5, 2], "selu"), loss("mse"), adagrad())
    yield network("gelu_cross_entropy_sgd", 4, mlp(10, [4, 6, 5, 3], "gelu"), loss("cross_entropy"), sgd(0.2), scale=2)
    yield network("silu_bce_adam", 4, mlp(11, [4, 6, 5, 3], "silu"), loss("bce"), adam(0.01, 0.8, 0.95, 1e-6))
    yield network(
        "softplus_bce_sum_momentum", 3, mlp(12, [3, 5, 4, 3], "softplus"), loss("bce", reduction="sum"), sgd(0.02, 0.9)
    )
    yield network("softsign_mae_adamw", 3, mlp(13, [3, 5, 4, 2], "softsign"), loss("mae"), adamw())
    yield network("mish_cross_entropy_rmsprop", 4, mlp(14, [4, 6, 5, 3], "mish"), loss("cross_entropy"), rmsprop(0.001))
    yield network(
        "hardtanh_mse_nesterov", 3, mlp(15, [3, 6, 5, 2], "hardtanh", gain=1.6), loss("mse"), sgd(0.05, 0.9, 1)
    )
    yield network(
        "relu6_cross_entropy_adagrad",
        4,
        mlp(16, [4, 7, 6, 3], "relu6", gain=1.6),
        loss("cross_entropy"),
        adagrad(0.05),
        scale=4,
    )
    yield network("sin_mse_adam", 3, mlp(17, [3, 5, 4, 2], "sin", gain=2), loss("mse"), adam(0.02))


def heads():
    """Returns networks for outputs and losses: fused, separate, and with logits that would overflow a naive formula."""
    b = Builder(20, gain=1.2)
    yield network(
        "softmax_cross_entropy_fused", 4, b.mlp([4, 6, 5], "tanh", output="softmax"), loss("cross_entropy"), sgd(0.3)
    )
    yield network("softmax_mse", 4, b.mlp([4, 6, 5], "tanh", output="softmax"), loss("mse"), adam(0.01))
    yield network("softmax_huber", 4, b.mlp([4, 6, 3], "silu", output="softmax"), loss("huber", 0.5), sgd(0.3))
    yield network("sigmoid_bce_fused", 4, b.mlp([4, 6, 3], "tanh", output="sigmoid"), loss("bce"), sgd(0.5))
    yield network(
        "sigmoid_bce_sum_fused",
        4,
        b.mlp([4, 6, 3], "sigmoid", output="sigmoid"),
        loss("bce", reduction="sum"),
        sgd(0.2, 0.5),
    )
    yield network("sigmoid_mse_output", 3, b.mlp([3, 4, 2], "relu", output="sigmoid"), loss("mse"), adamw(0.02))
    yield network("tanh_output_mae", 3, b.mlp([3, 4, 2], "gelu", output="tanh"), loss("mae"), adam(0.01))
    large = Builder(21, gain=400.0)
    yield network(
        "large_logits_cross_entropy",
        3,
        large.mlp([3, 4], "identity", output="softmax"),
        loss("cross_entropy"),
        sgd(0.1),
    )
    yield network(
        "large_logits_bce", 3, large.mlp([3, 4], "identity", output="sigmoid"), loss("bce", reduction="sum"), sgd(0.1)
    )


def shapes():
    """Returns networks of width one, a batch of one, a deep chain, and one wide network."""
    b = Builder(30)
    chain8 = Builder("chain 8", gain=1.0)
    yield network("chain8_sigmoid_batch1", 1, chain8.chain(8, 1, "sigmoid"), loss("mse"), sgd(0.1), batch=1)
    yield network("chain8_tanh_width1", 1, chain8.chain(8, 1, "tanh"), loss("mse"), sgd(0.1))
    yield network("chain8_relu_width5", 5, Builder(31, gain=1.4).chain(8, 5, "relu"), loss("mse"), sgd(0.02))
    yield network("linear_single", 2, b.mlp([2, 1], "identity"), loss("mse"), sgd(0.02), batch=1)
    yield network("batch1_cross_entropy", 3, b.mlp([3, 5, 4], "tanh"), loss("cross_entropy"), adam(0.01), batch=1)
    yield network("odd_sizes_batch7", 7, b.mlp([7, 9, 3, 11, 1], "silu"), loss("mse"), sgd(0.05), batch=7)
    wide = Builder(32, digits=2, gain=1.4)
    yield network(
        "wide_relu_cross_entropy",
        40,
        wide.mlp([40, 70, 33], "relu"),
        loss("cross_entropy"),
        sgd(0.1, 0.9),
        batch=9,
        digits=2,
    )


def blocks():
    """Returns networks with normalisation, residual blocks and skip connections, and dropout with probability 0."""
    b = Builder(40, gain=1.2)
    yield network("batchnorm_relu", 3, b.mlp([3, 5, 4, 2], "relu", norm="batch"), loss("mse"), sgd(0.1), batch=8)
    yield network(
        "batchnorm_sigmoid_momentum",
        3,
        b.mlp([3, 5, 4, 3], "sigmoid", norm="batch"),
        loss("cross_entropy"),
        sgd(0.1, 0.9),
        batch=8,
    )
    yield network("layernorm_gelu", 3, b.mlp([3, 5, 4, 2], "gelu", norm="layer"), loss("mse"), adam(0.01))
    yield network(
        "layernorm_batch1", 4, b.mlp([4, 6, 5, 2], "tanh", norm="layer"), loss("huber", 1), adamw(0.01), batch=1
    )
    layers = [b.batchnorm(4), b.dense(4, 5), activation("tanh"), b.batchnorm(5), b.dense(5, 2), b.batchnorm(2)]
    yield network("batchnorm_everywhere", 4, layers, loss("mse"), sgd(0.1), batch=5, scale=3)
    layers = [b.layernorm(4), activation("sin"), b.dense(4, 5), activation("softplus"), b.layernorm(5), b.dense(5, 2)]
    yield network("layernorm_first", 4, layers, loss("mae"), sgd(0.05), scale=3)
    layers = [b.residual([b.dense(4, 4), activation("tanh"), b.dense(4, 4)]), activation("relu"), b.dense(4, 2)]
    yield network("residual_identity", 4, layers, loss("mse"), sgd(0.05))
    body = [b.dense(3, 6), activation("tanh"), b.dense(6, 5)]
    layers = [b.residual(body, (3, 5)), activation("elu", 1), b.dense(5, 2)]
    yield network("residual_projection", 3, layers, loss("mse"), sgd(0.05, 0.9))
    yield network(
        "residual_projection_last",
        3,
        [b.residual([b.dense(3, 2), activation("tanh")], (3, 2))],
        loss("mse"),
        adam(0.02),
        batch=1,
        outputs=2,
    )
    inner = b.residual([b.dense(5, 5), b.batchnorm(5), activation("relu")])
    layers = [
        b.residual([b.dense(3, 5), b.batchnorm(5), activation("relu"), inner, b.dense(5, 4)], (3, 4)),
        b.dense(4, 2),
    ]
    yield network("residual_nested", 3, layers, loss("huber", 1), sgd(0.05), batch=8)
    yield network(
        "skip_chain8_tanh", 4, Builder(41, gain=0.8).chain(8, 4, "tanh", skip=True), loss("mse"), sgd(0.02), outputs=4
    )
    yield network("skip_mlp_relu", 3, b.mlp([3, 4, 4, 4, 2], "relu", skip=True), loss("mse"), sgd(0.02, 0.9, 1))
    yield network(
        "skip_batchnorm_relu",
        3,
        b.mlp([3, 4, 4, 4, 2], "relu", norm="batch", skip=True),
        loss("mse"),
        sgd(0.05),
        batch=8,
    )
    yield network(
        "skip_layernorm_silu",
        4,
        b.mlp([4, 4, 4, 3], "silu", norm="layer", skip=True),
        loss("cross_entropy"),
        adam(0.01),
    )
    layers = [dropout(), b.dense(4, 5), activation("relu"), dropout(), b.dense(5, 2)]
    yield network("dropout_zero", 4, layers, loss("mse"), sgd(0.1))


def regularised():
    """Returns networks for penalties on the weight matrices and clipped gradients, separately and combined."""
    b = Builder(50, gain=1.2)
    sizes = [3, 5, 4, 2]
    yield network("l2_sgd", 3, b.mlp(sizes, "tanh"), loss("mse"), sgd(0.1), penalty=choice("l2", 0.1))
    yield network("l1_momentum", 3, b.mlp(sizes, "tanh"), loss("mse"), sgd(0.02, 0.9), penalty=choice("l1", 0.01))
    yield network(
        "elastic_adam", 3, b.mlp(sizes, "silu"), loss("mse"), adam(0.01), penalty=choice("elastic", 0.01, 0.05)
    )
    body = [b.dense(3, 4), b.batchnorm(4), activation("tanh")]
    layers = [b.residual(body, (3, 4)), b.layernorm(4), b.dense(4, 2)]
    yield network(
        "elastic_residual_norms", 3, layers, loss("mse"), sgd(0.05), batch=8, penalty=choice("elastic", 0.02, 0.1)
    )
    steep = Builder(51, gain=3.0)
    yield network("clip_value_sgd", 3, steep.mlp(sizes, "tanh"), loss("mse"), sgd(0.1), clip=choice("clip_value", 0.05))
    yield network("clip_norm_sgd", 3, steep.mlp(sizes, "tanh"), loss("mse"), sgd(0.1), clip=choice("clip_norm", 0.5))
    yield network(
        "clip_norm_sometimes", 3, steep.mlp(sizes, "sin"), loss("mse"), sgd(0.05), clip=choice("clip_norm", 2.0)
    )
    yield network("clip_norm_never", 3, b.mlp(sizes, "tanh"), loss("mse"), sgd(0.05), clip=choice("clip_norm", 1e6))
    yield network(
        "clip_value_l1_momentum",
        3,
        b.mlp(sizes, "silu"),
        loss("mse"),
        sgd(0.05, 0.9),
        penalty=choice("l1", 0.03),
        clip=choice("clip_value", 0.1),
    )
    layers = b.mlp(sizes, "relu", norm="batch")
    yield network(
        "clip_norm_l2_batchnorm",
        3,
        layers,
        loss("mse"),
        sgd(0.1, 0.9, 1),
        batch=8,
        penalty=choice("l2", 0.05),
        clip=choice("clip_norm", 0.3),
    )
    yield network("clip_norm_adam", 3, b.mlp(sizes, "gelu"), loss("mse"), adam(0.01), clip=choice("clip_norm", 0.1))


def normalised():
    """Returns networks with normalisations by the root mean square and with scaled branches."""
    b = Builder(60)
    layers = [b.rmsnorm(4, 1e-5), b.dense(4, 7), b.rmsnorm(7, 0.1), activation("silu"), b.dense(7, 3)]
    yield network("rmsnorm_silu", 4, layers, loss("mse"), adam(0.01), batch=8, scale=2)
    body = [b.rmsnorm(5, 1e-5), b.dense(5, 9), activation("gelu"), b.dense(9, 5)]
    layers = [b.dense(3, 5), b.residual(body), b.rmsnorm(5, 1e-6), b.dense(5, 2)]
    yield network("rmsnorm_residual", 3, layers, loss("cross_entropy"), sgd(0.05, 0.9))
    layers = [b.dense(3, 8), b.groupnorm(8, 2), activation("tanh"), b.dense(8, 10), b.groupnorm(10, 2), b.dense(10, 2)]
    yield network("groupnorm_tanh", 3, layers, loss("mse"), adam(0.01), batch=6)
    layers = [b.residual([b.dense(3, 5), activation("tanh")], (3, 5), 0.3), b.residual([b.dense(5, 5)], None, 2)]
    yield network("scaled_branches", 3, layers + [b.dense(5, 2)], loss("mse"), adam(0.02))


def unbiased():
    """Returns networks with dense layers and a projection that have no biases."""
    b = Builder(70)
    body = [b.dense(4, 6, bias=None), b.batchnorm(6), activation("relu")]
    layers = [b.dense(3, 4, bias=None), activation("tanh"), b.residual(body, (4, 6, None, None)), b.dense(6, 2)]
    yield network("no_biases", 3, layers, loss("cross_entropy"), adam(0.01), penalty=choice("l2", 0.1))


def everything():
    for part in (activations, heads, shapes, blocks, regularised, normalised, unbiased):
        for description in part():
            yield description, 29 if description["name"].startswith("wide") else 1
