#!/usr/bin/env gradflow
# Extreme explosion: numbers outside the range of the format. Training stops at the first one and reports where it was.

# 1. The forward pass overflows: forty relu layers with weights of standard deviation 30. Each layer multiplies the
# signal by about a hundred, and single precision ends at 3.4e38, which is reached after about twenty layers.
net = chain(40, relu, width: 20, init: normal(0, 30), precision: f32)
run = train(net, gaussian(64, 20, 20), epochs: 3)
run.fault |> with(state: run.state)
assert run.fault[1].quantity == "pre-activation" and run.fault[1].layer == 20

# 2. The forward pass is fine, but the update overshoots: the first step changes every layer by about a thousand times
# its own size, the loss jumps from 4e5 to 1e35, and two steps later it overflows. The record up to this point is kept.
deep = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1), precision: f32)
run = train(deep, digits(), loss: mse, optimizer: sgd(0.1), epochs: 3)
run.fault |> with(state: run.state)
run.steps |> last(3)
flow(run, step: 1) |> select(step, layer, weight_norm, grad_norm, update_ratio, state)

# 3. Not every explosion ends in NaN. With cross entropy in double precision, the loss jumps to 2e31 and comes back. But
# after the jump, hidden units return 0 for every sample: such units are dead, which means that they get no gradient.
deep = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1))
run = train(deep, digits(), optimizer: sgd(0.1), epochs: 2)
run.steps |> where(loss == max(loss)) |> select(step, loss, grad_norm) |> with(state: run.state)
flow(run) |> select(step, layer, grad_norm, drift, dead, state)
