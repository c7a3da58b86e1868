#!/usr/bin/env gradflow
# The second cliff: a gradient too small for the number format.
#
# In this chain of sigmoid neurons z is 0 in every layer, so every layer divides the gradient by exactly 4: the input is
# cut off, sigmoid(0) = 1/2, and 1 * 1/2 - 1/2 = 0. Single precision holds no positive number below 1.4e-45 = 0.25^74.5,
# double precision none below 4.9e-324 = 0.25^537.
fn quarters(depth, precision) {
  net = chain(depth, sigmoid, init: constant(1), bias: constant(-1/2), precision: precision)
  net[1].weight = [[0]]
  net[1].bias = [0]
  return net
}
sample = gaussian(1, 1, 1)

# How many layers below the last one get a gradient that is not 0? Those further down are said to underflow. The column
# log10_total is computed with a wider exponent, so it goes on where the format ends.
for precision in ["f32", "f64"] {
  layers = flow(quarters(600, precision), data: sample)
  reached = layers |> where(state != "underflow")
  emit(record(precision: precision, layers_reached: len(reached) - 1, log10_of_last_reached: reached[1].log10_total,
    log10_of_first_layer: layers[1].log10_total))
}

# Training sees the 0: those layers do not move at all, whatever the rate and however long it takes.
net = quarters(80, "f32")
run = train(net, sample, steps: 100, record: every(100))
flow(run) |> where(layer < 8 or layer == 80) |> select(layer, bias_grad_norm, drift, state)

# The activation has a cliff of its own: from z = 36.737 on, sigmoid(z) is 1 in double precision, and its slope is 0.
curve(sigmoid, from: 36, to: 37, points: 5)
