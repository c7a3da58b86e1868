#!/usr/bin/env gradflow
# Why a sigmoid network rarely explodes: the window in which a neuron can increase the gradient is small.
#
# A neuron y = sigmoid(w*x + b) multiplies the gradient by sigmoid'(w*x + b) * w. The slope never exceeds 1/4 ...
curve(sigmoid, from: -4, to: 4, points: 9)
assert max(curve(sigmoid).slope) <= 1/4

# ... so the product can reach 1 only for |w| > 4. In the normal distribution, this is one weight in 16,000:
probability = 1 - erf(4 / sqrt(2))
table([record(weight_above: 4, probability: probability)])
assert abs(probability - 6.334e-5) < 1e-8

# Even then, x must lie in a small window around -b/w. The window is empty up to |w| = 4, grows, and shrinks again.
# 'share' is the fraction of standard normal inputs that lie inside.
window([3, 4, 5, 6, 7, 8, 10, 20, 50, 100])

# The widest window, found by a search over a fine grid of weights: 0.44774 at w = 6.8942.
widest = window(range(4, 10, step: 0.0001)) |> sort(width, desc: true) |> first(1)
widest |> select(w, width)
assert abs(widest[1].width - 0.44774) < 1e-5

# The bias moves the window but does not change its width.
for b in [-10, 0, 10] { emit(window(6.8942, b: b) |> with(b: b)) }

# Other activations have other windows: the slope of tanh reaches 1 at 0, and that of relu is 1 for all positive inputs.
for act in [sigmoid, tanh, softsign, relu] { emit(window(1.5, activation: act) |> with(activation: act.name)) }
