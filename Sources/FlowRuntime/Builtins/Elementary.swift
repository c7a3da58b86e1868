// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// Functions of one number, which apply element by element to lists and columns. To add one, add an entry to one of the
/// lists below.
package enum Elementary {
  package static let builtins =
    functions.map { entry in
      builtin(
        entry, gives: "a number", one: { .number(entry.compute($0)) },
        all: { list in list.mappingNumbers(entry.computeAll) })
    }
    + tests.map { entry in
      // As in a comparison, a missing number fails the test.
      builtin(entry, gives: "a boolean", missing: .boolean(false), one: { .boolean(entry.compute($0)) }) {
        list throws(Complaint) in
        guard let numbers = list.numbers else { return nil }
        try ValueLimits.requireMemory(elements: numbers.count)
        return List(.values(entry.computeAll(numbers).map(Value.boolean)))
      }
    } + [rounding]

  fileprivate struct Entry<Result: BitwiseCopyable>: Sendable {
    let name: String
    let summary: String
    let example: String
    let compute: @Sendable (Double) -> Result
    /// The same function, with the same bits, for whole registers of numbers.
    let engine: ElementaryFunction?

    init(
      _ name: String, _ summary: String, _ example: String, engine: ElementaryFunction? = nil,
      _ compute: @escaping @Sendable (Double) -> Result
    ) {
      self.name = name
      self.summary = summary
      self.example = example
      self.engine = engine
      self.compute = compute
    }
  }

  /// The numbers with a name.
  package static let constants: [Builtin] = [
    Builtin(
      "pi", "The ratio of a circle's circumference to its diameter.", in: .numbers, gives: "a number",
      example: "2 * pi",
      family: Family("constant")
    ) { _ throws(Diagnostic) in .number(.pi) }
  ]

  private static let functions: [Entry<Double>] = [
    Entry("abs", "Computes the absolute value.", "abs(-3)") { abs($0) },
    Entry("sign", "Computes the sign of a number: 1, -1 or 0.", "sign([-2, 0, 5])") { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    Entry("sqrt", "Computes the square root.", "sqrt(2)") { $0.squareRoot() },
    Entry("exp", "Computes the exponential function.", "exp(1)", engine: .exp) { Real.exp($0) },
    Entry("log", "Computes the natural logarithm.", "log(10)", engine: .log) { Real.log($0) },
    Entry("log2", "Computes the logarithm to base 2.", "log2(8)") { Real.log2($0) },
    Entry("log10", "Computes the logarithm to base 10.", "log10(0.001)") { Real.log10($0) },
    Entry("sin", "Computes the sine of an angle in radians.", "sin(1)", engine: .sin) { Real.sin($0) },
    Entry("cos", "Computes the cosine of an angle in radians.", "cos(1)", engine: .cos) { Real.cos($0) },
    Entry("tan", "Computes the tangent of an angle in radians.", "tan(1)") { Real.tan($0) },
    Entry("sinh", "Computes the hyperbolic sine.", "sinh(1)") { Real.sinh($0) },
    Entry("cosh", "Computes the hyperbolic cosine.", "cosh(1)") { Real.cosh($0) },
    Entry("tanh", "Computes the hyperbolic tangent.", "tanh(1)", engine: .tanh) { Real.tanh($0) },
    Entry("asin", "Computes the arcsine in radians.", "asin(1)") { Real.asin($0) },
    Entry("acos", "Computes the arccosine in radians.", "acos(0)") { Real.acos($0) },
    Entry("atan", "Computes the arctangent in radians.", "atan(1)") { Real.atan($0) },
    Entry("erf", "Computes the error function.", "erf(0.5)", engine: .erf) { Real.erf($0) },
    Entry("floor", "Rounds down to a whole number.", "floor(-2.5)") { $0.rounded(.down) },
    Entry("ceil", "Rounds up to a whole number.", "ceil(2.1)") { $0.rounded(.up) },
  ]

  private static let tests: [Entry<Bool>] = [
    Entry("finite", "Tests whether a number is neither infinite nor nan.", "finite([1, inf, nan])") { $0.isFinite },
    Entry("isnan", "Tests whether a number is nan.", "isnan([1, inf, nan])") { $0.isNaN },
  ]

  private static func builtin<Result>(
    _ entry: Entry<Result>, gives: String, missing: Value = .none, one: @escaping @Sendable (Double) -> Value,
    all: @escaping @Sendable (List) throws(Complaint) -> List?
  ) -> Builtin {
    Builtin(
      entry.name, entry.summary, in: .numbers, [numbers], gives: "\(gives), or a list of the same shape",
      example: entry.example
    ) { call throws(Diagnostic) in
      try call.attempt(at: "x") { () throws(Complaint) in
        try mapNumbers(call.value("x"), of: entry.name, missing: missing, one: one, all: all)
      }
    }
  }

  private static let numbers = Parameter("x", .union([.number(), .list]), "a number, or a list of numbers")

  private static let rounding = Builtin(
    "round", "Rounds to a whole number or a given number of decimals; ties go to the even neighbour.", in: .numbers,
    [numbers, Parameter("decimals", .whole(0...15), default: "0", "number of digits after the decimal point")],
    gives: "a number, or a list of the same shape", example: "round([0.5, 2.71828], decimals: 2)",
    seeAlso: ["floor", "ceil", "format_number"]
  ) { call throws(Diagnostic) in
    let scale = Real.power(10, Double(call.whole("decimals")))
    @Sendable func rounded(_ number: Double) -> Double {
      // From 2⁵² on there are no decimals to round, and scaling would lose digits.
      number.magnitude >= 0x1p52 ? number : (number * scale).rounded(.toNearestOrEven) / scale
    }
    return try call.attempt(at: "x") { () throws(Complaint) in
      try mapNumbers(
        call.value("x"), of: "round", one: { .number(rounded($0)) },
        all: { list in list.mappingNumbers { numbers in numbers.mapInPieces(rounded) } })
    }
  }

  /// Applies `one` to a number or to nested lists of numbers. A missing value becomes `missing`. `all` returns the results
  /// for a list that is stored as numbers, and nil for any other list.
  private static func mapNumbers(
    _ value: Value, of function: String, missing: Value = .none, one: (Double) -> Value,
    all: (List) throws(Complaint) -> List?
  ) throws(Complaint) -> Value {
    switch value {
    case .number(let number): return one(number)
    case .none: return missing
    case .list, .range:
      guard let elements = value.elements else {
        throw Complaint("wrong-type", "\(function) needs numbers or lists of them, but this is \(value.kind)")
      }
      if let results = try all(elements) { return .list(results) }
      var results = ListBuilder(capacity: elements.count)
      for element in elements.untilStopped {
        results.append(try mapNumbers(element, of: function, missing: missing, one: one, all: all))
      }
      return .list(results.list)
    default: throw Complaint("wrong-type", "\(function) needs numbers, but this list contains \(value.kind)")
    }
  }
}

extension Elementary.Entry {
  /// The results for many numbers.
  fileprivate func computeAll(_ numbers: [Double]) -> [Result] { numbers.mapInPieces(compute) }
}

extension Elementary.Entry<Double> {
  /// The results for many numbers, computed in whole registers if the engine can.
  fileprivate func computeAll(_ numbers: [Double]) -> [Double] {
    guard let engine else { return numbers.mapInPieces(compute) }
    return inPieces(numbers.count) { results, piece in
      let part = UnsafeMutableBufferPointer(start: results + piece.lowerBound, count: piece.count)
      _ = part.initialize(from: numbers[piece])
      engine.map(part)
    }
  }
}
