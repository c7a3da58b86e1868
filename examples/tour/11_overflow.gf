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

# What would have helped? 'replay' repeats the training to its end with one change, as mild as possible: a clipped
# gradient, a smaller rate, other initial weights or a normalisation. 'learns' shows whether the loss ends below that of
# the best constant outputs. Clipping and smaller rates do not help here: the weights are too large from the first step
# on. Only a better start does.
tries = replay(run)
tries |> select(remedy, last_step, state, loss, baseline, learns)
good = tries |> where(learns)
assert len(good) >= 3 and all(map(good.change, fn(code) = contains(code, "mlp("))), "a better start should be best"
assert not contains(good.remedy, "nothing")
