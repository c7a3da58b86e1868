#!/usr/bin/env gradflow
# The extreme of exploding: numbers beyond what the format can hold. Training stops at the first one and says where.

# 1. Already the forward pass overflows: forty relu layers with weights of standard deviation 30. Each layer enlarges
# the signal about a hundredfold, and single precision ends at 3.4e38: about twenty layers.
net = chain(40, relu, width: 20, init: normal(0, 30), precision: f32)
run = train(net, gaussian(64, 20, 20), epochs: 3)
print("state:", run.state)
run.fault
assert run.fault[1].quantity == "pre-activation" and run.fault[1].layer == 20

# 2. The forward pass is fine and the first update overshoots. The gradient of the first layers is the largest, so they
# change by thousands of times their own size, and the next loss is beyond all numbers. The record up to there is kept.
deep = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1), precision: f32)
run = train(deep, digits(), loss: mse, optimizer: sgd(0.1), epochs: 3)
print("state:", run.state)
run.fault
run.steps |> last(3)
run.flow |> last(5) |> select(step, layer, weight_norm, grad_norm, update_ratio, state)

# 3. The same network does not end in NaN with cross entropy in double precision, but it ends: the jump makes every unit
# give 0 for every sample. Such units get no gradient any more. The loss jumped to a number of 43 digits on the way.
deep = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1))
run = train(deep, digits(), optimizer: sgd(0.1), epochs: 2)
print("state:", run.state)
run.steps |> where(loss == max(loss)) |> select(step, loss, grad_norm)
flow(run) |> select(step, layer, grad_norm, drift, dead, state)
