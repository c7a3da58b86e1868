#!/usr/bin/env gradflow
# Vanishing: the layers near the output learn, but the first one hardly moves.
#
# A network with three hidden layers of 30 sigmoids. The size of a layer's gradient is the speed at which it learns.
parts = split(digits(), 0.8)
net = mlp([64, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))
start = copy(net)
run = train(net, parts[1], optimizer: sgd(0.1), epochs: 4, batch: 10)

# The first step. Hidden layer 3 moves 20 times as fast as hidden layer 1, and the output layer 139 times as fast.
speed = flow(run, step: 1)
speed |> select(step, layer, grad_norm, factor, state)
assert speed.grad_norm[3] / speed.grad_norm[1] > 8, "hidden layer 3 should be much faster than hidden layer 1"

# After four epochs. 'drift' is the distance of the weights from their initial values, relative to the size of these:
# 32 % in the output layer, 4 % in the first one.
moved = flow(run)
moved |> select(step, layer, weight_norm, drift, state)
assert moved.drift[1] < 0.1 and moved.drift[4] > 2 * moved.drift[1], "only the last layer should move far"

# Is the first layer more than a map with fixed random weights? To find out, reset one layer to its initial weights,
# keep the others, and evaluate the loss. It rises by 0.5 for the output layer, by nearly 0.01 for hidden layer 3, and
# by only 0.001 for hidden layer 1. Most of the learning happens in the layers on top of a random map.
fn put_back(layer) {
  changed = copy(net)
  changed[layer].weight = start[layer].weight
  changed[layer].bias = start[layer].bias
  return record(layer: layer, loss: evaluate(changed, parts[1]).loss)
}
trained = evaluate(net, parts[1]).loss
worth = table(map(1..4, put_back)) |> with(worth: loss - trained)
worth
assert worth.worth[4] > 20 * worth.worth[1], "layer 1 should matter least"
