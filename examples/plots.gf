#!/usr/bin/env gradflow
# Plots: `plot` draws the columns of a table, and `hist` draws the distribution of numbers.

# An activation and its slope. The first column is the x axis, and the other two are drawn as lines.
curve(tanh) |> plot(width: 72, height: 14)

# Gradients span several powers of ten, so the y axis is logarithmic. `by` draws a line for each value of a column.
fn net(act) = mlp([64, 30, 30, 30, 30, 30, 30, 10], act)
flows = concat(flow(net(sigmoid), digits()) |> with(act: "sigmoid"), flow(net(tanh), digits()) |> with(act: "tanh"))
gradients = plot(flows, x: layer, y: grad_norm, by: act, width: 72, height: 16, title: "Where the gradient goes")
gradients

# The same as bars, from the input to the output.
flows |> where(act == "sigmoid") |> plot(x: layer, y: delta_rms, kind: bar, log: y, width: 72)

# A training run: the loss at every step, and the loss on data that is not used for training.
data = split(digits(), 0.8)
deep = net(tanh)
run = train(deep, data[1], epochs: 3, validation: data[2])
plot(run, width: 72, height: 14)

# How far the weights of each layer have moved, at each step.
run.flow |> plot(x: step, y: layer, z: drift, width: 72)

# A neuron can only increase the gradient if its weight is above 4. The fraction of inputs for which it does:
window(range(1, 12, step: 0.25)) |> plot(x: w, y: share, width: 72, height: 12)

# The weights after training, and a plot with values that a logarithmic axis cannot show.
hist(deep[1].weight, width: 72)
plot([1, 10, 0, nan, 1000, 100], log: y, width: 40, height: 10)

# A plot is a value. Its data is a table, and the extension of a file determines its format. gnuplot draws the figures.
gradients.data |> first(2)
folder = arg(1, default: "")
if folder == "" { exit() }
for form in ["svg", "png", "pdf", "gp", "tsv"] { save(gradients, "{folder}/gradients.{form}") }
