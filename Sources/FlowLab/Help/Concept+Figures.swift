// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// The page on plots and on the files made of them.
  static let figures = Concept(
    "figures", in: .program, aliases: ["figure", "pictures", "figures for a paper", ".svg", ".pdf", ".png"],
    "plot draws in the terminal, and save turns the same plot into a figure for a paper.",
    """
    plot(table, x: layer, y: factor, by: act) draws columns of a table, with a series for each value of act. Series
    differ by marker as well as by colour. flow(net) |> plot, plot(run) and curve(tanh) |> plot choose suitable columns,
    and hist draws the distribution of numbers.

    A norm, a loss or a ratio that spans more than one power of ten gets a logarithmic axis, and so do other positive
    numbers that span more than two. log: none keeps the axis linear. Points that an axis cannot show, such as negative
    numbers on a logarithmic one, are left out, and a note reports how many.

    A shaded band extends from the column y_low to y_high of the table. In a table of flow(net, seeds: 100), these are
    the 5 % and 95 % quantiles over the networks. save prints which columns a band shows, for use in the caption.

    save(plot(...), "f.svg", width: 8) uses gnuplot to write a figure 8 cm wide, as for a column of a paper, with
    8-point text. The default width is 16 cm, and the minimum is 5 cm. .png and .pdf look the same as .svg, and
    .gp saves the gnuplot script with its data. The arguments width and height of plot itself are in characters.

    In a machine-readable format, such as --format tsv, a plot prints its data, which is also plot(...).data.
    """,
    lists: [
      GlossList(
        "Ways to plot",
        [
          Gloss("flow(net, seeds: 100) |> plot(y: factor)", "shades the range of 90 % of 100 networks"),
          Gloss("plot(run, smooth: 20)", "smooths a noisy loss and keeps the data behind it"),
          Gloss("plot(a, b, y: grad_norm)", "compares training runs, here by the norm of the gradient"),
          Gloss("plot(run.flow, x: step, y: layer, z: drift)", "heat map of a column over two others"),
          Gloss("plot(t, x: layer, y: factor, panels: depth)", "a small plot for each value, all with the same axes"),
          Gloss("plot(t, x_range: [0, 10], y_range: [1e-6, 1])", "chooses what the axes show"),
          Gloss("plot(t, x_label: \"Layer\", title: \"Flow\")", "chooses the text"),
        ])
    ],
    example: """
      fn gradient(act) = flow(chain(6, act, width: 16)) |> with(act: act.name)
      concat(gradient(sigmoid), gradient(tanh)) |> plot(x: layer, y: grad_norm, by: act, width: 50, height: 10)
      """, seeAlso: ["plot", "hist", "curve", "save", "flow table", "run"])
}
