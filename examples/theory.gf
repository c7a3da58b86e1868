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
    theory: said.factor, measured: 10 ^ mean(log10(measured.factor)), log10_total: flow(net)[1].log10_total))
}

# The theory is for wide layers. The narrower the network, the further it may be from it: the spread over 10 networks.
for width in [10, 50, 200] {
  factors = map(1..10, fn(i) {
    net = chain(20, tanh, width: width, init: normal(0, sqrt(1 / width)), bias: normal(0, sqrt(0.05)))
    return 10 ^ mean(log10((flow(net) |> where(layer > 5 and layer < 20)).factor))
  })
  emit(record(width: width, theory: theory(chain(2, tanh, width: width, init: normal(0, sqrt(1 / width)),
    bias: normal(0, sqrt(0.05))))[1].factor, measured: mean(factors), spread: std(factors)))
}
