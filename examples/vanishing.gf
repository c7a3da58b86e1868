#!/usr/bin/env gradflow
# Why a deep sigmoid network learns nothing about the handwritten digits.
#
# The weights preserve the size of the signal (variance 1/inputs), and the biases are standard normal. In spite of this
# careful initialization, each sigmoid layer removes most of the gradient.
parts = split(digits(), 0.8)
net = mlp([64, 30, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))

# Before training. 'grad_norm' is the speed at which a layer would learn. Each layer passes on about a fifth, as theory
# predicts, and slope_gain is the cause. The state is 'vanishing' if delta_rms is below 1 % of that of the last layer.
flow(net, data: parts[1], loss: cross_entropy)
  |> select(layer, grad_norm, factor, weight_gain, slope_gain, theory, log10_total, state)

# 20 epochs of training. The loss falls to that of random guessing among ten classes, log(10) = 2.303, and stays there.
# With this rate, the network does not leave the plateau; with a rate of 0.5, it takes about 15 epochs.
run = train(net, parts[1], optimizer: sgd(0.1), epochs: 20, batch: 10, record: every(144), validation: parts[2])
run.epochs |> where(epoch == 1 or epoch % 5 == 0) |> select(epoch, loss, accuracy, validation_accuracy)

# 'drift' is the distance of a layer's weights from their initial values, relative to the norm of these. The last layers
# change, but the first ones keep their random values, so the others learn from the output of a random map.
for step in [1, 721, 1441, 2161, 2737] { emit(flow(run, step: step) |> select(step, epoch, layer, drift, state)) }

# With one hidden layer and the same rate, data and number of epochs, the network learns.
shallow = mlp([64, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))
brief = train(shallow, parts[1], optimizer: sgd(0.1), epochs: 20, batch: 10, record: every(144), validation: parts[2])
brief.epochs |> where(epoch == 1 or epoch % 5 == 0) |> select(epoch, loss, accuracy, validation_accuracy)
flow(brief) |> select(layer, drift, state)

assert run.epochs[-1].validation_accuracy < 0.2, "the deep network should not learn"
assert brief.epochs[-1].validation_accuracy > 0.9, "the shallow network should learn"
