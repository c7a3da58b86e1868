// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowRuntime
import Foundation
import TestSupport
import Testing

/// Tests of `theory` over weight and bias variance.
struct TheoryBuiltinsTests {
  @Test func thePlane() {
    #expect(
      transcript("theory(relu, 1..2, bias_variance: [0, 0.5]) |> select(weight_variance, bias_variance, phase)")
        == """
        weight_variance\tbias_variance\tphase
        1\t0\tordered
        2\t0\tcritical
        1\t0.5\tordered
        2\t0.5\tcritical

        """)
    // A single weight variance yields one row, which is on the line chi = 1.
    #expect(
      transcript("t = theory(tanh, 1.76095, bias_variance: 0.05)\nlen(t) == 1 and abs(t[1].chi - 1) < 1e-5") == "true\n"
    )
  }

  /// The values are the same as for a network with these variances.
  @Test func matchesTheoryOfNetwork() {
    let script = """
      net = chain(2, tanh, width: 50, init: normal(0, sqrt(1.5 / 50)), bias: normal(0, sqrt(0.1)))
      a = theory(net)[1]
      b = theory(tanh, a.weight_variance, bias_variance: a.bias_variance)[1]
      for name in ["q", "chi", "depth_scale", "phase", "depth_budget"] { assert a[name] == b[name], name }
      assert a.factor_limit == b.factor
      abs(a.depth_budget / (6 / abs(log(a.chi))) - 1) < 1e-12
      """
    #expect(transcript(script) == "true\n")
  }

  @Test(arguments: [
    ("theory(softmax, 1)", "softmax has no curve"),
    ("theory(tanh, [1, -1])", "weight_variance of theory takes finite numbers of at least 0"),
    ("theory(tanh, 1, bias_variance: [inf])", "bias_variance of theory takes finite numbers of at least 0"),
    ("theory(tanh, 1..2000, bias_variance: 1..2000)", "more than 1000000 points"),
    ("theory(3)", "network"),
  ])
  func invalidArgumentsAreReported(_ script: String, _ message: String) {
    #expect(fault(script)?.message.contains(message) == true, "\(String(describing: fault(script)?.message))")
  }

  /// The fractions of the founding document, |f'(z)*w| of at least 1 and of at most 1/4, counted by hand.
  @Test(arguments: [0.5, 3, 5, -8]) func windowOfANetworkCountsConnections(_ weight: Double) {
    let inputs = stride(from: -2.0, through: 2, by: 0.125).map(\.self)
    let script = """
      net = chain(1, sigmoid, init: constant(\(weight)))
      t = window(net, dataset(\(inputs), \(inputs)))
      print(t.share[1], t.quarter_share[1], t.largest_product[1])
      """
    let products = inputs.map { x in
      let y = 1 / (1 + exp(-weight * x))
      return abs(y * (1 - y) * weight)
    }
    let numbers = transcript(script).split { $0.isWhitespace }.compactMap { Double($0) }
    let count = Double(inputs.count)
    #expect(
      numbers.prefix(2) == [
        Double(products.count { $0 >= 1 }) / count, Double(products.count { $0 <= 0.25 }) / count,
      ])
    #expect(numbers.count == 3 && abs(numbers[2] - products.max()!) < 1e-12)
  }
}
