#!/usr/bin/env gradflow
# Activations side by side: the same eight layers of 64 units, the same weights, one activation after the other.
#
# All have weights of variance 1/inputs (LeCun), which keeps the size of the signal in a linear network.
for act in [sigmoid, tanh, softsign, relu, leaky_relu(0.1), elu, selu, gelu, silu, softplus, mish, sin] {
  seed(0)
  net = chain(8, act, width: 64, init: lecun_normal)
  emit(first(flow(net), 1) |> select(activation, factor, weight_gain, slope_gain, theory, log10_total, act_std, state))
}

# What they look like where the signal is small, and where it is large: slope at 0, at 1 and at 4.
for act in [sigmoid, tanh, softsign, relu, leaky_relu(0.1), elu, selu, gelu, silu, softplus, mish, sin] {
  slopes = curve(act, from: -4, to: 4, points: 9).slope
  emit(record(activation: str(act), at_minus_4: slopes[1], at_minus_1: slopes[4], at_1: slopes[6], at_4: slopes[9]))
}

# The weights matter as much as the activation. With variance 2/inputs (He), relu passes the gradient on unchanged, and
# tanh begins to enlarge it.
for act in [sigmoid, tanh, relu, gelu] {
  seed(0)
  net = chain(8, act, width: 64, init: he_normal)
  emit(first(flow(net), 1) |> select(activation, factor, weight_gain, slope_gain, theory, log10_total, state))
}
