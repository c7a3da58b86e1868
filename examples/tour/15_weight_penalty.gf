#!/usr/bin/env gradflow
# Weight penalties: l1 and l2 add a cost for large weights, which also reduces the gradient.
#
# In every step, l2 subtracts a small fraction of every weight, and l1 a small constant. The network explodes mildly:
# relu, four hidden layers, weights of standard deviation 0.5, which is twice what He's rule recommends.
parts = split(digits(), 0.8)
penalties = [none, l1(0.001), l2(0.01)]
names = ["none", "l1(0.001)", "l2(0.01)"]
fn attempt(size, penalty, clip) {
  net = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, size))
  run = train(net, parts[1], epochs: 20, batch: 10, clip: clip, penalty: penalties[penalty], record: none,
    validation: parts[2])
  if run.state == "diverged" { return record(penalized: names[penalty], accuracy: 0) }
  after = flow(net, parts[1], loss: cross_entropy)
  return record(penalized: names[penalty], weight_norm: after.weight_norm[2], log10_total: after.log10_total[1],
    accuracy: last(run.epochs).validation_accuracy)
}

# First together with clipping, so that all networks survive the first steps. Medians of five networks after training:
# the weights are smaller with l1 and much smaller with l2. The gradient of the first layer, relative to the last one,
# is 6 without a penalty and 2.3 with l2. The accuracy hardly changes.
fn with_clip(penalty) = attempt(0.5, penalty, clip_norm(1))
rows = sweep(with_clip, penalty: 1..3, seeds: 5)
  |> summarize(by: penalized, weight_norm: median, log10_total: median, accuracy: [min, median])
rows
assert rows.weight_norm[3] < rows.weight_norm[1] / 2, "l2 should make the weights smaller"
assert rows.log10_total[3] < rows.log10_total[1] - 0.3, "l2 should make the gradient smaller"

# Alone, a penalty is too slow. With weights of standard deviation 1, the explosion takes five steps, and in five steps
# this l2 removes 0.5 % of the weights. No network learns anything. Those that overflow count as accuracy 0.
fn without_clip(penalty) = attempt(1, penalty, none)
late = sweep(without_clip, penalty: 1..3, seeds: 5) |> summarize(by: penalized, accuracy: [min, median, max])
late
assert max(late.accuracy_max) < 0.25, "penalties alone should be too slow"
