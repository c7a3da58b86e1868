#!/usr/bin/env gradflow
# Vanishing, second part: the nearer to the input, the smaller the gradient. In how many networks, and how much?
#
# 200 chains of eight sigmoid neurons, all weights and biases from the normal distribution. Every number is the median;
# between 'low' and 'high' lie 90 % of the networks. The first gradient is a six-millionth of the last one.
chains = flow(chain(8, sigmoid, init: normal(0, 1), bias: normal(0, 1)), seeds: 200)
chains |> select(layer, factor, factor_low, factor_high, log10_total, log10_total_low, log10_total_high)
assert chains.log10_total[1] < -6, "the chains were to lose six orders of magnitude"
for i in 1..7 { assert chains.log10_total[i] < chains.log10_total[i + 1], "layer {i} was to have less than the next" }

# A wide layer adds up 30 such paths. If its weights keep the size of the signal (lecun_normal), a layer still takes
# four fifths. Mean-field theory predicts the factor of a typical network before any is drawn; a layer of this width may
# differ from it, and between 'theory_low' and 'theory_high' lie 99 % of the draws.
wide = flow(mlp([64, 30, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1)), digits(), seeds: 100)
wide |> select(layer, factor, factor_low, factor_high, theory, theory_low, theory_high, theory_fit)
inner = wide |> where(layer < 5)
assert all(inner.factor_low > inner.theory_low) and all(inner.factor_high < inner.theory_high), "theory was to hold"

# But draw the weights of the wide network from the normal distribution too, as those of the chain. The sum of 30 paths
# is then 5 times as large as one of them, and that nearly makes up for the slopes: a layer hands on 70 %. So a weight
# is small or large only in comparison with the number of inputs. The rules for initial weights divide by that number.
literal = flow(mlp([64, 30, 30, 30, 30, 10], sigmoid, init: normal(0, 1), bias: normal(0, 1)), digits(), seeds: 100)
literal |> select(layer, factor, weight_gain, slope_gain, theory, log10_total)
assert literal.log10_total[1] > wide.log10_total[1] + 1.5, "30 paths were to make up for most of the loss"
