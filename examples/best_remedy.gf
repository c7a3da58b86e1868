#!/usr/bin/env gradflow
# Which remedy works best here? 'remedies' tries all that apply, and useful pairs, under the same seeds, the same order
# of the data and the same number of epochs. The unchanged network is a row like the others.
images = digits()
net = mlp([64, 30, 30, 30, 30, 30, 30, 10], sigmoid)
tried = remedies(net, images, seeds: 3, epochs: 5)        # ranked by accuracy, because these are classes
tried |> select(rank, remedy, factor, factor_low, factor_high, loss, loss_low, loss_high, accuracy)

# The code that applies the best of them, and how far the unchanged network is behind.
best = first(tried)
unchanged = first(tried |> where(remedy == "unchanged"))
table([record(remedy: best.remedy, accuracy: best.accuracy, change: best.change),
  record(remedy: unchanged.remedy, accuracy: unchanged.accuracy, change: "")])
assert best.accuracy > 0.9 and unchanged.accuracy < 0.2

# By the per-layer factor the order is another one: a gradient of the right size is not everything. It has to be the right gradient.
remedies(net, images, seeds: 3, epochs: 1, by: factor) |> first(6) |> select(rank, remedy, factor, loss, change)
