// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import TestSupport
import Testing

/// Arguments that are far too large result in an error with a helpful message, and never exhaust the memory.
@Suite struct DomainLimitsTests {
  @Test(arguments: [
    ("chain(1e9, tanh)", "'depth' of chain must be a whole number from 1 to 100000"),
    ("chain(2, tanh, width: 1e9)", "parameters, more than the limit of"),
    ("chain(1, tanh, inputs: 4e18, outputs: 4)", "parameters, more than the limit of"),
    ("sequence(9e18, dense(9e18))", "parameters, more than the limit of"),
    ("mlp([1e5, 1e5], tanh)", "parameters, more than the limit of"),
    ("gaussian(1e18, 1, 1)", "'n' of gaussian must be"),
    ("teacher(chain(1, tanh), 1e18)", "more than the limit of"),
    ("flow(chain(1, tanh, inputs: 1e7))", "more than the limit of"),
    ("curve(tanh, points: 1e18)", "'points' of curve must be"),
    ("curve(tanh, to: inf)", "'to' of curve must be"),
    ("sum(1..1e9)", "this is a range too long for a list"),
    ("x = (1..1e9) * 2", "'*' cannot be applied to a range too long for a list and a number"),
    ("exp([1..1e9])", "this is a range too long for a list"),
    ("map(1..1e9, fn(x) = x)", "this is a range too long for a list"),
    ("\"abc\"[1..1e9]", "this is a range too long for a list"),
    ("net = chain(1, tanh); net[1].bias = 1..1e9", "bias of layer 1 must be"),
    ("train(chain(1, tanh), gaussian(4, 1, 1), batch: 0)", "'batch' of train must be"),
    ("critical(softmax)", "softmax has no curve"),
    ("predict(chain(1, tanh), gaussian(2, 3, 1))", "the number of inputs is 3 in the data, but 1 in the network"),
    ("flow(chain(1, tanh, inputs: 4), iris())", "the number of classes is 3, but that of the network's outputs is 1"),
    ("train(mlp([2, 5, 1], tanh), xor(4), loss: cross_entropy)", "cross_entropy needs at least two outputs"),
    ("evaluate(mlp([2, 5, 1], tanh), xor(4), loss: cross_entropy)", "cross_entropy needs at least two outputs"),
    ("flow(mlp([2, 5, 1], tanh), gaussian(9, 2, 1), loss: bce)", "bce needs targets from 0 to 1"),
    ("train(mlp([2, 5, 1], tanh), xor(4), loss: bce, validation: gaussian(9, 2, 1))", "bce needs targets from 0 to 1"),
    ("flow(mlp([2, 5, 2], tanh, norm: batch), limit: 1)", "at least two samples in a training pass"),
    ("compare()", "compare needs at least one network or run"),
    ("adam(beta1: 1)", "'beta1' of adam must be a number of at least 0 and below 1"),
    ("window(2, activation: softmax)", "softmax has no curve"),
    ("window([1, nan])", "w of window takes finite numbers"),
    ("window(1, b: inf)", "b of window takes a finite number"),
    ("x = \"a\"; while true { x = x + x }", "a string of 134217728 bytes is too long"),
    ("x = [1]; while true { x = concat(x, x) }", "a list of 16777216 elements is too long"),
    ("x = 1; for i in 1..2000 { x = [x] }", "nested more than 1000 levels deep"),
    ("x = 1; for i in 1..2000 { x = [[], x, 2] }", "nested more than 1000 levels deep"),
    ("x = 1; for i in 1..2000 { x = [[1, [2, [3]]], x] }", "nested more than 1000 levels deep"),
    (
      "x = 1; for i in 1..2000 { x = [x, record(a: [1], b: record(c: [[3]])), [[2]]] }",
      "nested more than 1000 levels deep"
    ),
    ("x = 1; for i in 1..2000 { x = record(a: 1, b: x) }", "nested more than 1000 levels deep"),
    ("x = [1]; for i in 1..2000 { x[1] = x }", "nested more than 1000 levels deep"),
    ("x = reduce(1..2000, fn(a, b) = append([], a), start: 1)", "nested more than 1000 levels deep"),
    ("x = replace(join(1..1e6), \"1\", join(1..1e5))", "a string of"),
    ("gradcheck(chain(2, tanh, width: 3, init: lsuv), iris())", "the number of inputs is 4 in the data, but 3"),
  ])
  func excessiveArgumentsAreReported(_ script: String, _ words: String) throws {
    let message = try #require(fault(script)).message
    #expect(message.contains(words))
  }

  /// Long ranges are counted, indexed, compared and iterated over without storing their elements.
  @Test func longRangesStayRanges() {
    let script = """
      x = 1..1e9
      print(len(x), x[-1], x == x, x)
      for i in x { if i > 2 { print(i); break } }
      """
    #expect(transcript(script) == "1000000000 1000000000 true 1..1000000000\n3\n")
  }
}
