#!/usr/bin/env gradflow
# Remedies: fewer layers, another activation, batch normalisation, shortcuts. How each of them affects the gradient.
#
# Two failing networks on the digits: sigmoids, where the gradient vanishes, and tanh layers with far too large weights,
# where it explodes. Each remedy changes one thing, and nothing is trained yet. The numbers are the gradient of the
# first layer relative to that of the last one, in powers of ten, as the median of 30 networks. 0 is ideal.
fn vanishing(sizes: [64, 30, 30, 30, 30, 10], act: sigmoid, init: lecun_normal, norm: none, skip: false) =
  mlp(sizes, act, init: init, bias: normal(0, 1), norm: norm, skip: skip)
fn exploding(sizes: [64, 30, 30, 30, 30, 10], act: tanh, init: normal(0, 4), norm: none, skip: false) =
  mlp(sizes, act, init: init, bias: normal(0, 1), norm: norm, skip: skip)

fn total(net) = first(flow(net, digits(), limit: 128, loss: cross_entropy, seeds: 30)).log10_total
rows = table([
  record(remedy: "none", vanishing: total(vanishing()), exploding: total(exploding())),
  record(remedy: "one hidden layer", vanishing: total(vanishing(sizes: [64, 30, 10])),
    exploding: total(exploding(sizes: [64, 30, 10]))),
  record(remedy: "relu, same weights", vanishing: total(vanishing(act: relu)), exploding: total(exploding(act: relu))),
  record(remedy: "relu, he_normal", vanishing: total(vanishing(act: relu, init: he_normal)),
    exploding: total(exploding(act: relu, init: he_normal))),
  record(remedy: "batch normalisation", vanishing: total(vanishing(norm: "batch")),
    exploding: total(exploding(norm: "batch"))),
  record(remedy: "shortcuts", vanishing: total(vanishing(skip: true)), exploding: total(exploding(skip: true))),
])
rows

# All remedies help the vanishing network. One hidden layer is the most reliable one, but gives up depth. relu with He
# initialization and batch normalisation nearly reach 0, and shortcuts recover two of three orders of magnitude. The
# exploding network is helped by fewer layers and by batch normalisation, which cancels the size of the weights. relu
# alone does not help: with the same large weights it explodes even more, because it does not saturate. He
# initialization helps. Shortcuts add a path. This saves a gradient that vanishes, but does not stop one that explodes.
#
# How many layers are too many? Mean-field theory estimates how deep a network of this kind can be and still be trained.
budget = concat(theory(vanishing())[2..2], theory(exploding())[2..2], theory(vanishing(norm: "batch"))[2..2])
budget |> select(activation, chi, phase, depth_budget)
assert max(first(budget.depth_budget, 2)) < 3 and budget.depth_budget[3] > 100, "batch normalisation should allow depth"
sick = rows[1]
assert sick.vanishing < -2.5 and sick.exploding > 1.5
assert all(rows[2..6].vanishing > -1), "each remedy should bring the gradient to the first layer"
assert rows[2].exploding < 0.5 and abs(rows[4].exploding) < 0.5 and abs(rows[5].exploding) < 0.5
assert rows[3].exploding > sick.exploding and rows[6].exploding > 1, "relu alone and shortcuts should not help"
