#!/usr/bin/env gradflow
# Tables go out: into other programs, into files, into pictures.
#
# In a pipe the output is TSV with a header line, which every tool reads:
#   gradflow examples/pipes.gf | column -t
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

# 'pipe' hands a table to a command as TSV. Here gnuplot draws the slope of the sigmoid, which is never above 1/4; a
# machine without gnuplot gets a word about it instead of an error.
plot = "set terminal svg; set output '{folder}/slope.svg'; set key autotitle columnhead; " +
  "plot '/dev/stdin' using 1:3 with lines"
curve(sigmoid) |> pipe("if command -v gnuplot > /dev/null; then gnuplot -e \"{plot}\"; else echo no gnuplot >&2; fi")
