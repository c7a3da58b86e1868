#!/usr/bin/env gradflow
# Exploding, part 2: a sigmoid chain that does explode, and how carefully it must be constructed.
#
# The idea is Michael Nielsen's. All weights are 100. Each bias makes z = 100*x + b exactly 0, where the slope is 1/4:
# every neuron is in the middle of its window and multiplies the gradient by 100/4 = 25.
net = chain(6, sigmoid)
sample = gaussian(1, 1, 1)
x = sample.inputs[1][1]
for i in 1..6 {
  net[i].weight = [[100]]
  net[i].bias = [-100 * x]
  x = 1/2                                # sigmoid(0), the input of the next neuron
}
rows = flow(net, sample)
rows |> select(layer, bias_grad_norm, factor, weight_gain, slope_gain, log10_total)
assert max(abs(first(rows.factor, 5) - 25)) < 1e-9, "every factor should be 25"

# Five factors of 25 make ten million. This also holds for the signal in the forward pass: a small change of the input
# grows by 25 in every layer, so the neurons leave their windows immediately. Here the input is moved slightly:
fn slope(by) {
  moved = copy(net)
  moved[1].bias = net[1].bias + 100 * by
  return first(flow(moved, sample)).bias_grad_norm
}
moves = [0, 1e-9, 1e-8, 2e-8, 3e-8]
slopes = map(moves, slope)
table(map(zip(moves, slopes), fn(p) = record(moved_by: p[1], first_layer: p[2])))

# A change by one in the eighth digit makes the first layer learn three thousand times more slowly, and after a change
# by three, nothing is left. A chain of sigmoids that explodes has to be constructed. It does not happen by chance.
assert slopes[3] < slopes[1] / 100 and slopes[5] < slopes[1] / 1e6, "the explosion should be over"
