#!/usr/bin/env gradflow
# More layers, more trouble: how the gradient of the first layer depends on the depth.
#
# Two kinds of network read the handwritten digits. One is made of sigmoids and starts with weights of a careful size.
# The other is made of tanh and starts with weights that are far too large. Their layers have 30 units.
fn build(kind, layers) {
  if kind == "sigmoid" {
    return chain(layers, sigmoid, width: 30, inputs: 64, outputs: 10, init: lecun_normal, bias: normal(0, 1))
  }
  return chain(layers, tanh, width: 30, inputs: 64, outputs: 10, init: normal(0, 4))
}

# 'log10_total' compares the gradient at the first layer with that at the last one: -3 means a thousand times smaller,
# 3 means a thousand times larger, 0 means the same size. Ten networks of each, as a single one could be an accident.
fn reach(kind, layers) = record(log10_total: first(flow(build(kind, layers), digits(), limit: 128)).log10_total)
depths = [2, 4, 8, 16]
rows = sweep(reach, kind: ["sigmoid", "tanh"], layers: depths, seeds: 10)
  |> summarize(by: [kind, layers], log10_total: [min, median, max])
rows

# Each further layer makes it worse, in both directions. Two sigmoid layers lose a factor of 8, sixteen lose ten orders
# of magnitude. Sixteen tanh layers gain more than five. In no case is it an accident: the ranges do not overlap.
lost = rows |> where(kind == "sigmoid")
gained = rows |> where(kind == "tanh")
for i in 2..4 {
  assert lost[i].log10_total_max < lost[i - 1].log10_total_min, "deeper sigmoids were to lose more"
  assert gained[i].log10_total_min > gained[i - 1].log10_total_max, "deeper tanh layers were to gain more"
}

# Shared out among the layers, the sigmoids' loss settles at 0.7 orders of magnitude per layer, a factor of five.
per_layer = lost |> select(layers, per_layer: log10_total_median / (layers - 1))
per_layer
assert all(per_layer.per_layer < -0.6), "each sigmoid layer was to take most of the gradient"
