// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// What can be said without training: activations, windows, mean-field theory.
enum TheoryBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "curve", "Tabulates an activation and its slope.", in: .activations,
      [
        Parameter("activation", .choice(.activation), "which one"),
        Parameter("from", .number(Bounds(-1e300...1e300)), default: "-6", "the first x"),
        Parameter("to", .number(Bounds(-1e300...1e300)), default: "6", "the last x"),
        Parameter("points", .whole(1...1_000_000), default: "241", "the number of rows"),
      ], gives: "a table", columns: curveColumns.glosses(), example: "curve(sigmoid, from: -2, to: 2, points: 3)",
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
        Parameter("w", .union([.number(), .numbers]), "one weight or several"),
        Parameter("b", .number(), default: "0", "the bias"),
        Parameter("activation", .choice(.activation), default: "sigmoid", "the neuron's activation"),
        Parameter(
          "data", .optional(.union([.numbers, .data])), default: "none",
          "whose values the share counts; none is the standard normal distribution"),
      ],
      gives:
        "a table with a row per weight: the interval around the steepest place, and the share of all inputs that do",
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
      let rows = weights.lazy.map { weight in
        let window = ExplosionWindow(activation, weight: weight, bias: bias)
        return (window: window, share: values.map(window.share(of:)) ?? window.normalShare)
      }
      return .table(windowColumns.table(rows))
    },
    Builtin(
      "window", "Counts how often the connections of a network enlarge the gradient, |f'(z)*w| >= 1, on data.",
      in: .activations, [.network, .probeData, .limit],
      gives: "a table with a row per dense layer; share is over all samples and connections",
      columns: layerWindowColumns.glosses(), example: "window(chain(3, sigmoid, width: 4, init: constant(5)))",
      seeAlso: ["flow", "curve"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try network.windows(data, limit: call.whole("limit"), pool: call.pool, isStopped: call.isStopped)
      }
      try call.checkInterrupt()
      return .table(layerWindowColumns.table(rows))
    },
    Builtin(
      "theory", "Predicts by mean-field theory how signal and gradient pass every layer at initialization.",
      in: .theory,
      [.network], gives: "a table with a row per dense layer", columns: theoryColumns.glosses(),
      example: "theory(chain(3, tanh, width: 100, init: lecun_normal)) |> select(layer, chi, phase)",
      seeAlso: ["critical", "flow"]
    ) { call in .table(theoryColumns.table(MeanField.layers(call.network("net")))) },
    Builtin(
      "theory", "Tabulates mean-field theory over the plane of weight and bias variance.", in: .theory,
      [
        Parameter("activation", .choice(.activation), "what follows every layer"),
        Parameter(
          "weight_variance", .union([.number(.atLeast(0)), .numbers]),
          "fan_in times the variance of a weight: a number, a list or a range"),
        Parameter(
          "bias_variance", .union([.number(.atLeast(0)), .numbers]), default: "0",
          "the variance of a bias: a number, a list or a range"),
      ],
      gives: "a table with a row per pair of variances, the weight variance changing fastest",
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
        activation, weightVariances: weights, biasVariances: biases, pool: call.pool, isStopped: call.isStopped)
      try call.checkInterrupt()
      return .table(planeColumns.table(points))
    },
    Builtin(
      "critical", "Finds the weight variance at which gradients keep their size, chi = 1.", in: .theory,
      [
        Parameter("activation", .choice(.activation), "which one"),
        Parameter("bias_variance", .number(.atLeast(0)), default: "0", "the variance of the biases"),
      ], gives: "a number, or none", example: "critical(tanh, bias_variance: 0.05)", seeAlso: ["theory"]
    ) { call throws(Diagnostic) in
      return MeanField.critical(
        try call.curvedActivation(), biasVariance: call.number("bias_variance")
      ).map(Value.number) ?? .none
    },
  ]
}

/// The columns of `window(net)`; `LayerWindow` says what they mean.
private let layerWindowColumns: [ColumnEntry<LayerWindow>] = [
  .integer("layer", ColumnMeaning.layer) { $0.layer },
  .text("activation", ColumnMeaning.activation) { $0.activation.sourceText },
  .number("largest_weight", "the largest weight of the layer, by its size") { $0.largestWeight },
  .number("largest_product", "the largest size of f'(z)*w, over samples and connections") { $0.largestProduct },
  .number("share", .share, "share of the pairs of sample and connection for which |f'(z)*w| >= 1") { $0.share },
]

/// The columns of `curve`.
private let curveColumns: [ColumnEntry<(x: Double, activation: Activation)>] = [
  .number("x", "what goes into the activation") { $0.x },
  .number("value", "what comes out") { $0.activation.value($0.x) },
  .number("slope", "its derivative there") { $0.activation.slope($0.x) },
]

/// The columns of `window(w)`, for a weight's window and the share of the inputs that lie in one.
private let windowColumns: [ColumnEntry<(window: ExplosionWindow, share: Double)>] = [
  .number("w", "the weight") { $0.window.weight },
  .number("low", "the smallest input that enlarges the gradient; empty where none does") {
    $0.window.low.isNaN ? nil : $0.window.low
  },
  .number("high", "the largest one, in the window around the steepest place") {
    $0.window.high.isNaN ? nil : $0.window.high
  },
  .number("width", "from low to high; 0 where no input does") { $0.window.width },
  .number("share", .share, "share of the inputs that enlarge the gradient") { $0.share },
]

/// The columns of `theory(net)`; `LayerTheory` says what they mean.
private let theoryColumns: [ColumnEntry<LayerTheory>] =
  [
    .integer("layer", ColumnMeaning.layer) { $0.layer },
    .text("activation", ColumnMeaning.activation) { $0.activation.sourceText },
  ]
  + stackColumns(
    factor: "the factor of this layer for standard normal inputs and targets and the loss mse; empty if it is not known"
  )
  + [
    .number(
      "factor_low", "from here to factor_high lie at least 99 % of the draws of a layer of this width", importance: -1
    ) { $0.factorLow },
    .number("factor_high", "the upper end of the same", importance: -1) { $0.factorHigh },
    .number(
      "shift",
      "the mean over units of what goes into the activation, as a root mean square over samples; 0 where weights and "
        + "biases have no mean",
      importance: -1
    ) { $0.shift.isNaN ? nil : $0.shift },
    .number(
      "factor_limit",
      "the factor deep in a stack of such layers, theory_limit in the flow table; empty if there is none, or if weights "
        + "or biases have a mean"
    ) { $0.limit },
  ]

/// The columns of `theory(activation, ...)`.
private let planeColumns: [ColumnEntry<PhasePoint>] = stackColumns(factor: "the factor deep in a stack of such layers")

/// What both tell; `StackTheory` says what they mean.
private func stackColumns<Row: StackTheory>(factor: String) -> [ColumnEntry<Row>] {
  [
    .number("weight_variance", "fan_in times the variance of a weight") { $0.weightVariance },
    .number("bias_variance", "the variance of a bias") { $0.biasVariance },
    .number("q", "the variance of what goes into the activation") { $0.q.isNaN ? nil : $0.q },
    .number(
      "chi",
      "what a deep stack of such layers multiplies the mean square of the gradient by, per layer; where weights have a "
        + "mean, over all samples, those that close every unit included"
    ) {
      $0.chi.isNaN ? nil : $0.chi
    },
    .number("factor", factor) { $0.factor },
    .number(
      "depth_scale",
      "the number of layers in which the mean square of the gradient changes by e, 1/|ln chi|; inf at chi = 1"
    ) { $0.chi.isNaN ? nil : $0.depthScale },
    ColumnEntry(
      "phase", .text, "ordered below chi = 1, where gradients vanish; critical; chaotic above, where they explode"
    ) { $0.chi.isNaN ? .missing : .text($0.phase.rawValue) },
    .number("depth_budget", "about as many layers as can be trained, 6 depth_scale; inf at chi = 1", importance: -1) {
      $0.chi.isNaN ? nil : $0.depthBudget
    },
  ]
}

/// Rows of a plane.
private let mostPoints = 1_000_000

/// The values whose share a window counts.
private func values(_ call: Call) -> [Double]? {
  if call.isNone("data") { return nil }
  guard case .object = call.value("data") else { return call.numbers("data") }
  return call.data("data").inputLists.untilStopped.flatMap { $0 }
}

extension Call {
  /// The activation that was chosen; softmax is refused, because it mixes the units of a sample.
  fileprivate func curvedActivation() throws(Diagnostic) -> Activation {
    let activation: Activation = choice("activation")
    guard !activation.isSoftmax else {
      throw error("no-curve", "softmax has no curve: it mixes the units of a sample", at: "activation")
    }
    return activation
  }

  /// A number or several, none of them negative.
  fileprivate func variances(_ name: String) throws(Diagnostic) -> [Double] {
    let variances = optionalNumber(name).map { [$0] } ?? numbers(name)
    guard variances.untilStopped.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw error("out-of-range", "\(name) of theory takes finite numbers of at least 0", at: name)
    }
    return variances
  }
}
