#!/usr/bin/env gradflow
# Exploding: if the initial weights are too large, the first layer moves fastest.
#
# Again three hidden layers of 30 units, but with tanh and weights of standard deviation 4. That is far too large:
# Xavier's rule recommends 0.15 to 0.22.
parts = split(digits(), 0.8)
fn build(init) = mlp([64, 30, 30, 30, 10], tanh, init: init, bias: normal(0, 1))

# Going backward from the output, each hidden layer increases the gradient: 'factor' is above 1. The gradient of the
# first layer is twelve times that of the output layer.
net = build(normal(0, 4))
run = train(net, parts[1], optimizer: sgd(0.01), epochs: 1, batch: 10)
speed = flow(run, step: 1)
speed |> select(step, layer, grad_norm, factor, saturated)
assert speed.grad_norm[1] > 1.5 * speed.grad_norm[3], "hidden layer 1 should be faster than hidden layer 3"
assert product(first(speed.factor, 3)) > 2, "the hidden layers should make the gradient larger"

# A single network may be an exception. For twenty networks, trained for one epoch each, compare how far hidden layers 1
# and 3 have moved. With large weights, layer 1 moves 5.5 times as far as layer 3; with Xavier's, only 0.6 times.
fn moved(start) {
  net = build([normal(0, 4), xavier_normal][start])
  weights = flow(net, parts[1], limit: 32).weight_norm
  run = train(net, parts[1], optimizer: sgd(0.01), epochs: 1, batch: 10)
  distance = flow(run).drift * weights
  return record(init: ["normal(0, 4)", "xavier_normal"][start], ratio: distance[1] / distance[3])
}
ratios = sweep(moved, start: [1, 2], seeds: 20) |> summarize(by: init, ratio: [min, median, max])
ratios
assert ratios.ratio_min[1] > 2, "with large weights, the first layer should always move most"

# Both problems are worst near the input, because there the gradient has passed through all other layers.
