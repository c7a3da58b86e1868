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

# The gradient before and after clipping, in the first steps. Without a limit, each step increases the next gradient, up
# to 1e34 in step 5. 'norm 1' scales the whole gradient to norm 1. Before clipping, its norm is still about a thousand,
# but it does not grow, because the step is short. 'value 0.1' clips each element: a longer step, of norm 5.
for i in 1..3 {
  seed(1)
  emit(train_with(limits[i], 1).steps |> first(5) |> select(step, loss, grad_norm, clipped_norm, clip: names[i]))
}

# Five networks, ten epochs. 'acted' is the fraction of the steps in which the gradient was clipped.
fn outcome(limit) {
  run = train_with(limits[limit], 10)
  accuracy = none                        # a training that diverged has none
  if run.state == "finished" { accuracy = last(run.epochs).validation_accuracy }
  return record(clip: names[limit], acted: len(run.steps |> where(clipped)) / len(run.steps), state: run.state,
    worst_loss: max(run.steps.loss), accuracy: accuracy)
}
rows = sweep(outcome, limit: 1..3, seeds: 5)
rows |> select(clip, seed, state, acted, worst_loss, accuracy)

# Without a limit, nothing is learned, and one of the five networks overflows. With a limit, all five make progress, and
# the loss stays in its first order of magnitude. But clipping acts in nearly every step: it limits the steps and leaves
# the cause, the large weights, as they are. He initialization reaches 0.96 in the same time, without any clipping.
none_rows = rows |> where(clip == "none")
clipped_rows = rows |> where(clip != "none")
assert max(filter(none_rows.accuracy, fn(a) = a != none)) < 0.2, "without a limit, nothing should be learned"
assert median(clipped_rows.accuracy) > 0.4 and max(clipped_rows.worst_loss) < 1e4, "clipped networks should learn"
