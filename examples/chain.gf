#!/usr/bin/env gradflow
# The gradient of a chain of eight sigmoid neurons.
#
# Every layer is one neuron: z = w*x + b, y = sigmoid(z), and y is the x of the next layer. All weights are drawn from
# the normal distribution with mean 0 and standard deviation 1, as many people start their networks.
depth = arg(1, default: 8)
net = chain(depth, sigmoid, init: normal(0, 1))

# One forward and one backward pass. 'factor' says how much of the gradient a layer hands on to the layer before it:
# factor = weight_gain * slope_gain. The last row is the layer next to the loss, so it has no factor.
flow(net) |> select(layer, bias_grad_norm, factor, weight_gain, slope_gain, log10_total, state)

# Which term is guilty? Here are both, as the geometric mean over the layers.
gains = flow(net) |> where(layer < depth)
table([
  record(term: "weight", gain: 10 ^ mean(log10(gains.weight_gain))),
  record(term: "activation slope", gain: 10 ^ mean(log10(gains.slope_gain))),
])
# The weights are sometimes above 1 and sometimes below. The slope of the sigmoid is at most 1/4, so every layer
# divides the gradient by at least 4: it is the activation that is guilty.
assert max(gains.slope_gain) <= 1/4

# The same for one sample, factor by factor: the chain rule's product for the bias of the first layer. The formula goes
# to the reader (stderr); the table is data. Its last row is what backpropagation found: the same number.
terms = explain(net, layer: 1, parameter: bias)
terms
assert abs(terms[-1].value / terms[-2].product - 1) < 1e-12

# Depth is no limit: the column log10 stays right where the product itself is too small for a number.
explain(chain(2000, sigmoid)) |> last(1) |> select(symbol, value, log10)
