#!/usr/bin/env gradflow
# The exploding chain of Michael Nielsen's "Neural Networks and Deep Learning", chapter 5.
#
# The slope of a sigmoid divides the gradient by at least four. For the gradient to grow, the weight must be above 4,
# and z must be where the slope is large. Here both are set by hand: every weight is 100, and every bias makes
# z = 100*a + b equal to 0, where the slope is 1/4. Each layer therefore multiplies the gradient by 100/4 = 25.
net = chain(6, sigmoid)
sample = gaussian(1, 1, 1)
a = sample.inputs[1][1]
for i in 1..net.depth {
  net[i].weight = [[100]]
  net[i].bias = [-100 * a]
  a = 1/2                                # sigmoid(0), the input of the next layer
}
flow(net, data: sample) |> select(layer, bias_grad_norm, factor, weight_gain, slope_gain, log10_total, state)
assert max(abs(first(flow(net, data: sample).factor, 5) - 25)) < 1e-9

# This does not happen by chance. With weights of 10 and no biases, z is near 10 in all layers except the first two. The
# slope is tiny there, so the gradient vanishes even faster. Large weights alone do not make a sigmoid network explode.
for i in 1..net.depth {
  net[i].weight = [[10]]
  net[i].bias = [0]
}
flow(net, data: sample) |> select(layer, bias_grad_norm, factor, weight_gain, slope_gain, saturated, state)

# relu does not saturate for large inputs, so large weights are enough. In the backward pass, each layer multiplies the
# gradient by about four, and the delta of the first layer is 28,000 times that of the last one.
deep = chain(8, relu, width: 32, init: normal(0, 1))
flow(deep) |> select(layer, grad_norm, factor, weight_gain, slope_gain, log10_total, state)
