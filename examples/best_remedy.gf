#!/usr/bin/env gradflow
# Which remedy works best here? 'remedies' tries all remedies that apply, and useful combinations of them, with the same
# seeds, order of the data and number of epochs. The table also has a row for the unchanged network and one for the best
# constant outputs, 'baseline'. A remedy helped if it is better than both by more than chance.
images = digits()
net = mlp([64, 30, 30, 30, 30, 30, 30, 10], sigmoid)
tried = remedies(net, images, seeds: 3, epochs: 5)        # ranked by accuracy, because the targets are classes
tried |> select(rank, remedy, helped, factor, loss, loss_low, loss_high, accuracy)

# The code that repeats the training with the best remedy, and the accuracy of the unchanged network for comparison.
best = first(tried)
unchanged = first(tried |> where(remedy == "unchanged"))
table([record(remedy: best.remedy, accuracy: best.accuracy, change: best.change),
  record(remedy: unchanged.remedy, accuracy: unchanged.accuracy, change: "")])
assert best.accuracy > 0.9 and unchanged.accuracy < 0.2

# Ranked by the factor per layer, the order is different: a gradient of the right size is not enough for learning.
remedies(net, images, seeds: 3, epochs: 1, by: factor) |> first(6) |> select(rank, remedy, factor, loss, change)
