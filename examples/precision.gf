#!/usr/bin/env gradflow
# A second reason for vanishing: the gradient is too small for the number format.
#
# In this chain, every layer divides the gradient by exactly 4. Half precision has no positive number below 6e-8 =
# 0.25^12, single precision none below 1.4e-45 = 0.25^74.5, double precision none below 4.9e-324 = 0.25^537. `precision`
# computes with each of the formats. The measured and the predicted depth of the cliff agree.
net = chain(600, identity, init: constant(1/4))
sample = gaussian(1, 1, 1)
ends = precision(net, sample, loss: mae) |> where(layer == 1)
ends |> select(format, zero, state, cliff, cliff_theory)
assert all(ends.cliff == [13, 67, 75, 538]), "0.25^k should become 0 at these depths"
assert all(ends.cliff_theory == ends.cliff), "the predicted depth should be the measured one"

# A custom format with 4 bits for the exponent and 3 for the significand. Its smallest positive number is 2^-9.
precision(net, sample, format(4, 3), loss: mae) |> where(layer == 1) |> select(format, cliff)

# This affects training. In a chain of sigmoid neurons with z = 0, every slope is 1/4. The layers beyond the cliff do
# not move at all, regardless of the rate and the number of steps.
fn quarters(depth) {
  net = chain(depth, sigmoid, init: constant(1), bias: constant(-1/2), precision: f32)
  net[1].weight = [[0]]
  net[1].bias = [0]
  return net
}
run = train(quarters(80), sample, steps: 100, record: every(100))
flow(run) |> where(layer < 8 or layer == 80) |> select(layer, bias_grad_norm, drift, state)

# A more typical network. Half precision loses all of the gradient in the first layers, and most of it in others. bf16,
# which has the range of f32, loses nothing.
net = mlp([64, 30, 30, 30, 30, 30, 30, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))
lost = precision(net, digits(), [f16, bf16], loss: cross_entropy, limit: 256)
lost |> select(layer, format, delta_rms, zero, state, cliff, loss_scale)

# Loss scaling moves the gradients into the range of the format. With the recommended power of two, the smallest that
# is sufficient, every layer keeps most of its gradient, and it is shown in its true size.
scale = first(lost).loss_scale
saved = precision(net, digits(), [f16, f64], loss: cross_entropy, limit: 256, loss_scale: scale)
saved |> where(layer < 4) |> select(layer, format, delta_rms, zero, state)
assert len(saved |> where(state == "underflow")) == 0, "a scale of {scale} should save all gradients"

# With normalisation and shortcuts, no loss scale is needed.
net = mlp([64, 30, 30, 30, 30, 30, 30, 30, 30, 30, 10], sigmoid, norm: batch, skip: true)
precision(net, digits(), f16, loss: cross_entropy, limit: 256) |> select(layer, delta_rms, zero, state)

# The activation has a similar limit: sigmoid(z) rounds to 1 from z = 16.636 in single precision, and from z = 36.737 in
# double precision. A training step computes the slope from the output, as y(1 - y), which is 0 there. The true slope is
# still 9e-17 at z = 37; curve and flow compute it from z.
fn states(z) = precision(chain(1, sigmoid, init: zeros, bias: constant(z)), sample, [f32, f64]).state
for z in [16.635, 16.636, 36.736, 36.737] {
  own = states(z)
  emit(record(z: z, f32: own[1], f64: own[2]))
}
assert states(16.635)[1] != "underflow" and states(16.636)[1] == "underflow"
assert states(36.736)[2] != "underflow" and states(36.737)[2] == "underflow"
curve(sigmoid, from: 36, to: 37, points: 5)
