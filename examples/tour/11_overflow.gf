#!/usr/bin/env gradflow
# The effect of explosion on training, part 2: the weights grow until they overflow, and the loss becomes NaN.
#
# The network of the last chapter with the squared error. Its slope grows with the error, so everything is faster.
parts = split(digits(), 0.8)
net = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1))
run = train(net, parts[1], loss: mse, optimizer: sgd(0.1), epochs: 3)

# Training stops at the first value that is not finite and reports its step, layer and quantity. Here it is a
# pre-activation: weights of 1e210 times inputs of 1e176. The next loss would be NaN, and then all weights.
run.fault |> with(state: run.state)
assert run.state == "diverged" and run.fault[1].step < 10

# The steps before. 'layer' is the layer that moved most in a step, and 'update_ratio' is how far it moved, relative to
# its size. A healthy step moves a layer by about a thousandth of its size. Here the first step moves it by 1283 times.
run.growth |> select(step, loss, grad_norm, layer, weight_norm, update_ratio)
assert run.growth.update_ratio[1] > 10 and max(filter(run.growth.weight_norm, fn(n) = n != none)) > 1e30

# 'diagnose' names the root cause: the weights.
diagnose(run) |> select(layer, symptom, cause)

# What would have helped? 'replay' tries other initial weights and normalisations from the first step, and clipping and
# smaller rates from the last good step. With the latter, the training merely does not overflow: the weights are already
# ruined at that point, and the loss stays astronomical. Only a better start helps.
tries = replay(run)
tries |> select(remedy, from_step, last_step, state, loss, carries_on)
good = tries |> where(loss < 1)
assert len(good) >= 3 and good.from_step[1] == 1, "a better start should be best"
assert not contains(good.remedy, "nothing")
