#!/usr/bin/env gradflow
# Remedies against explosion: relu and batch normalisation.
#
# The failing network: four hidden layers of tanh, weights of standard deviation 4. It explodes in spite of saturation.
parts = split(digits(), 0.8)
fn build(remedy) {
  sizes = [64, 30, 30, 30, 30, 10]
  if remedy == "relu, same weights" { return mlp(sizes, relu, init: normal(0, 4)) }
  if remedy == "relu, he_normal" { return mlp(sizes, relu, init: he_normal) }
  if remedy == "batch normalisation" { return mlp(sizes, tanh, init: normal(0, 4), norm: batch) }
  return mlp(sizes, tanh, init: normal(0, 4))
}

# The effect of batch normalisation. The weights of hidden layer 2 have size 4, so z is about 20, where tanh is flat.
# With mean 0 and standard deviation 1, z is where the slope is large: 'saturated' falls from 89 % to almost 0. And the
# factor is near 1, because z divided by its spread does not depend on the size of the weights.
for remedy in ["none", "batch normalisation"] {
  seed(1)
  rows = flow(build(remedy), parts[1], loss: cross_entropy)
  emit(rows[2..3] |> select(layer, saturated, slope_mean, factor, log10_total, remedy: remedy))
}

# Training: five networks each, ten epochs.
fn outcome(remedy) {
  net = build(remedy)
  before = first(flow(net, parts[1], loss: cross_entropy)).log10_total
  run = train(net, parts[1], epochs: 10, batch: 10, record: none, validation: parts[2])
  row = record(log10_total: before, worst_loss: max(run.steps.loss), accuracy: 0)
  if run.state == "finished" { row.accuracy = last(run.epochs).validation_accuracy }
  return row
}
rows = sweep(outcome, remedy: ["none", "relu, same weights", "batch normalisation", "relu, he_normal"], seeds: 5)
  |> summarize(by: remedy, log10_total: median, worst_loss: max, accuracy: [min, median, max])
rows

# Batch normalisation saves this network with its large weights, but it only reaches 0.82. relu with the same weights
# explodes far more, because it does not saturate. With He initialization, which is made for relu, it is healthy.
assert rows.log10_total[1] > 1.5 and rows.accuracy_max[1] < 0.2, "the failing network should not learn"
assert rows.log10_total[2] > rows.log10_total[1] and rows.accuracy_max[2] < 0.25, "relu alone should not help"
assert rows.accuracy_min[3] > 0.6 and rows.accuracy_median[4] > 0.85, "both remedies should help"
