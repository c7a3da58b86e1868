#!/usr/bin/env gradflow
# Theory beside measurement: what mean-field theory says of tanh at initialization, and what a network does.
#
# A weight variance of v/inputs and a bias variance of 0.05 put the network into one of two phases: below a critical v
# the gradient shrinks from layer to layer (ordered), above it grows (chaotic). Here is the border.
border = critical(tanh, bias_variance: 0.05)
table([record(activation: "tanh", bias_variance: 0.05, critical: border)])
assert abs(border - 1.76095) < 1e-4

# Three networks of 20 layers: below the border, on it and above. 'chi' is how the mean square of the gradient changes
# per layer, so the factor of flow is its square root. 'depth_scale' is the number of layers in which the gradient falls
# or grows by e; about six times as many layers can be trained. The factor of the network is the geometric mean over its
# layers, without the first ones, where the signal has not settled yet.
for v in [1, border, 4] {
  seed(0)
  net = chain(20, tanh, width: 200, init: normal(0, sqrt(v / 200)), bias: normal(0, sqrt(0.05)))
  measured = flow(net) |> where(layer > 5 and layer < 20)
  said = theory(net)[1]
  emit(record(variance: v, q: said.q, chi: said.chi, phase: said.phase, depth_scale: said.depth_scale,
    theory: said.factor_limit, measured: 10 ^ mean(log10(measured.factor)), log10_total: flow(net)[1].log10_total))
}

# That is the limit deep in a stack of such layers, 'theory_limit' in the flow table. 'theory' follows the signal of these
# data from the first layer on, and the gradient of this loss from the last one back. Between 'theory_low' and
# 'theory_high' lie 99 % of all draws of a layer of this width for one sample, and more of them for many. 'theory_fit'
# says where the measured factor lies.
seed(0)
net = chain(20, tanh, width: 200, init: normal(0, sqrt(border / 200)), bias: normal(0, sqrt(0.05)))
rows = flow(net) |> where(layer < 20)
rows[[1, 2, 4, 8, 16, 19]] |> select(layer, theory_limit, theory, theory_low, factor, theory_high, theory_fit)
assert all(rows.theory_fit == "inside")
assert max(abs(rows.theory / rows.factor - 1)) < 0.05, "theory was to be within 5 % of this draw"

# Weights that are no longer as they were drawn leave the band.
net[10].weight = map(net[10].weight, fn(row) = 2 * row)
flow(net)[8..10] |> select(layer, theory_low, factor, theory_high, theory_fit)

# The narrower the network, the wider the band: the middle layer of 40 networks, median and 5-95 % of the draws.
for width in [10, 50, 200] {
  net = chain(20, tanh, width: width, init: normal(0, sqrt(1 / width)), bias: normal(0, sqrt(0.05)))
  middle = flow(net, seeds: 40)[10]
  emit(record(width: width, theory: middle.theory, factor: middle.factor, factor_low: middle.factor_low,
    factor_high: middle.factor_high, theory_low: middle.theory_low, theory_high: middle.theory_high))
}
