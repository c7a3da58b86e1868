#!/usr/bin/env gradflow
# What explosion does to training, second: the weights grow until no number can hold them, and the loss is NaN.
#
# The network of the last chapter, but with the squared error: its slope grows with the error, so it grows faster.
parts = split(digits(), 0.8)
net = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1))
run = train(net, parts[1], loss: mse, optimizer: sgd(0.1), epochs: 3)

# Training stops at the first number that is not finite and says which one it was: step, layer and quantity. Here it is
# a pre-activation: weights of 1e210 times inputs of 1e176. The next loss would be NaN, and then every weight.
run.fault |> with(state: run.state)
assert run.state == "diverged" and run.fault[1].step < 10

# The way there. In each step 'layer' is the layer that moved most; 'update_ratio' is by how many times its own size. A
# healthy step moves a layer by a thousandth of its size or so. Here the first one moves it by its 1283-fold.
run.growth |> select(step, loss, grad_norm, layer, weight_norm, update_ratio)
assert run.growth.update_ratio[1] > 10 and max(filter(run.growth.weight_norm, fn(n) = n != none)) > 1e30

# diagnose names the root: the weights.
diagnose(run) |> select(layer, symptom, cause)

# Would it have carried on otherwise? 'replay' goes back and tries: other initial weights and normalisations from the
# first step, clipping and smaller rates from the last good step. These last ones only survive: by then the weights
# are ruined, and the loss stays astronomical. What helps is to start well.
tries = replay(run)
tries |> select(remedy, from_step, last_step, state, loss, carries_on)
good = tries |> where(loss < 1)
assert len(good) >= 3 and good.from_step[1] == 1, "the best was to start anew"
assert not contains(good.remedy, "nothing")
