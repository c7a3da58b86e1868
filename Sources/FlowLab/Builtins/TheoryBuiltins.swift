// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables
import FlowTheory

/// The functions on activations, explosion windows and mean-field theory.
enum TheoryBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "activation", "Finds an activation by its name, such as one that was read from a file.", in: .activations,
      [Parameter("name", .string, "name of the activation, or a call such as \"leaky_relu(0.2)\"")],
      gives: "an activation", example: "activation(\"leaky_relu(0.2)\")", seeAlso: ["arg", "curve"]
    ) { call throws(Diagnostic) in try call.choice(namedBy: "name", of: .activation) },
    Builtin(
      "curve", "Tabulates an activation and its slope.", in: .activations,
      [
        Parameter("activation", .choice(.activation), "activation to tabulate"),
        Parameter("from", .number(Bounds(-1e300...1e300)), default: "-6", "first x"),
        Parameter("to", .number(Bounds(-1e300...1e300)), default: "6", "last x"),
        Parameter("points", .whole(1...1_000_000), default: "241", "number of rows"),
      ], gives: "a table with one row per x", columns: curveColumns.glosses(),
      example: "curve(sigmoid, from: -2, to: 2, points: 3)",
      seeAlso: ["window", "theory"]
    ) { call throws(Diagnostic) in
      let activation = try call.curvedActivation()
      let (from, to, points) = (call.number("from"), call.number("to"), call.whole("points"))
      let rows = (0..<points).lazy.map { place in
        (x: points == 1 ? from : from + (to - from) * Double(place) / Double(points - 1), activation: activation)
      }
      return .table(curveColumns.table(rows))
    },
    Builtin(
      "window", "Finds the inputs for which a neuron enlarges the gradient, |f'(w*x + b)*w| >= 1.", in: .activations,
      [
        Parameter("w", .union([.number(), .numbers]), "one or more weights"),
        Parameter("b", .number(), default: "0", "bias"),
        Parameter("activation", .choice(.activation), default: "sigmoid", "activation of the neuron"),
        Parameter(
          "data", .optional(.union([.numbers, .data])), default: "none",
          "inputs to compute the fraction for; none uses the standard normal distribution"),
      ],
      gives:
        "a table with one row per weight: the interval of such inputs around the steepest point, and the fraction of "
        + "inputs in any such interval",
      columns: windowColumns.glosses(),
      example: "window([4, 5, 6.8942, 10, 100])", seeAlso: ["curve"]
    ) { call throws(Diagnostic) in
      let activation = try call.curvedActivation()
      let weights = call.optionalNumber("w").map { [$0] } ?? call.numbers("w")
      let (bias, values) = (call.number("b"), values(call))
      guard weights.untilStopped.allSatisfy(\.isFinite) else {
        throw call.error("out-of-range", "w of window takes finite numbers", at: "w")
      }
      guard bias.isFinite else {
        throw call.error("out-of-range", "b of window takes a finite number", at: "b")
      }
      call.session.host.note("\(windowFormula(activation))")
      let rows = weights.lazy.map { weight in
        let window = ExplosionWindow(activation, weight: weight, bias: bias)
        return (window: window, share: values.map(window.share(of:)) ?? window.normalShare)
      }
      return .table(windowColumns.table(rows))
    },
    Builtin(
      "window", "Counts how often the connections of a network enlarge the gradient on data, |f'(z)*w| >= 1.",
      in: .activations, [.network, .probeData, .limit],
      gives: "a table with one row per dense layer, except layers with softmax",
      columns: layerWindowColumns.glosses(), example: "window(chain(3, sigmoid, width: 4, init: constant(5)))",
      seeAlso: ["flow", "curve"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try network.windows(data, limit: call.whole("limit"), pool: call.pool)
      }
      try call.checkInterrupt()
      return .table(layerWindowColumns.table(rows))
    },
    Builtin(
      "theory", "Predicts with mean-field theory how signal and gradient pass through every layer at initialization.",
      in: .theory,
      [.network], gives: "a table with one row per dense layer", columns: theoryColumns.glosses(),
      example: "theory(chain(3, tanh, width: 100, init: lecun_normal)) |> select(layer, chi, phase)",
      seeAlso: ["critical", "flow"]
    ) { call in .table(theoryColumns.table(MeanField.layers(call.network("net")))) },
    Builtin(
      "theory", "Tabulates the predictions of mean-field theory over weight and bias variance.", in: .theory,
      [
        Parameter("activation", .choice(.activation), "activation of every layer"),
        Parameter(
          "weight_variance", .union([.number(.atLeast(0)), .numbers]),
          "fan_in times the variance of the weights: a number, a list or a range"),
        Parameter(
          "bias_variance", .union([.number(.atLeast(0)), .numbers]), default: "0",
          "variance of the biases: a number, a list or a range"),
      ],
      gives: "a table with one row per pair of variances; the weight variance varies fastest",
      columns: planeColumns.glosses(),
      example: "theory(tanh, [1, 4], bias_variance: [0, 0.05]) |> select(weight_variance, bias_variance, chi, phase)",
      seeAlso: ["critical"]
    ) { call throws(Diagnostic) in
      let activation = try call.curvedActivation()
      let (weights, biases) = (try call.variances("weight_variance"), try call.variances("bias_variance"))
      guard Double(weights.count) * Double(biases.count) <= Double(mostPoints) else {
        throw call.error("too-large", "this is more than \(mostPoints) points", at: "weight_variance")
      }
      let points = MeanField.plane(
        activation, weightVariances: weights, biasVariances: biases, pool: call.pool)
      try call.checkInterrupt()
      return .table(planeColumns.table(points))
    },
    Builtin(
      "critical", "Finds the weight variance at which gradients keep their size, chi = 1.", in: .theory,
      [
        Parameter("activation", .choice(.activation), "activation of every layer"),
        Parameter("bias_variance", .number(.atLeast(0)), default: "0", "variance of the biases"),
      ], gives: "a number, or none if there is no such variance", example: "critical(tanh, bias_variance: 0.05)",
      seeAlso: ["theory"]
    ) { call throws(Diagnostic) in
      return MeanField.critical(
        try call.curvedActivation(), biasVariance: call.number("bias_variance")
      ).map(Value.number) ?? .none
    },
  ]
}

/// Returns the formula of the window in words. Only the sigmoid has a closed form.
private func windowFormula(_ activation: Activation) -> String {
  activation == .sigmoid
    ? "|f'(w*x + b)*w| >= 1 for x = (-b ± c)/w up to c = log(|w|/2*(1 + sqrt(1 - 4/|w|)) - 1), if |w| > 4"
    : "|f'(w*x + b)*w| >= 1, solved numerically"
}

/// The columns of `window(net)`. See `LayerWindow`.
private let layerWindowColumns: [ColumnEntry<LayerWindow>] = [
  .integer("layer", ColumnMeaning.layer) { $0.layer },
  .text("activation", ColumnMeaning.activation) { $0.activation.sourceText },
  .number("largest_weight", "largest magnitude of a weight of the layer") { $0.largestWeight },
  .number("largest_product", "largest |f'(z)*w| over samples and connections") { $0.largestProduct },
  .number("share", .share, "fraction of (sample, connection) pairs with |f'(z)*w| >= 1") { $0.share },
  .number("quarter_share", .share, "fraction of (sample, connection) pairs with |f'(z)*w| <= 1/4") {
    $0.quarterShare
  },
]

private let curveColumns: [ColumnEntry<(x: Double, activation: Activation)>] = [
  .number("x", "input of the activation") { $0.x },
  .number("value", "output of the activation") { $0.activation.value($0.x) },
  .number("slope", "derivative of the activation at x") { $0.activation.slope($0.x) },
]

/// The columns of `window(w)`, for the window of a weight and the share of inputs that lie in any window.
private let windowColumns: [ColumnEntry<(window: ExplosionWindow, share: Double)>] = [
  .number("w", "weight") { $0.window.weight },
  .number("low", "lower end of the interval around the steepest point; empty if there is none") {
    $0.window.low.isNaN ? nil : $0.window.low
  },
  .number("high", "upper end of the interval; empty if there is none") {
    $0.window.high.isNaN ? nil : $0.window.high
  },
  .number("width", "high - low; 0 if there is no interval") { $0.window.width },
  .number("share", .share, "fraction of inputs that enlarge the gradient, in any interval") { $0.share },
]

/// The columns of `theory(net)`. See `LayerTheory`.
private let theoryColumns: [ColumnEntry<LayerTheory>] =
  [
    .integer("layer", ColumnMeaning.layer) { $0.layer },
    .text("activation", ColumnMeaning.activation) { $0.activation.sourceText },
  ]
  + stackColumns(
    factor: "predicted factor of this layer for standard normal inputs and targets and the loss mse; empty if unknown"
  )
  + [
    .number(
      "factor_low", "lower end of the range that contains the factor for at least 99 % of the draws of such a layer",
      importance: -1
    ) { $0.factorLow },
    .number("factor_high", "upper end of that range", importance: -1) { $0.factorHigh },
    .number(
      "shift",
      "mean pre-activation over units, as a root mean square over samples; 0 if weights and biases have mean 0",
      importance: -1
    ) { $0.shift.isNaN ? nil : $0.shift },
    .number(
      "factor_limit",
      "predicted factor deep in a stack of such layers, theory_limit in the flow table; empty if there is none, or if "
        + "weights or biases have a nonzero mean"
    ) { $0.limit },
  ]

/// The columns of `theory(activation, ...)`.
private let planeColumns: [ColumnEntry<PhasePoint>] = stackColumns(factor: "factor deep in a stack of such layers")

/// Returns the columns that both tables of `theory` have. See `StackTheory`.
private func stackColumns<Row: StackTheory>(factor: String) -> [ColumnEntry<Row>] {
  [
    .number("weight_variance", "fan_in times the variance of the weights") { $0.weightVariance },
    .number("bias_variance", "variance of the biases") { $0.biasVariance },
    .number("q", "variance of the pre-activations") { $0.q.isNaN ? nil : $0.q },
    .number(
      "chi",
      "factor by which each layer of a deep stack of such layers multiplies the mean square of the gradient; if the "
        + "weights have a nonzero mean, over all samples, including those that make every unit inactive"
    ) {
      $0.chi.isNaN ? nil : $0.chi
    },
    .number("factor", factor) { $0.factor },
    .number(
      "depth_scale",
      "number of layers over which the mean square of the gradient changes by a factor of e, 1/|ln chi|; inf at chi = 1"
    ) { $0.chi.isNaN ? nil : $0.depthScale },
    ColumnEntry(
      "phase", .text,
      "ordered if chi < 1, where gradients vanish, critical if chi = 1, chaotic if chi > 1, where they explode"
    ) { $0.chi.isNaN ? .missing : .text($0.phase.rawValue) },
    .number(
      "depth_budget", "approximate number of layers that can be trained, 6 depth_scale; inf at chi = 1", importance: -1
    ) {
      $0.chi.isNaN ? nil : $0.depthBudget
    },
  ]
}

/// The maximum number of rows of `theory(activation, ...)`.
private let mostPoints = 1_000_000

/// Returns the inputs to compute shares of, or nil for the standard normal distribution.
private func values(_ call: Call) -> [Double]? {
  if call.isNone("data") { return nil }
  guard case .object = call.value("data") else { return call.numbers("data") }
  return call.data("data").inputLists.untilStopped.flatMap { $0 }
}

extension Call {
  /// Returns the chosen activation. Throws if it is softmax, which mixes the units of a sample.
  fileprivate func curvedActivation() throws(Diagnostic) -> Activation {
    let activation: Activation = choice("activation")
    guard !activation.isSoftmax else {
      throw error("no-curve", "softmax has no curve: it mixes the units of a sample", at: "activation")
    }
    return activation
  }

  /// Returns one or more variances. Throws if one is negative or not finite.
  fileprivate func variances(_ name: String) throws(Diagnostic) -> [Double] {
    let variances = optionalNumber(name).map { [$0] } ?? numbers(name)
    guard variances.untilStopped.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw error("out-of-range", "\(name) of theory takes finite numbers of at least 0", at: name)
    }
    return variances
  }
}
