// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import TestSupport
import Testing

@testable import FlowRuntime

/// A list of numbers has the bits that its elements have one by one, wherever they stand in a register.
struct ElementaryTests {
  @Test(arguments: [
    "abs", "sign", "sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos",
    "atan", "erf", "floor", "ceil", "round",
  ])
  func bitsDoNotDependOnTheList(_ function: String) throws {
    let scales = stride(from: -320.0, through: 308, by: 4).map { Real.power(10, $0) }
    let numbers =
      [0, -0.0, 1, -1, 0.5, .infinity, -.infinity, .nan, 0x1p-1074, 710, -746, 1e22, 0x1p52] + scales
      + scales.map { -$0 } + (0..<500).map { 25 * Real.sin(Double($0 * $0)) }
    let interpreter = Interpreter(host: ScriptedHost().host())
    interpreter.define("xs", .numbers(numbers))
    let text = "all = \(function)(xs); each = map(xs, fn(x) = \(function)(x)); rows = \(function)([xs, xs[1..7]])"
    try interpreter.run(Source(name: "test", text: text))
    func bits(_ value: Value?) -> [UInt64]? { value?.elements?.numbers?.map(\.bitPattern) }
    let values = Dictionary(uniqueKeysWithValues: interpreter.globals.map { ($0.name, $0.value) })
    let each = try #require(bits(values["each"]))
    #expect(each.count == numbers.count)
    #expect(bits(values["all"]) == each)
    #expect(bits(values["rows"]?.elements?[0]) == each)
    #expect(bits(values["rows"]?.elements?[1]) == Array(each.prefix(7)))
  }
}
