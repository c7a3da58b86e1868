#!/usr/bin/env gradflow
# What explosion does to training, first: the loss suddenly jumps up, suddenly falls down, and nothing is learned.
#
# relu has no upper end, so large weights are enough to make it explode: four hidden layers, standard deviation 1.
parts = split(digits(), 0.8)
net = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1))
run = train(net, parts[1], epochs: 3, batch: 10, validation: parts[2], units: every(1))

# This is one run. Others differ in the steps and sizes, and some overflow; that is the next chapter. In five steps the
# loss rises by 43 orders of magnitude. Two steps later it is back at 2.3, as if nothing had been.
run.steps |> first(8) |> select(step, loss, grad_norm)
assert max(run.steps.loss) > 1e10 and last(run.steps).loss < 3, "the loss was to jump up and fall down"

# It is quiet because most units are dead: the long steps threw their weights so far that they give 0 for every image,
# and then they get no gradient. At step 56 the few that are left blow up once more.
run.steps |> where(step >= 54 and step <= 61) |> select(step, loss, grad_norm)

# 'died' counts the units that died since the last look, 'revived' those that came back. After step 59 the last unit of
# layer 3 is gone, and with it every path from the output back to the input.
run.units |> where(layer == 3 and (step <= 6 or step == 55 or step >= 58 and step <= 60))
  |> select(step, layer, units, dead, died, revived)

# What remains is a network that gives the same answer to every image. Its loss is log(10) = 2.303, a guess among ten.
run.epochs |> select(epoch, loss, accuracy, validation_accuracy)
diagnose(run) |> select(layer, symptom, cause)
assert abs(run.epochs[-1].loss - log(10)) < 0.05 and run.epochs[-1].validation_accuracy < 0.2
assert contains(diagnose(run).symptom, "jumping") and contains(diagnose(run).symptom, "dead")
