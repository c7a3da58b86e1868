#!/usr/bin/env gradflow
# Vanishing, part 1: the slope of a sigmoid is at most 1/4, and most weights are smaller than 1.
#
# The slope is largest at 0, where it is 1/4, and decreases quickly on both sides.
curve(sigmoid, from: -6, to: 6, points: 7)
assert max(curve(sigmoid, from: -50, to: 50, points: 100001).slope) <= 1/4

# Weights are often drawn from the normal distribution with mean 0 and standard deviation 1. 68 % of them are between -1
# and 1, and for these the factor slope * weight is always below 1/4. Only one weight in 16,000 is above 4, where a
# factor can exceed 1.
fn within(bound) = erf(bound / sqrt(2))
table([record(weight_below: 1, share: within(1)), record(weight_below: 4, share: within(4))])

# A real chain of 10,001 neurons. 'explain' lists their slopes and weights, and each pair makes a factor.
terms = explain(chain(10001, sigmoid, init: normal(0, 1), bias: normal(0, 1)))
slopes = terms |> where(term == "activation slope")
weights = terms |> where(term == "weight")
rows = table(map(zip(slopes.value, weights.value), fn(p) = record(weight: p[2], factor: abs(p[1] * p[2]))))
fn share(list) = len(filter(list, fn(yes) = yes)) / len(list)
report = record(factors: len(rows), weight_below_1: share(abs(rows.weight) < 1),
  at_most_quarter: share(rows.factor <= 1/4), above_1: share(rows.factor > 1), largest: max(rows.factor),
  typical: 10 ^ mean(log10(rows.factor)))
report

# 82 % of all factors are at most 1/4, because the slope is mostly below its maximum. None of the 10,000 is above 1. The
# typical factor (the geometric mean) is 0.099: in every layer, the gradient of the chain falls to a tenth.
assert report.at_most_quarter > 0.8 and report.above_1 < 0.001 and abs(report.typical - 0.0995) < 0.005
