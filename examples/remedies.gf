#!/usr/bin/env gradflow
# Remedies, one at a time, on the handwritten digits. Data, seed, rate (0.1) and number of epochs are always the same.
parts = split(digits(), 0.8)

# Trains a network and gives one row: where its gradient stood before training (log10 of the first layer's, measured
# against the last one's), the largest loss on the way, and what it had learned at the end.
fn attempt(remedy, net, clip: none, penalty: none) {
  before = flow(net, data: parts[1], loss: cross_entropy)[1]
  run = train(net, parts[1], epochs: 10, batch: 10, clip: clip, penalty: penalty, record: none, validation: parts[2])
  return record(remedy: remedy, log10_total: before.log10_total, state: before.state, worst_loss: max(run.steps.loss),
    loss: run.epochs[-1].loss, accuracy: run.epochs[-1].validation_accuracy)
}

# Vanishing: four hidden layers of sigmoids. Without help the accuracy stays at that of a blind guess, one in ten. Every
# remedy brings the first layer's gradient up, and the network learns.
fn sigmoids(sizes: [64, 30, 30, 30, 30, 10], norm: none, skip: false) {
  seed(1)                                # the same random numbers for each
  return mlp(sizes, sigmoid, init: lecun_normal, bias: normal(0, 1), norm: norm, skip: skip)
}
seed(1)
rectifiers = mlp([64, 30, 30, 30, 30, 10], relu, init: he_normal)
table([
  attempt("none", sigmoids()),
  attempt("fewer layers", sigmoids(sizes: [64, 30, 10])),
  attempt("relu with he_normal", rectifiers),
  attempt("batch normalisation", sigmoids(norm: "batch")),
  attempt("shortcuts", sigmoids(skip: true)),
])

# Exploding: relu with far too large weights. The first steps throw the weights so far that every unit dies, and the
# loss ends at log(10) = 2.303, that of a blind guess. Clipping bounds the step. A penalty alone comes too late, but it
# helps the clipped network to forget its large weights. The best remedy is not to start with them.
fn large(init: normal(0, 1)) {
  seed(1)
  return mlp([64, 30, 30, 30, 30, 10], relu, init: init)
}
table([
  attempt("none", large()),
  attempt("clip by norm", large(), clip: clip_norm(1)),
  attempt("clip by value", large(), clip: clip_value(0.1)),
  attempt("l2 penalty", large(), penalty: l2(0.01)),
  attempt("clip by value, l2", large(), clip: clip_value(0.1), penalty: l2(0.01)),
  attempt("he_normal", large(init: he_normal)),
])
