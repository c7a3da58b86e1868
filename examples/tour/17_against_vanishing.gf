#!/usr/bin/env gradflow
# Remedies against vanishing: relu, batch normalisation, shortcuts.
#
# The failing network has four hidden layers of sigmoids. Each layer passes on a fifth of the gradient.
parts = split(digits(), 0.8)
fn build(remedy) {
  sizes = [64, 30, 30, 30, 30, 10]
  if remedy == "relu" { return mlp(sizes, relu, init: he_normal) }
  if remedy == "batch normalisation" { return mlp(sizes, sigmoid, init: lecun_normal, bias: normal(0, 1), norm: batch) }
  if remedy == "shortcuts" { return mlp(sizes, sigmoid, init: lecun_normal, bias: normal(0, 1), skip: true) }
  return mlp(sizes, sigmoid, init: lecun_normal, bias: normal(0, 1))
}
remedies = ["none", "relu", "batch normalisation", "shortcuts"]

# All of them bring the factor of hidden layer 2 to about 1, in different ways (medians of 30 networks). relu does so by
# its slope, which is 1 for half of the units, together with larger weights. Batch normalisation leaves the slope of the
# sigmoid at 0.2, but divides z by its small spread, which multiplies the gradient as well: norm_gain is 5. A shortcut
# leaves the sigmoid as it is and adds a path next to it, on which the gradient is not divided by 5. The total gradient
# is then 5 times as large as that through the sigmoid alone: shortcut_gain. 'theory_limit' is the factor that
# mean-field theory predicts deep in a stack of such layers.
for remedy in remedies {
  rows = flow(build(remedy), parts[1], loss: cross_entropy, limit: 256, seeds: 30)
  emit(rows[2..2]
    |> select(layer, weight_gain, slope_gain, shortcut_gain, norm_gain, factor, theory_limit, remedy: remedy))
}

# Training: five networks each, ten epochs. 'drift' is how far the first layer moved, relative to its initial size.
fn outcome(remedy) {
  net = build(remedy)
  before = first(flow(net, parts[1], loss: cross_entropy))
  run = train(net, parts[1], optimizer: sgd(0.1), epochs: 10, batch: 10, validation: parts[2])
  return record(log10_total: before.log10_total, drift: first(flow(run)).drift, loss: last(run.epochs).loss,
    accuracy: last(run.epochs).validation_accuracy)
}
rows = sweep(outcome, remedy: remedies, seeds: 5)
  |> summarize(by: remedy, log10_total: median, drift: median, loss: median, accuracy: [min, median, max])
rows
assert rows.accuracy_max[1] < 0.2 and rows.drift[1] < 0.05, "the failing network should not learn"
assert all(rows.accuracy_min[2..4] > 0.85) and all(rows.drift[2..4] > 0.5), "with each remedy, it should learn"
