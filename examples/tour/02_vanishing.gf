#!/usr/bin/env gradflow
# Vanishing: the layers next to the output learn, the first one hardly moves.
#
# Three hidden layers of 30 sigmoids read the handwritten digits. A layer's speed is the size of its gradient.
parts = split(digits(), 0.8)
net = mlp([64, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))
start = copy(net)
run = train(net, parts[1], optimizer: sgd(0.1), epochs: 4, batch: 10)

# The first step. Hidden layer 3 moves 20 times as fast as hidden layer 1, the output layer 139 times.
speed = flow(run, step: 1)
speed |> select(step, layer, grad_norm, factor, state)
assert speed.grad_norm[3] / speed.grad_norm[1] > 8, "hidden layer 3 was to be much faster than hidden layer 1"

# After four epochs. 'drift' is how far the weights are from where they started, as a share of their size: 32 % in the
# output layer, 4 % in the first one.
moved = flow(run)
moved |> select(step, layer, weight_norm, drift, state)
assert moved.drift[1] < 0.1 and moved.drift[4] > 2 * moved.drift[1], "the last layer was to move, the first one was not"

# Is the first layer more than a map with fixed random weights? Put one layer back to the weights that it started with,
# keep the others, and look at the loss. What the output layer has learned is worth 0.5, hidden layer 3 nearly 0.01,
# hidden layer 1 only 0.001. Most of the learning goes on in the layers on top of a random map.
fn put_back(layer) {
  changed = copy(net)
  changed[layer].weight = start[layer].weight
  changed[layer].bias = start[layer].bias
  return record(layer: layer, loss: evaluate(changed, parts[1]).loss)
}
trained = evaluate(net, parts[1]).loss
worth = table(map(1..4, put_back)) |> with(worth: loss - trained)
worth
assert worth.worth[4] > 20 * worth.worth[1], "layer 1 was to matter least"
