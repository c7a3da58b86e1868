// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowRuntime
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
}
