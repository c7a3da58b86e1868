#!/usr/bin/env gradflow
# Exploding, part 1: how rarely a sigmoid neuron increases the gradient.
#
# A neuron multiplies the gradient by sigmoid'(w*x + b) * w. This can reach 1 only if |w| > 4. Even then, x must lie in
# a window around -b/w, where the slope is large enough. There is a formula for the width of the window:
fn breadth(w) = 2 / w * log(w * (1 + sqrt(1 - 4 / w)) / 2 - 1)
weights = [4.1, 5, 6.8942, 10, 20, 100]
windows = window(weights) |> with(formula: map(weights, breadth))
windows |> select(w, low, high, width, formula, share)
assert max(abs(windows.width - windows.formula)) < 1e-9, "the formula should give the same widths"

# It is narrow for every weight: the widest window is 0.448, for a weight of 6.89. 'share' is the fraction of normally
# distributed inputs inside the window. It never exceeds 18 %.
every = window(linspace(4.01, 100, 9600))
widest = first(every |> sort(width, desc: true))
print("widest", widest.width, "at w =", widest.w)
assert abs(widest.width - 0.44774) < 1e-4 and abs(widest.w - 6.89) < 0.02 and max(every.share) < 0.18

# In a real network on the digits, what fraction of all connections and images increases the gradient? None with the
# usual weights, and still less than 3 % with weights that are far too large. But a layer sums 30 connections, so
# 'log10_total', which compares the first layer with the last one, can rise above 0: with weights of size 4 and more,
# even sigmoids explode slightly.
share = []
for size in [1, 2, 4, 8] {
  seed(1)
  net = mlp([64, 30, 30, 30, 10], sigmoid, init: normal(0, size), bias: normal(0, 1))
  rows = window(net, digits()) |> where(layer < 4)
  share = append(share, mean(rows.share))
  emit(record(size: size, largest_weight: max(rows.largest_weight), largest_product: max(rows.largest_product),
    share: share[-1], log10_total: first(flow(net, digits())).log10_total))
}
assert share[1] == 0 and max(share) < 0.05, "few connections should make the gradient larger"
