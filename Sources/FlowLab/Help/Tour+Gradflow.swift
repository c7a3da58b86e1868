// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Tour {
  /// The tour of gradflow, in the order of the questions of a new user.
  static let gradflow = Tour(
    [
      Step(
        text: "Eight dense layers with a sigmoid after each and weights scaled as Xavier Glorot proposed:",
        code: "net = chain(8, sigmoid, width: 32, init: xavier_normal)"),
      Step(
        text:
          "One forward and one backward pass. grad_norm is how fast each layer learns: it vanishes towards the input.",
        code: "flow(net) |> select(layer, grad_norm, log10_total, state)"),
      Step(
        text:
          "Which factor of the chain rule is responsible? The weights preserve the size of the gradient; the slope of "
          + "the sigmoid removes three quarters of it at every layer. Mean-field theory predicts the same.",
        code: "flow(net) |> select(layer, factor, weight_gain, slope_gain, theory)"),
      Step(
        text: "Is it the sigmoid? Define a function, and let sweep call it for every combination:",
        code: "total = fn(act, init) = first(flow(chain(32, act, width: 32, init: init))).log10_total\n"
          + "sweep(total, act: [sigmoid, tanh, relu], init: [xavier_normal, he_normal]) |> select(act, init, value)"),
      Step(
        text: "The same as a plot. If the function returns tables, sweep combines them into one.",
        code:
          "sweep(fn(act) = flow(chain(12, act, width: 32, init: xavier_normal)), act: [sigmoid, tanh, relu]) |> plot"),
      Step(
        text: "Now train a network on the handwritten digits that come with the program. The loss stays at 2.3, that "
          + "of a random guess among ten classes. drift shows how far each layer has moved from its initial weights.",
        code: "deep = mlp([64, 30, 30, 30, 30, 10], sigmoid)\n"
          + "run = train(deep, digits(), epochs: 3)\n"
          + "run.epochs |> select(epoch, loss, accuracy)\n"
          + "flow(run) |> select(layer, grad_norm, update_ratio, drift, state)"),
      Step(
        text: "What went wrong, in words:", code: "diagnose(run) |> select(layer, symptom, cause)"),
      Step(
        text: "What helps? Every remedy that applies, with the same seed, data and budget. change is its code.",
        code: "tried = remedies(deep, take(digits(), 500), seeds: 1, epochs: 2)\n"
          + "tried |> select(rank, remedy, factor, loss, accuracy) |> first(5)\n"
          + "first(tried).change"),
      Step(
        text:
          "Tables can be passed to other programs: save(table, \"flow.csv\") writes a file, pipe(table, \"sort -n\") "
          + "runs a command, and :set format changes how values are printed.",
        code: ":set format csv\nflow(net) |> select(layer, factor, state) |> first(3)\n:set format auto"),
    ],
    farewell:
      "You can now use the variables: try ?deep. ? shows an overview, and ?flow table how to read the flow table.")
}
