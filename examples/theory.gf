#!/usr/bin/env gradflow
# Theory and measurement: the predictions of mean-field theory for tanh at initialization, compared with networks.
#
# With a weight variance of v/inputs and a bias variance of 0.05, a network is in one of two phases: below a critical v
# the gradient shrinks from layer to layer (ordered), above it the gradient grows (chaotic). This is the critical v.
border = critical(tanh, bias_variance: 0.05)
table([record(activation: "tanh", bias_variance: 0.05, critical: border)])
assert abs(border - 1.76095) < 1e-4

# Three networks of 20 layers: below the critical value, at it, and above. 'chi' is the factor by which the mean square
# of the gradient changes per layer, so 'factor' of flow is its square root. 'depth_scale' is the number of layers in
# which it changes by e; about six times as many layers can be trained. 'measured' is the geometric mean of the factor
# over the layers, except the first ones, in which the signal has not converged yet.
for v in [1, border, 4] {
  seed(0)
  net = chain(20, tanh, width: 200, init: normal(0, sqrt(v / 200)), bias: normal(0, sqrt(0.05)))
  measured = flow(net) |> where(layer > 5 and layer < 20)
  said = theory(net)[1]
  emit(record(variance: v, q: said.q, chi: said.chi, phase: said.phase, depth_scale: said.depth_scale,
    theory: said.factor_limit, measured: 10 ^ mean(log10(measured.factor)), log10_total: flow(net)[1].log10_total))
}

# This is the limit deep in a stack of such layers, 'theory_limit' in the flow table. 'theory' follows the signal of
# this data forward from the first layer, and the gradient of this loss backward from the last one. At least 99 % of the
# draws of a layer of this width lie between 'theory_low' and 'theory_high'. 'theory_fit' shows whether the measured
# factor lies inside, below or above.
seed(0)
net = chain(20, tanh, width: 200, init: normal(0, sqrt(border / 200)), bias: normal(0, sqrt(0.05)))
rows = flow(net) |> where(layer < 20)
rows[[1, 2, 4, 8, 16, 19]] |> select(layer, theory_limit, theory, theory_low, factor, theory_high, theory_fit)
assert all(rows.theory_fit == "inside")
assert max(abs(rows.theory / rows.factor - 1)) < 0.05, "theory should be within 5 % of this draw"

# After a change of the weights, the factor is outside of the band.
net[10].weight = map(net[10].weight, fn(row) = 2 * row)
flow(net)[8..10] |> select(layer, theory_low, factor, theory_high, theory_fit)

# The narrower the network, the wider the band: the middle layer of 40 networks, median and 5 % to 95 % quantiles.
for width in [10, 50, 200] {
  net = chain(20, tanh, width: width, init: normal(0, sqrt(1 / width)), bias: normal(0, sqrt(0.05)))
  middle = flow(net, seeds: 40)[10]
  emit(record(width: width, theory: middle.theory, factor: middle.factor, factor_low: middle.factor_low,
    factor_high: middle.factor_high, theory_low: middle.theory_low, theory_high: middle.theory_high))
}
