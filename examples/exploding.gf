#!/usr/bin/env gradflow
# The exploding chain of Michael Nielsen's "Neural Networks and Deep Learning", chapter 5.
#
# A sigmoid layer divides the gradient by four at best. To make it grow instead, the weight must be above 4 and the
# neuron must stand where the slope is large. Here both are arranged by hand: every weight is 100, and every bias brings
# z = 100*a + b to 0, where the slope of the sigmoid is 1/4. So each layer multiplies the gradient by 100/4 = 25.
net = chain(6, sigmoid)
sample = gaussian(1, 1, 1)
a = sample.inputs[1][1]
for i in 1..net.depth {
  net[i].weight = [[100]]
  net[i].bias = [-100 * a]
  a = 1/2                                # sigmoid(0), which is what this layer gives to the next one
}
flow(net, data: sample) |> select(layer, bias_grad_norm, factor, weight_gain, slope_gain, log10_total, state)
assert max(abs(first(flow(net, data: sample).factor, 5) - 25)) < 1e-9

# It takes arranging. With weights of 10 and no biases, z is near 10 in all layers but the first two: there the slopes are
# so small that the gradient vanishes all the more. Large weights alone do not make a sigmoid network explode.
for i in 1..net.depth {
  net[i].weight = [[10]]
  net[i].bias = [0]
}
flow(net, data: sample) |> select(layer, bias_grad_norm, factor, weight_gain, slope_gain, saturated, state)

# relu has no upper end that it could saturate at: there large weights are enough. Each layer makes the gradient about
# four times as large on its way to the input, so the first layer's delta is 28,000 times that of the last one.
deep = chain(8, relu, width: 32, init: normal(0, 1))
flow(deep) |> select(layer, grad_norm, factor, weight_gain, slope_gain, log10_total, state)
