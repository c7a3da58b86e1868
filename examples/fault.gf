#!/usr/bin/env gradflow
# The first value that is not finite: where it occurred, what led to it, and which changes avoid it.
images = digits()

# 1. Sixty layers with large weights. Each multiplies the signal by four to five, so it exceeds the range of single
# precision (3.4e38) in the last layers, in the very first step.
sizes = concat([64], map(1..59, fn(i) = 40), [10])
deep = mlp(sizes, relu, init: normal(0, 1), precision: f32)
run = train(deep, images, optimizer: adam(0.001), epochs: 1)
run.fault |> with(state: run.state)

# 'replay' tries remedies, each as mild as possible. Clipping or a smaller rate cannot help here, because the first
# forward pass already fails. Other initial weights and normalisations can. The best remedy comes first.
advice = replay(run, epochs: 5)
advice |> select(remedy, from_step, last_step, state, loss, accuracy, baseline, learns)
assert advice[1].learns and advice[1].remedy != "clip by norm"

# With this change, the training succeeds: same architecture, same optimizer, other initial weights.
again = train(mlp(sizes, relu, init: he_normal, precision: f32), images, optimizer: adam(0.001), epochs: 5)
again.epochs |> select(epoch, loss, accuracy)
assert again.state == "finished" and again.epochs[5].loss < 0.9 * again.epochs[1].loss

# 2. Here the first steps are good, but the rate is too large: each step moves the weights further than the one before.
# 'good_step' is the last step whose gradient still had a normal size. 'replay' tries what gets past the fault from
# there.
net = mlp([64, 30, 30, 10], relu, precision: f32)
run = train(net, images, loss: mse, optimizer: sgd(3), epochs: 8)
run.fault |> with(state: run.state)
run.growth |> select(step, loss, grad_norm, growth, layer, weight_norm, update_ratio)
replay(run) |> select(remedy, last_step, state, loss_before, loss, accuracy, learns, change)
