#!/usr/bin/env gradflow
# What is wrong with it? 'diagnose' names the symptom, the layer, the numbers that say so, the guilty term, and what to try.
images = digits()

# A deep sigmoid network. Nobody has trained it yet, and it is already clear what will happen.
net = mlp([64, 30, 30, 30, 30, 30, 30, 10], sigmoid)
diagnose(net, images)

# The same symptom with another cause: tanh is innocent, the weights are too small.
small = mlp([64, 30, 30, 30, 30, 30, 30, 10], tanh, init: normal(0, 0.01))
diagnose(small, images) |> select(layer, symptom, evidence, cause)

# 'blame' asks the network itself: one ingredient is exchanged at a time. 'explained' is the share of the lost powers of
# ten that comes back. Without its activation (identity) the sigmoid network has nothing left to explain.
first(blame(net, images), 5) |> select(ingredient, from, to, factor, log10_total, explained)
first(blame(small, images), 5) |> select(ingredient, from, to, factor, log10_total, explained)

# After training the record speaks too. Each of these runs goes wrong in its own way, and most of them at the rate.
runs = [
  ["rate 10", train(mlp([64, 30, 30, 10], tanh), images, optimizer: sgd(10), epochs: 3)],
  ["rate 1e-6", train(mlp([64, 30, 30, 10], relu), images, optimizer: sgd(1e-6), epochs: 3)],
  ["adam, rate 0.1", train(mlp([64, 30, 10], relu), images, optimizer: adam(0.1), epochs: 3)],
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
