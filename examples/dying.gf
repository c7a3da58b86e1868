#!/usr/bin/env gradflow
# Units that die in training. A relu that is closed for every sample gets no gradient, so it has no way back of its own;
# only the layers before it can open it again, by giving it another input.
images = digits()

# 'units: every(57)' looks at every unit over the whole data set after each epoch of 57 steps; step 0 is the start.
for rate in [0.1, 1] {
  run = train(mlp([64, 30, 30, 10], relu), images, optimizer: sgd(rate), epochs: 6, units: every(57))
  emit(run.units |> where(layer < 3) |> with(rate: rate) |> select(rate, step, layer, units, dead, died, revived))
}

# With the larger rate units die in the first steps. Looked at after every step: which steps were it, and how large?
net = mlp([64, 30, 30, 10], relu)
run = train(net, images, optimizer: sgd(1), steps: 40, units: every(1))
deaths = run.units |> where(layer == 2 and died + revived > 0) |> select(step, dead, died, revived)
first(deaths, 8)

# A leaky relu has a slope of 0.01 where a relu has none: its units cannot die.
leaky = train(mlp([64, 30, 30, 10], leaky_relu(0.01)), images, optimizer: sgd(1), epochs: 6, units: every(57))
leaky.units |> where(step == 342) |> select(step, layer, units, dead)
assert max(leaky.units.dead) == 0

# Units of tanh do not die, they saturate: here the share of samples and units where the slope is below 1 %.
flat = train(mlp([64, 30, 30, 10], tanh), images, optimizer: adam(0.1), epochs: 3, units: every(57))
flat.units |> where(layer < 3) |> select(step, layer, dead, saturated)
