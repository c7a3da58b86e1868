#!/usr/bin/env gradflow
# Vanishing, part 2: the closer to the input, the smaller the gradient. In how many networks, and by how much?
#
# 200 chains of eight sigmoid neurons, with weights and biases from the normal distribution. The numbers are medians,
# and 90 % of the networks lie between 'low' and 'high'. The first gradient is a six-millionth of the last one.
chains = flow(chain(8, sigmoid, init: normal(0, 1), bias: normal(0, 1)), seeds: 200)
chains |> select(layer, factor, factor_low, factor_high, log10_total, log10_total_low, log10_total_high)
assert chains.log10_total[1] < -6, "the chains should lose six orders of magnitude"
for i in 1..7 { assert chains.log10_total[i] < chains.log10_total[i + 1], "layer {i} should have less than the next" }

# A wide layer sums 30 such paths. If its weights preserve the size of the signal (lecun_normal), a layer still removes
# four fifths of the gradient. Mean-field theory predicts the factor of a typical network. A layer of this width may
# differ from it: at least 99 % of the draws lie between 'theory_low' and 'theory_high'.
wide = flow(mlp([64, 30, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1)), digits(), seeds: 100)
wide |> select(layer, factor, factor_low, factor_high, theory, theory_low, theory_high, theory_fit)
inner = wide |> where(layer < 5)
assert all(inner.factor_low > inner.theory_low) and all(inner.factor_high < inner.theory_high), "theory should hold"

# Now draw the weights of the wide network from the same normal distribution as those of the chain. The sum of 30 paths
# is then 5 times as large as one of them, which nearly makes up for the slopes: a layer passes on 70 %. So a weight is
# small or large only relative to the number of inputs. The rules for initial weights divide by that number.
literal = flow(mlp([64, 30, 30, 30, 30, 10], sigmoid, init: normal(0, 1), bias: normal(0, 1)), digits(), seeds: 100)
literal |> select(layer, factor, weight_gain, slope_gain, theory, log10_total)
assert literal.log10_total[1] > wide.log10_total[1] + 1.5, "30 paths should make up for most of the loss"
