#!/usr/bin/env gradflow
# The effect of explosion on training, part 1: the loss suddenly rises and falls again, and nothing is learned.
#
# relu has no upper limit, so large weights are enough to make it explode: four hidden layers, standard deviation 1.
parts = split(digits(), 0.8)
net = mlp([64, 30, 30, 30, 30, 10], relu, init: normal(0, 1))
run = train(net, parts[1], epochs: 3, batch: 10, validation: parts[2], units: every(1))

# This is a single run. Others differ in the steps and sizes, and some overflow, as in the next chapter. In five steps,
# the loss rises by 43 orders of magnitude. Two steps later, it is back at 2.3.
run.steps |> first(8) |> select(step, loss, grad_norm)
assert max(run.steps.loss) > 1e10 and last(run.steps).loss < 3, "the loss should jump up and fall again"

# The loss is low because most units are dead: the long steps moved their weights so far that they return 0 for every
# image, so they get no gradient. At step 56, the few remaining units explode again.
run.steps |> where(step >= 54 and step <= 61) |> select(step, loss, grad_norm)

# 'died' is the number of units that died since the last check, and 'revived' of those that recovered. After step 59,
# the last unit of layer 3 is dead, and with it every path from the output back to the input.
run.units |> where(layer == 3 and (step <= 6 or step == 55 or step >= 58 and step <= 60))
  |> select(step, layer, units, dead, died, revived)

# The result is a network with the same output for every image. Its loss is log(10) = 2.303, that of random guessing.
run.epochs |> select(epoch, loss, accuracy, validation_accuracy)

# The weights were too large even before the first step, and that is the cause. The jumps and the dead units follow
# from it.
diagnose(run) |> select(layer, symptom, cause, helped_by)
assert abs(run.epochs[-1].loss - log(10)) < 0.05 and run.epochs[-1].validation_accuracy < 0.2
assert diagnose(run)[1].symptom == "jumping" and starts_with(diagnose(run)[1].cause, "weights")
