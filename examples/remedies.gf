#!/usr/bin/env gradflow
# Remedies, one at a time, on the handwritten digits. Data, seed, rate (0.1) and number of epochs are always the same.
parts = split(digits(), 0.8)

# Trains a network and returns one row: the gradient before training (log10 of the first layer's, relative to the last
# one's), the largest loss during training, and the final loss and accuracy.
fn attempt(remedy, net, clip: none, penalty: none) {
  before = flow(net, data: parts[1], loss: cross_entropy)[1]
  run = train(net, parts[1], epochs: 10, batch: 10, clip: clip, penalty: penalty, record: none, validation: parts[2])
  return record(remedy: remedy, log10_total: before.log10_total, state: before.state, worst_loss: max(run.steps.loss),
    loss: run.epochs[-1].loss, accuracy: run.epochs[-1].validation_accuracy)
}

# Vanishing: four hidden layers of sigmoids. Without a remedy, the accuracy remains that of random guessing, one in ten.
# Every remedy increases the gradient of the first layer, and the network learns.
fn sigmoids(sizes: [64, 30, 30, 30, 30, 10], norm: none, skip: false) {
  seed(1)                                # the same random numbers for each network
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

# Other initial weights alone do not help a sigmoid, because its slope is at most 1/4 with any weights. For tanh they
# are decisive: weights of 0.01 shrink the gradient in every layer, and each of the better initializers fixes that.
fn small(init, norm: none) {
  seed(1)
  return mlp([64, 30, 30, 30, 30, 10], tanh, init: init, norm: norm)
}
fn stepping(optimizer) {
  net = sigmoids()
  run = train(net, parts[1], epochs: 10, batch: 10, optimizer: optimizer, record: none, validation: parts[2])
  return record(remedy: str(optimizer), loss: run.epochs[-1].loss, accuracy: run.epochs[-1].validation_accuracy)
}
table([
  attempt("none", small(normal(0, 0.01))),
  attempt("xavier_normal", small(xavier_normal)),
  attempt("lecun_normal", small(lecun_normal)),
  attempt("orthogonal", small(orthogonal)),
  attempt("lsuv", small(lsuv)),
  attempt("layer normalisation", small(normal(0, 0.01), norm: "layer")),
])

# Some optimizers take steps whose size does not depend on that of the gradient, so that the first layers of the sigmoid
# network move as well. A larger rate only helps after the network has left the plateau.
table(map([sgd(0.1), sgd(1), sgd(0.1, momentum: 0.9), adam(0.001), adam(0.01), rmsprop(0.001)], stepping))

# Exploding: relu with far too large weights. The first steps move the weights so far that every unit dies, and the
# loss ends at log(10) = 2.303, that of random guessing. Clipping limits the step. A penalty alone acts too slowly, but
# together with clipping it reduces the large weights. The best remedy is not to start with large weights.
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
  attempt("clip by value, l1", large(), clip: clip_value(0.1), penalty: l1(0.003)),
  attempt("clip by value, elastic", large(), clip: clip_value(0.1), penalty: elastic(0.001, 0.01)),
  attempt("he_normal", large(init: he_normal)),
])

# The record of every step shows whether clipping was applied, and the norm of the gradient before and after it.
run = train(large(), parts[1], epochs: 10, batch: 10, clip: clip_norm(1))
run.steps |> where(step == 1 or step % 288 == 0) |> select(step, loss, grad_norm, clipped_norm, clipped)
table(map([1, 2, 5, 10], fn(n) {
  steps = run.steps |> where(epoch == n)
  return record(epoch: n, steps: len(steps), acted: len(steps |> where(clipped)), norm: median(steps.grad_norm))
}))
