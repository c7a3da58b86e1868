#!/usr/bin/env gradflow
# A comparison of activations: the same eight layers of 64 units with the same weights, for each activation.
#
# The weights have variance 1/inputs (LeCun), which preserves the size of the signal in a linear network.
for act in [sigmoid, tanh, softsign, relu, leaky_relu(0.1), elu, selu, gelu, silu, softplus, mish, sin] {
  seed(0)
  net = chain(8, act, width: 64, init: lecun_normal)
  emit(first(flow(net), 1) |> select(activation, factor, weight_gain, slope_gain, theory, log10_total, act_std, state))
}

# The slopes of the activations for small and for large inputs.
for act in [sigmoid, tanh, softsign, relu, leaky_relu(0.1), elu, selu, gelu, silu, softplus, mish, sin] {
  slopes = curve(act, from: -4, to: 4, points: 9).slope
  emit(record(activation: str(act), at_minus_4: slopes[1], at_minus_1: slopes[4], at_1: slopes[6], at_4: slopes[9]))
}

# The weights matter as much as the activation. With variance 2/inputs (He), relu preserves the size of the gradient,
# and tanh begins to increase it.
for act in [sigmoid, tanh, relu, gelu] {
  seed(0)
  net = chain(8, act, width: 64, init: he_normal)
  emit(first(flow(net), 1) |> select(activation, factor, weight_gain, slope_gain, theory, log10_total, state))
}
