#!/usr/bin/env gradflow
# A deep sigmoid network on the handwritten digits learns nothing, and where that comes from.
#
# The weights keep the signal's size (variance 1/inputs) and the biases are standard normal: a careful start, and still
# each sigmoid layer takes most of the gradient away.
parts = split(digits(), 0.8)
net = mlp([64, 30, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))

# Before training. 'grad_norm' is the speed at which a layer would learn. Each layer hands on about a fifth, as theory
# says, and slope_gain is the guilty term. A layer is called vanishing if its delta is below 1 % of the last one's.
flow(net, data: parts[1], loss: cross_entropy)
  |> select(layer, grad_norm, factor, weight_gain, slope_gain, theory, log10_total, state)

# 20 epochs of training. The loss falls to that of a blind guess among ten classes, log(10) = 2.303, and stays there:
# with this rate, that is. It is a plateau and no wall; a rate of 0.5 takes some 15 epochs to get over it.
run = train(net, parts[1], optimizer: sgd(0.1), epochs: 20, batch: 10, record: every(144), validation: parts[2])
run.epochs |> where(epoch == 1 or epoch % 5 == 0) |> select(epoch, loss, accuracy, validation_accuracy)

# How far did the weights of each layer get from where they started? 'drift' is that distance over the weights' norm.
# The last layers change; the first ones keep their random values, so the others learn on top of a random map.
for step in [1, 721, 1441, 2161, 2737] { emit(flow(run, step: step) |> select(step, epoch, layer, drift, state)) }

# The same rate, data and number of epochs, but one hidden layer: that learns.
shallow = mlp([64, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))
brief = train(shallow, parts[1], optimizer: sgd(0.1), epochs: 20, batch: 10, record: every(144), validation: parts[2])
brief.epochs |> where(epoch == 1 or epoch % 5 == 0) |> select(epoch, loss, accuracy, validation_accuracy)
flow(brief) |> select(layer, drift, state)

assert run.epochs[-1].validation_accuracy < 0.2, "the deep network was not to learn"
assert brief.epochs[-1].validation_accuracy > 0.9, "the shallow network was to learn"
