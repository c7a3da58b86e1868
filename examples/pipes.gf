#!/usr/bin/env gradflow
# How to use tables in other programs, in files and in figures.
#
# In a pipe, the output is TSV with a header line, which most tools can read:
#   gradflow examples/pipes.gf | column -t -s $'\t'
#   gradflow -e 'flow(chain(8, sigmoid))' > f.tsv
#   gradflow --format json -e 'flow(chain(8, sigmoid))' | jq '.[0].factor'
weak = flow(chain(8, sigmoid)) |> where(log10_total < -2) |> select(layer, log10_total)
weak

# With a folder as its argument, the script writes files there:   gradflow examples/pipes.gf /tmp
folder = arg(1, default: "")
if folder == "" { exit() }

# The extension determines the format.
weak |> save("{folder}/weak.tsv")
weak |> save("{folder}/weak.json")

# 'pipe' sends a table to a command as TSV. Here gnuplot draws it. Without gnuplot, this prints a note instead of
# failing.
fn draw(table, name, what) {
  file = "{folder}/{name}"
  code = "set terminal svg; set output '{file}.svg'; set key autotitle columnhead; set grid; {what}"
  table |> pipe("cat > '{file}.tsv'; if command -v gnuplot > /dev/null; then gnuplot -e \"t = '{file}.tsv'; {code}\"; "
    + "else echo no gnuplot >&2; fi")
}

# The sigmoid and its slope, which is never above 1/4.
curve(sigmoid) |> draw("curve", "plot t using 1:2 with lines, t using 1:3 with lines")

# The explosion window: a neuron of weight w increases the gradient for inputs between the first two lines. The window
# opens at w = 4, and its width, the third line, never exceeds 0.448.
window(range(4, 60, step: 0.1)) |> draw("window", "set logscale x; plot for [i=2:4] t using 1:i with lines")
