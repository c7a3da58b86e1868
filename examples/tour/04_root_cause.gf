#!/usr/bin/env gradflow
# The root cause: backpropagation multiplies, once per layer.
#
# The simplest network: a chain of 50 linear neurons with equal weights. In the backward pass, each layer multiplies
# the gradient by its weight, so 49 layers multiply it by weight^49. A weight slightly below 1 is enough to lose it.
for weight in [0.8, 0.9, 1, 1.1, 1.25] {
  total = 10 ^ first(flow(chain(50, identity, init: constant(weight)))).log10_total
  emit(record(weight: weight, last_to_first: total, by_hand: weight ^ 49))
  assert abs(total / weight ^ 49 - 1) < 1e-9, "the gradient should be multiplied by the weight in each layer"
}

# In a real layer there are two such terms: the effect of the weights on the gradient, and that of the slope of the
# activation. Their product is the factor of the layer, and the product of all factors is the total. This is exact.
parts = split(digits(), 0.8)
net = mlp([64, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))
rows = flow(net, parts[1])
rows |> select(layer, weight_gain, slope_gain, factor, log10_total)
hidden = rows |> where(layer < 4)
assert max(abs(hidden.weight_gain * hidden.slope_gain / hidden.factor - 1)) < 1e-12
assert abs(sum(log10(hidden.factor)) - rows.log10_total[1]) < 1e-12

# So there are two ways to fail: the slopes can be small, as with a sigmoid, or the initial weights can be too large.
# relu with He initialization, which is made for it, has a product near 1. The middle layer, median of 50 networks:
fn middle(net) = flow(net, digits(), limit: 256, seeds: 50)[3]
cases = [["sigmoid, lecun_normal", mlp([64, 30, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))],
  ["relu, normal(0, 1)", mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1))],
  ["relu, he_normal", mlp([64, 30, 30, 30, 30, 10], relu, init: he_normal)]]
fn row(c) {
  m = middle(c[2])
  return record(net: c[1], weight_gain: m.weight_gain, slope_gain: m.slope_gain, factor: m.factor)
}
terms = table(map(cases, row))
terms
assert terms.slope_gain[1] < 0.25 and terms.weight_gain[2] > 3 and abs(terms.factor[3] - 1) < 0.25

# How small can the gradient get? If each layer removes three quarters, half precision underflows after 13 layers.
precision(chain(80, identity, init: constant(1/4)), gaussian(1, 1, 1), [f16, f32], loss: mae)
  |> where(layer == 1) |> select(format, zero, state, cliff)
