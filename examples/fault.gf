#!/usr/bin/env gradflow
# The first number that is none: where it came from, what led to it, and what would have carried on.
images = digits()

# 1. Sixty layers with large weights. Each enlarges the signal four- to fivefold, so it leaves single precision (3.4e38)
# on its way through the last layers, in the first step already.
sizes = concat([64], map(1..59, fn(i) = 40), [10])
deep = mlp(sizes, relu, init: normal(0, 1), precision: f32)
run = train(deep, images, optimizer: adam(0.001), epochs: 1)
run.fault |> with(state: run.state)

# The replay tries other ways, each as mild as will do. Clipping or a smaller rate is of no use here, because nothing was
# good before; another start is. It is the first of those that carry on.
advice = replay(run, steps: 300)
advice |> select(remedy, from_step, last_step, state, first_loss, loss, carries_on)
assert advice[1].carries_on and advice[1].remedy != "clip by norm"

# Applied, it trains on: the same network, the same optimizer, another start.
again = train(mlp(sizes, relu, init: he_normal, precision: f32), images, optimizer: adam(0.001), epochs: 5)
again.epochs |> select(epoch, loss, accuracy)
assert again.state == "finished" and again.epochs[5].loss < 0.9 * again.epochs[1].loss

# 2. Here the first steps are good, and then the rate is too large: each step throws the weights further than the one
# before. 'good_step' is the last one whose gradient was still of the usual size; from there on the replay goes on.
net = mlp([64, 30, 30, 10], relu, precision: f32)
run = train(net, images, loss: mse, optimizer: sgd(3), epochs: 8)
run.fault |> with(state: run.state)
run.growth |> select(step, loss, grad_norm, growth, layer, weight_norm, update_ratio)
replay(run, steps: 300) |> select(remedy, from_step, last_step, state, first_loss, loss, carries_on, change)
