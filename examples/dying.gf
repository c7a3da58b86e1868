#!/usr/bin/env gradflow
# Units that die during training. A relu unit whose output is 0 for every sample gets no gradient, so it cannot recover
# on its own. Only a change in the layers before it can revive it.
images = digits()

# 'units: every(57)' checks all units on the whole data set after each epoch of 57 steps. Step 0 is the initial state.
for rate in [0.1, 1] {
  run = train(mlp([64, 30, 30, 10], relu), images, optimizer: sgd(rate), epochs: 6, units: every(57))
  emit(run.units |> where(layer < 3) |> with(rate: rate) |> select(rate, step, layer, units, dead, died, revived))
}

# With the larger rate, units die in the first steps. Checking after every step shows in which ones.
net = mlp([64, 30, 30, 10], relu)
run = train(net, images, optimizer: sgd(1), steps: 40, units: every(1))
deaths = run.units |> where(layer == 2 and died + revived > 0) |> select(step, dead, died, revived)
first(deaths, 8)

# A leaky relu has a slope of 0.01 where that of a relu is 0, so its units cannot die.
leaky = train(mlp([64, 30, 30, 10], leaky_relu(0.01)), images, optimizer: sgd(1), epochs: 6, units: every(57))
leaky.units |> where(step == 342) |> select(step, layer, units, dead)
assert max(leaky.units.dead) == 0

# Units of tanh saturate instead. 'saturated' is the fraction of outputs whose slope is below 1 % of the steepest.
flat = train(mlp([64, 30, 30, 10], tanh), images, optimizer: adam(0.1), epochs: 3, units: every(57))
flat.units |> where(layer < 3) |> select(step, layer, dead, saturated)
