#!/usr/bin/env gradflow
# Tables go out: into other programs, into files, into pictures.
#
# In a pipe the output is TSV with a header line, which every tool reads:
#   gradflow examples/pipes.gf | column -t -s $'\t'
#   gradflow -e 'flow(chain(8, sigmoid))' > f.tsv
#   gradflow --format json -e 'flow(chain(8, sigmoid))' | jq '.[0].factor'
weak = flow(chain(8, sigmoid)) |> where(log10_total < -2) |> select(layer, log10_total)
weak

# With a folder as its argument, the script writes there:   gradflow examples/pipes.gf /tmp
folder = arg(1, default: "")
if folder == "" { exit() }

# The extension says in which form.
weak |> save("{folder}/weak.tsv")
weak |> save("{folder}/weak.json")

# 'pipe' hands a table to a command as TSV. Here gnuplot draws it; a machine without gnuplot gets a word about it instead
# of an error.
fn draw(table, name, what) {
  file = "{folder}/{name}"
  code = "set terminal svg; set output '{file}.svg'; set key autotitle columnhead; set grid; {what}"
  table |> pipe("cat > '{file}.tsv'; if command -v gnuplot > /dev/null; then gnuplot -e \"t = '{file}.tsv'; {code}\"; "
    + "else echo no gnuplot >&2; fi")
}

# The sigmoid and its slope, which is never above 1/4.
curve(sigmoid) |> draw("curve", "plot t using 1:2 with lines, t using 1:3 with lines")

# The explosion window: the inputs for which a neuron of weight w enlarges the gradient lie between the two lines. It
# opens at w = 4, and its width, the third line, is never above 0.448.
window(range(4, 60, step: 0.1)) |> draw("window", "set logscale x; plot for [i=2:4] t using 1:i with lines")
