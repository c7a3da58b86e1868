#!/usr/bin/env gradflow
# Gradient clipping: a limit on the gradient, so that no single step can ruin the network.
#
# The exploding network of chapter 10: relu, four hidden layers, weights of standard deviation 1.
parts = split(digits(), 0.8)
limits = [none, clip_norm(1), clip_value(0.1)]
names = ["none", "norm 1", "value 0.1"]
fn train_with(limit, epochs) {
  net = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1))
  return train(net, parts[1], epochs: epochs, batch: 10, clip: limit, record: none, validation: parts[2])
}

# The first steps, gradient before and after. Without a limit each step makes the next gradient larger, 1e34 in step 5.
# 'norm 1' scales the whole gradient down until its norm is 1. It is as steep as before, around a thousand, but the
# step is short, so it does not get steeper. 'value 0.1' cuts off each element at 0.1: a longer step, of norm 5.
for i in 1..3 {
  seed(1)
  emit(train_with(limits[i], 1).steps |> first(5) |> select(step, loss, grad_norm, clipped_norm, clip: names[i]))
}

# Five networks, ten epochs. 'acted' is the share of the steps in which the limit acted.
fn outcome(limit) {
  run = train_with(limits[limit], 10)
  accuracy = none                        # a training that broke has none
  if run.state == "finished" { accuracy = last(run.epochs).validation_accuracy }
  return record(clip: names[limit], acted: len(run.steps |> where(clipped)) / len(run.steps), state: run.state,
    worst_loss: max(run.steps.loss), accuracy: accuracy)
}
rows = sweep(outcome, limit: 1..3, seeds: 5)
rows |> select(clip, seed, state, acted, worst_loss, accuracy)

# Without a limit nothing is learned, and one of the five overflows. With it all five get somewhere, and the loss never
# leaves its first order of magnitude. But the limit acts in nearly every step: it bounds the steps and leaves the
# large weights, the cause, where they are. He's start reaches 0.96 in the same time, without any clipping.
none_rows = rows |> where(clip == "none")
clipped_rows = rows |> where(clip != "none")
assert max(filter(none_rows.accuracy, fn(a) = a != none)) < 0.2, "without a limit nothing was to be learned"
assert median(clipped_rows.accuracy) > 0.4 and max(clipped_rows.worst_loss) < 1e4, "with a limit training was to go on"
