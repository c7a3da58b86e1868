#!/usr/bin/env gradflow
# Plots: `plot` draws the columns of a table where it is printed, `hist` how often numbers occur.

# An activation and its slope: the first column goes to the right, the other two go up.
curve(tanh) |> plot(width: 72, height: 14)

# Gradients span powers of ten, so the axis becomes logarithmic by itself; `by` makes a line of each value of a column.
fn net(act) = mlp([64, 30, 30, 30, 30, 30, 30, 10], act)
flows = concat(flow(net(sigmoid), digits()) |> with(act: "sigmoid"), flow(net(tanh), digits()) |> with(act: "tanh"))
gradients = plot(flows, x: layer, y: grad_norm, by: act, width: 72, height: 16, title: "Where the gradient goes")
gradients

# The same as bars, from the input to the output.
flows |> where(act == "sigmoid") |> plot(x: layer, y: delta_rms, kind: bar, log: y, width: 72)

# A training: the loss of every step, and the loss on data that it does not see.
data = split(digits(), 0.8)
deep = net(tanh)
run = train(deep, data[1], epochs: 3, validation: data[2])
plot(run, width: 72, height: 14)

# How far each layer's weights have moved, over the steps.
run.flow |> plot(x: step, y: layer, z: drift, width: 72)

# The neurons that can enlarge a gradient need a weight above 4; the share of inputs for which they do.
window(range(1, 12, step: 0.25)) |> plot(x: w, y: share, width: 72, height: 12)

# The weights after the training, and what has no place in a drawing.
hist(deep[1].weight, width: 72)
plot([1, 10, 0, nan, 1000, 100], log: y, width: 40, height: 10)

# A plot is a value: its data are a table, and a file takes its form from its name. Pictures are made by gnuplot.
gradients.data |> first(2)
folder = arg(1, default: "")
if folder == "" { exit() }
for form in ["svg", "png", "pdf", "gp", "tsv"] { save(gradients, "{folder}/gradients.{form}") }
