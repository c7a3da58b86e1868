#!/usr/bin/env gradflow
# How the gradient of the first layer depends on the depth of the network.
#
# Two kinds of network classify handwritten digits. One uses sigmoids, with initial weights of a suitable size. The
# other uses tanh, with initial weights that are far too large. All hidden layers have 30 units.
fn build(kind, layers) {
  if kind == "sigmoid" {
    return chain(layers, sigmoid, width: 30, inputs: 64, outputs: 10, init: lecun_normal, bias: normal(0, 1))
  }
  return chain(layers, tanh, width: 30, inputs: 64, outputs: 10, init: normal(0, 4))
}

# 'log10_total' compares the gradient at the first layer with that at the last one: -3 means a thousand times smaller,
# 3 means a thousand times larger, 0 means the same size. Ten networks of each kind are drawn, to rule out chance.
fn reach(kind, layers) = record(log10_total: first(flow(build(kind, layers), digits(), limit: 128)).log10_total)
depths = [2, 4, 8, 16]
rows = sweep(reach, kind: ["sigmoid", "tanh"], layers: depths, seeds: 10)
  |> summarize(by: [kind, layers], log10_total: [min, median, max])
rows

# More layers make it worse, in both directions. Two sigmoid layers lose a factor of 8, and sixteen lose ten orders of
# magnitude. Sixteen tanh layers gain more than five. This is not due to chance, because the ranges do not overlap.
lost = rows |> where(kind == "sigmoid")
gained = rows |> where(kind == "tanh")
for i in 2..4 {
  assert lost[i].log10_total_max < lost[i - 1].log10_total_min, "deeper sigmoids should lose more"
  assert gained[i].log10_total_min > gained[i - 1].log10_total_max, "deeper tanh layers should gain more"
}

# Per layer, the sigmoids' loss approaches 0.7 orders of magnitude, a factor of five.
per_layer = lost |> select(layers, per_layer: log10_total_median / (layers - 1))
per_layer
assert all(per_layer.per_layer < -0.6), "each sigmoid layer should remove most of the gradient"
