#!/usr/bin/env gradflow
# Exploding: when the weights start too large, the first layer moves fastest.
#
# Again three hidden layers of 30 units, but of tanh, and with weights of standard deviation 4. Xavier's rule says 0.15
# to 0.22, so these are far too large.
parts = split(digits(), 0.8)
fn build(init) = mlp([64, 30, 30, 30, 10], tanh, init: init, bias: normal(0, 1))

# Backwards from the output, each hidden layer makes the gradient larger: 'factor' is above 1. The first layer's
# gradient is twelve times that of the output layer.
net = build(normal(0, 4))
run = train(net, parts[1], optimizer: sgd(0.01), epochs: 1, batch: 10)
speed = flow(run, step: 1)
speed |> select(step, layer, grad_norm, factor, saturated)
assert speed.grad_norm[1] > 1.5 * speed.grad_norm[3], "hidden layer 1 was to be faster than hidden layer 3"
assert product(first(speed.factor, 3)) > 2, "the hidden layers were to make the gradient larger"

# One network may be an accident. Of twenty networks, trained for one epoch each: how far did hidden layer 1 move,
# divided by how far hidden layer 3 moved? With large weights it is 5.5 times as far, with Xavier's only 0.6 times.
fn moved(start) {
  net = build([normal(0, 4), xavier_normal][start])
  weights = flow(net, parts[1], limit: 32).weight_norm
  run = train(net, parts[1], optimizer: sgd(0.01), epochs: 1, batch: 10)
  distance = flow(run).drift * weights
  return record(init: ["normal(0, 4)", "xavier_normal"][start], ratio: distance[1] / distance[3])
}
ratios = sweep(moved, start: [1, 2], seeds: 20) |> summarize(by: init, ratio: [min, median, max])
ratios
assert ratios.ratio_min[1] > 2, "in every network with large weights the first layer was to move most"

# So both kinds of trouble sit in the layers next to the input: there the gradient has passed all the others.
