#!/usr/bin/env gradflow
# The chain rule written out for four layers of one sigmoid each.
#
# The input x of every neuron is the output of the one before it, and its output is y = sigmoid(w*x + b).
net = chain(4, sigmoid, init: normal(0, 1), bias: normal(0, 1))
sample = gaussian(1, 1, 1)

# How does the loss depend on b1? Go back from the loss through y4 and z4, along w4 to y3, and so on to z1. Each step
# is one factor. 'product' is the product so far, and the last row is the result of backpropagation.
terms = explain(net, data: sample)
terms
slopes = terms |> where(term == "activation slope")
weights = terms |> where(term == "weight")
assert len(slopes) == 4 and len(weights) == 3, "there should be four slopes and three weights between the loss and b1"
assert abs(terms[-2].product / terms[-1].value - 1) < 1e-12, "the product should equal the result of backpropagation"

# The same by hand. The slope of the sigmoid is y*(1 - y). The loss is (y4 - t)^2, so its slope is 2*(y4 - t).
x = sample.inputs[1][1]
product = 1
for i in 1..4 {
  w = net[i].weight[1][1]
  y = 1 / (1 + exp(-(w * x + net[i].bias[1])))
  if i > 1 { product = product * w }
  product = product * y * (1 - y)
  x = y
}
by_hand = product * 2 * (x - sample.targets[1][1])
print("dL/db1 by hand", by_hand)
assert abs(by_hand / terms[-1].value - 1) < 1e-12

# b4 has only two factors, and b1 has eight. The number of factors grows with the depth, and so does the power of ten.
for depth in [4, 16, 64, 256] {
  deep = explain(chain(depth, sigmoid, init: normal(0, 1), bias: normal(0, 1)), data: sample)
  emit(record(depth: depth, factors: len(deep) - 1, log10: deep[-1].log10))
  assert deep[-1].log10 < -depth / 2, "each layer should remove half an order of magnitude"
}
