#!/usr/bin/env gradflow
# What is wrong with a network? 'diagnose' names the symptom, the layer, the evidence, the cause, and what to try.
# Before it names a cause, it removes the cause and measures again: 'helped_by' shows the effect on the symptom.
images = digits()

# A deep sigmoid network. The problem is visible before any training.
net = mlp([64, 30, 30, 30, 30, 30, 30, 10], sigmoid)
diagnose(net, images)

# The same symptom with a different cause: here the weights are too small, and tanh is not to blame.
small = mlp([64, 30, 30, 30, 30, 30, 30, 10], tanh, init: normal(0, 0.01))
diagnose(small, images) |> select(layer, symptom, cause, change, helped_by)

# 'blame' replaces one ingredient of the network at a time and keeps everything else, including the weights. 'explained'
# is the fraction of the lost powers of ten that the replacement recovers. The identity in place of the sigmoid recovers
# almost all of them.
first(blame(net, images), 5) |> select(ingredient, from, to, factor, log10_total, explained)
first(blame(small, images), 5) |> select(ingredient, from, to, factor, log10_total, explained)

# After training, 'diagnose' also repeats some of the steps with other settings. Most of these runs fail, for
# different reasons.
runs = [
  ["rate 10", train(mlp([64, 30, 30, 10], tanh), images, optimizer: sgd(10), epochs: 3)],
  ["rate 1e-6", train(mlp([64, 30, 30, 10], relu), images, optimizer: sgd(1e-6), epochs: 3)],
  ["adam, rate 0.2", train(mlp([64, 30, 10], relu), images, optimizer: adam(0.2), epochs: 3)],
  ["softmax with mse", train(mlp([64, 30, 10], relu, output: softmax), images, loss: mse, epochs: 3)],
  ["nothing", train(mlp([64, 30, 30, 10], relu), images, epochs: 3)],
]
for run in runs {
  found = diagnose(run[2])
  if len(found) == 0 {
    emit(record(run: run[1], layer: none, symptom: "none", evidence: "", cause: ""))
  } else {
    emit(record(run: run[1], layer: found[1].layer, symptom: found[1].symptom, evidence: found[1].evidence,
      cause: found[1].cause))
  }
}
assert diagnose(net, images)[1].symptom == "vanishing" and len(diagnose(runs[5][2])) == 0
