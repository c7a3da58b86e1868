#!/usr/bin/env gradflow
# The gradient of a chain of eight sigmoid neurons.
#
# Every layer is a single neuron: z = w*x + b, y = sigmoid(z), and y is the x of the next layer. All weights are drawn
# from the normal distribution with mean 0 and standard deviation 1, a common way to initialize networks.
depth = arg(1, default: 8)
net = chain(depth, sigmoid, init: normal(0, 1))

# One forward and one backward pass. 'factor' is the size of the gradient at a layer divided by its size at the next
# layer: factor = weight_gain * slope_gain. The last row has no factor, because there is no next layer.
flow(net) |> select(layer, bias_grad_norm, factor, weight_gain, slope_gain, log10_total, state)

# Which term is responsible? The geometric mean of each over the layers:
gains = flow(net) |> where(layer < depth)
table([
  record(term: "weight", gain: 10 ^ mean(log10(gains.weight_gain))),
  record(term: "activation slope", gain: 10 ^ mean(log10(gains.slope_gain))),
])
# Some weights are above 1 and some below. The slope of the sigmoid is at most 1/4, so in every layer it divides the
# gradient by at least 4. The activation is responsible.
assert max(gains.slope_gain) <= 1/4

# The same for one sample, factor by factor: the product of the chain rule for the bias of the first layer. The formula
# goes to stderr, and the table to stdout. Its last row is the result of backpropagation, which is the same number.
terms = explain(net, layer: 1, parameter: bias)
terms
assert abs(terms[-1].value / terms[-2].product - 1) < 1e-12

# The depth is not limited: the column log10 is correct even if the product is too small for a floating-point number.
explain(chain(2000, sigmoid)) |> last(1) |> select(symbol, value, log10)
