#!/usr/bin/env gradflow
# Everything together: the problem, which part of the network is the cause, and which remedy is best.
parts = split(digits(), 0.8)
vanishing = mlp([64, 30, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))
exploding = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1))

# 'diagnose' names the symptom, the layer and the cause: the slopes in one network, the weights in the other.
symptoms = concat(diagnose(vanishing, parts[1]), diagnose(exploding, parts[1]))
symptoms |> select(layer, symptom, cause)
assert all(symptoms.symptom == ["vanishing", "exploding"])
assert starts_with(symptoms.cause[1], "slope") and starts_with(symptoms.cause[2], "weights")

# 'blame' replaces one part of the network at a time, keeps all other weights, and measures again. 'explained' is the
# fraction of log10_total that disappears. These are the best replacements of each kind. For the sigmoids, other weights
# make little difference; for the network with large weights, they solve the problem.
fn best(net) {
  rows = blame(net, parts[1])
  return table(map(unique(rows.ingredient), fn(part) = first(rows |> where(ingredient == part))))
}
for net in [vanishing, exploding] { print(best(net) |> select(ingredient, to, factor, log10_total, explained)) }
assert best(vanishing).ingredient[2] == "activation" and best(exploding).ingredient[2] == "initializer"

# 'remedies' trains with every remedy that applies, and some pairs, using the same data, seeds and budget, here two
# epochs. Against vanishing, other activations, batch normalisation and shortcuts help, best in pairs. Clipping and
# penalties do not, because they only reduce a gradient. Two epochs are too few for fewer layers.
tried = remedies(vanishing, parts[1], batch: 10, epochs: 2, validation: parts[2], by: accuracy)
shown = ["relu + batch normalisation", "relu + shortcuts", "relu", "batch normalisation", "shortcuts", "fewer layers",
  "clip by norm", "l2 penalty", "baseline", "unchanged"]
fn pick(rows) = rows |> where(map(remedy, fn(r) = contains(shown, r))) |> select(rank, remedy, helped, factor, accuracy)
pick(tried)
fn accuracy_of(rows, name) = first(rows |> where(remedy == name)).accuracy
assert accuracy_of(tried, "relu + shortcuts") > 0.5 and accuracy_of(tried, "unchanged") < 0.2

# Against explosion, initial weights of the right size or batch normalisation help. With clipping, the network learns
# slowly. A penalty alone and shortcuts do not help.
shown = ["he_normal", "he_normal + clip by norm", "batch normalisation", "fewer layers", "clip by norm",
  "clip by value + l2 penalty", "l2 penalty", "shortcuts", "baseline", "unchanged"]
tried = remedies(exploding, parts[1], batch: 10, epochs: 2, validation: parts[2], by: accuracy)
pick(tried)
assert accuracy_of(tried, "he_normal") > 0.5 and accuracy_of(tried, "unchanged") < 0.2
