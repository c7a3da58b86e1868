// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Tour {
  /// In the order of a new user's questions.
  static let gradflow = Tour(
    [
      Step(
        text: "Eight dense layers with a sigmoid after each, weights scaled as Xavier Glorot proposed:",
        code: "net = chain(8, sigmoid, width: 32, init: xavier_normal)"),
      Step(
        text:
          "One forward and one backward pass. grad_norm is how fast each layer learns: it vanishes towards the input.",
        code: "flow(net) |> select(layer, grad_norm, log10_total, state)"),
      Step(
        text:
          "Which factor of the chain rule is guilty? The weights keep the gradient's size, the slope of the sigmoid "
          + "takes three quarters of it at every layer. Mean-field theory says the same.",
        code: "flow(net) |> select(layer, factor, weight_gain, slope_gain, theory)"),
      Step(
        text: "Is it the sigmoid? A function of your own, and sweep, which calls it for every combination:",
        code: "total = fn(act, init) = first(flow(chain(32, act, width: 32, init: init))).log10_total\n"
          + "sweep(total, act: [sigmoid, tanh, relu], init: [xavier_normal, he_normal]) |> select(act, init, value)"),
      Step(
        text: "The same as a picture. What the function gives may be a table, and sweep puts all of them into one.",
        code:
          "sweep(fn(act) = flow(chain(12, act, width: 32, init: xavier_normal)), act: [sigmoid, tanh, relu]) |> plot"),
      Step(
        text: "Now a training, on the handwritten digits that come with the program. The loss stays at that of a blind "
          + "guess among ten classes, 2.3; drift says how far each layer got from its first weights.",
        code: "deep = mlp([64, 30, 30, 30, 30, 10], sigmoid)\n"
          + "run = train(deep, digits(), epochs: 3)\n"
          + "run.epochs |> select(epoch, loss, accuracy)\n"
          + "flow(run) |> select(layer, grad_norm, update_ratio, drift, state)"),
      Step(
        text: "What went wrong, in words:", code: "diagnose(run) |> select(layer, symptom, cause)"),
      Step(
        text: "What helps? Every remedy that applies, under the same seed, data and budget. change is the code for it.",
        code: "tried = remedies(deep, take(digits(), 500), seeds: 1, epochs: 2)\n"
          + "tried |> select(rank, remedy, factor, loss, accuracy) |> first(5)\n"
          + "first(tried).change"),
      Step(
        text:
          "Tables go on to other programs: save(table, \"flow.csv\") writes a file, pipe(table, \"sort -n\") starts a "
          + "command, and :set chooses what is printed.",
        code: ":set format csv\nflow(net) |> select(layer, factor, state) |> first(3)\n:set format auto"),
    ],
    farewell:
      "The variables are yours now: try ?deep. ? says what there is, ?flow table how to read what flow prints.")
}
