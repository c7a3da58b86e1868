#!/usr/bin/env gradflow
# The phases of tanh, depending on the variances of weights and biases, as in Schoenholz and others 2017.
#
# 'chi' is the factor by which the mean square of the gradient changes per layer: below 1 it shrinks (ordered phase),
# above 1 it grows (chaotic phase). 'depth_budget' is the approximate number of layers that can be trained.
theory(tanh, weight_variance: 1..4, bias_variance: [0.05, 0.5]) |>
  select(weight_variance, bias_variance, q, chi, depth_budget, phase)

# The phases meet at the line chi = 1, where networks of any depth can be trained. It passes through (1.76095, 0.05).
border = table(map([0, 0.05, 0.2, 0.5, 1],
  fn(b) = record(weight_variance: critical(tanh, bias_variance: b), bias_variance: b)))
border
assert abs(border.weight_variance[2] - 1.76095) < 1e-4
for p in border { assert abs(theory(tanh, p.weight_variance, bias_variance: p.bias_variance)[1].chi - 1) < 1e-6 }

# With a folder as its argument, the script saves a plot there:   gradflow examples/phases.gf /tmp
folder = arg(1, default: "")
if folder == "" { exit() }

# The line is flat at its start, so it needs more points where the bias variance is small.
line = map((0..1 step 0.02) ^ 3, fn(b) = record(weight_variance: critical(tanh, bias_variance: b), bias_variance: b))
table(line) |> save("{folder}/border.tsv")

# A plot of log10 of the depth budget, bright where deep networks can be trained, with the line chi = 1. Without
# gnuplot, this prints a note instead of failing.
plot = "set terminal svg size 720,480; set output '{folder}/phases.svg'; set xlabel 'weight variance'; " +
  "set ylabel 'bias variance'; set cblabel 'log10 of the depth budget'; set cbrange [0.5:2.5]; set xrange [0.5:4]; " +
  "set yrange [0:1]; set key left top opaque; set palette rgbformulae 21,22,23; " +
  "plot '/dev/stdin' using 1:2:(log10(column('depth_budget'))) with image notitle, " +
  "'{folder}/border.tsv' using 1:2 with lines linewidth 3 linecolor rgb 'blue' title 'chi = 1'"
theory(tanh, weight_variance: 0.5..4 step 0.05, bias_variance: 0..1 step 0.02) |>
  pipe("if command -v gnuplot > /dev/null; then gnuplot -e \"{plot}\"; else echo no gnuplot >&2; fi")
