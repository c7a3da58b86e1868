// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// Functions for strings. To add one, add an entry.
package enum Strings {
  package static let builtins: [Builtin] = [
    Builtin(
      "str", "Converts a value to text, as {value} does.", in: .strings, [Parameter("value", .any, "the value")],
      gives: "a string", example: "str([1, 0.5])", seeAlso: ["number", "format_number"]
    ) { call throws(Diagnostic) in
      guard let rows = call.rows("value") else { return .string(call.value("value").text) }
      // As in other functions of text, a missing value stays missing.
      return .list(of: rows.untilStopped.map { if case .none = $0 { .none } else { .string($0.text) } })
    },
    Builtin(
      "number", "Converts text to a number. A number stays as it is, and spaces around one do not count.", in: .strings,
      [Parameter("text", .union([.string, .number(), .list]), "the text, or a list of texts")],
      gives: "a number, or a list", example: "number(\"1e-3\")", seeAlso: ["str"]
    ) { call throws(Diagnostic) in
      if case .number = call.value("text") { return call.value("text") }
      return try mapText(call, keepsNumbers: true) { text throws(Complaint) in
        guard text.utf8.count <= longestNumber else {
          throw Complaint("too-large", "a string of \(text.utf8.count) bytes is too long to be a number")
        }
        // Swift also reads hexadecimal numbers, which the language does not have.
        let digits = text.trimmed
        guard let number = Double(digits), !digits.contains(where: { "xX".contains($0) }) else {
          throw Complaint("wrong-type", "\(quoted(text)) is not a number")
        }
        return .number(number)
      }
    },
    Builtin(
      "upper", "Converts text to upper case.", in: .strings, [texts], gives: "a string, or a list",
      example: "upper(\"relu\")", seeAlso: ["lower"]
    ) { call throws(Diagnostic) in try mapText(call) { .string($0.convertingPieces { $0.uppercased() }) } },
    Builtin(
      "lower", "Converts text to lower case.", in: .strings, [texts], gives: "a string, or a list",
      example: "lower(\"ReLU\")", seeAlso: ["upper"]
    ) { call throws(Diagnostic) in try mapText(call) { .string($0.convertingPieces { $0.lowercased() }) } },
    Builtin(
      "trim", "Removes spaces, tabs and line breaks from both ends of a string.", in: .strings, [texts],
      gives: "a string, or a list", example: "trim(\"  relu \")"
    ) { call throws(Diagnostic) in
      try mapText(call) { text in
        guard let first = text.indices.untilStopped.first(where: { !text[$0].isWhitespace }),
          let last = text.indices.reversed().untilStopped.first(where: { !text[$0].isWhitespace })
        else { return .string("") }
        return .string(String(text[first...last]))
      }
    },
    Builtin(
      "replace", "Replaces every occurrence of a part of a string.", in: .strings,
      [texts, Parameter("part", .string, "the part to replace"), Parameter("by", .string, "its replacement")],
      gives: "a string, or a list", example: "replace(\"leaky_relu\", \"_\", \" \")"
    ) { call throws(Diagnostic) in
      let part = call.string("part")
      guard !part.isEmpty else { throw call.error("out-of-range", "'part' must not be empty", at: "part") }
      let replacement = call.string("by")
      return try mapText(call) { text throws(Complaint) in
        try joined(pieces(of: text, at: part), by: replacement) { $0 }
      }
    },
    Builtin(
      "split", "Splits a string at every separator; an empty separator splits it into characters.", in: .strings,
      [text, Parameter("separator", .string, default: "\" \"", "the text between the parts")],
      gives: "a list of strings", example: "split(\"a,b,c\", \",\")", seeAlso: ["join"]
    ) { call throws(Diagnostic) in
      .list(of: pieces(of: call.string("text"), at: call.string("separator")).lazy.map { .string(String($0)) })
    },
    Builtin(
      "join", "Joins the elements into one string.", in: .strings,
      [
        Parameter("list", .list, "the elements; those that are not strings are converted to text"),
        Parameter("separator", .string, default: "\"\"", "the text to put between the elements"),
      ],
      gives: "a string", example: "join(1..3, \", \")", seeAlso: ["split"]
    ) { call throws(Diagnostic) in
      let (elements, separator) = (call.list("list"), call.string("separator"))
      return try call.attempt { () throws(Complaint) in try joined(elements, by: separator, \.text) }
    },
    test("starts_with", "Tests whether a string begins with another one.", "starts_with(\"he_normal\", \"he\")", texts)
    {
      $0.begins(with: $1)
    },
    test("ends_with", "Tests whether a string ends with another one.", "ends_with(\"weak.tsv\", \".tsv\")", texts) {
      $0.ends(with: $1)
    },
    // For a list, the function of this name tests whether the list contains a value.
    test(
      "contains", "Tests whether a string contains another one.", "contains(\"leaky_relu\", \"relu\")",
      Parameter("text", .optional(.string), "the text")
    ) {
      $1.isEmpty || Occurrences(of: $1, in: $0).contains { _ in true }
    },
    Builtin(
      "format_number", "Formats a number with a few significant digits, as tables do.", in: .strings,
      [
        Parameter("x", .union([.number(), .list]), "the number, or a list of numbers"),
        Parameter("digits", .whole(1...17), default: "4", "number of significant digits"),
        Parameter(
          "decimals", .optional(.whole(0...15)), default: "none",
          "number of digits after the decimal point, with zeros at the end; none formats by `digits`"),
      ],
      gives: "a string, or a list", example: "format_number(0.000123456, digits: 3)", seeAlso: ["str", "round"]
    ) { call throws(Diagnostic) in
      let (digits, decimals) = (call.whole("digits"), call.optionalWhole("decimals"))
      func text(_ value: Value) throws(Complaint) -> Value {
        switch value {
        case .number(let number):
          let text = decimals.map { NumberStyle.fixed(number, decimals: $0) }
          return .string(text ?? NumberStyle.significant(number, digits: digits))
        case .none: return .none
        default: throw Complaint("wrong-type", "format_number needs numbers, but this list contains \(value.kind)")
        }
      }
      return try call.attempt(at: "x") { () throws(Complaint) in
        guard let elements = call.value("x").elements else { return try text(call.value("x")) }
        try ValueLimits.requireMemory(elements: elements.count)
        var results = ListBuilder(capacity: elements.count)
        for element in elements.untilStopped { results.append(try text(element)) }
        return .list(results.list)
      }
    },
  ]

  private static let text = Parameter("text", .string, "the text")
  private static let texts = Parameter("text", .union([.string, .list]), "the text, or a list of texts")

  /// The maximum length in bytes of a string that is converted to a number.
  private static let longestNumber = 1_000_000

  private static func test(
    _ name: String, _ summary: String, _ example: String, _ text: Parameter,
    _ holds: @escaping @Sendable (String, String) -> Bool
  ) -> Builtin {
    Builtin(
      name, summary, in: .strings, [text, Parameter("part", .string, "the text to look for")], gives: "true or false",
      example: example, seeAlso: ["starts_with", "ends_with", "contains"].filter { $0 != name }
    ) { call throws(Diagnostic) in
      let part = call.string("part")
      // As in a comparison, a missing text fails the test.
      return try mapText(call, missing: .boolean(false)) { .boolean(holds($0, part)) }
    }
  }

  /// Applies a function to the argument 'text', or to each element if it is a list, such as a column of a table. A missing
  /// element becomes `missing`.
  private static func mapText(
    _ call: Call, missing: Value = .none, keepsNumbers: Bool = false, _ convert: (String) throws(Complaint) -> Value
  ) throws(Diagnostic) -> Value {
    try call.attempt(at: "text") { () throws(Complaint) in
      if case .none = call.value("text") { return missing }
      guard let elements = call.value("text").elements else { return try convert(call.string("text")) }
      try ValueLimits.requireMemory(elements: elements.count)
      var results = ListBuilder(capacity: elements.count)
      for element in elements.untilStopped {
        switch element {
        case .none: results.append(missing)
        case .string(let text): results.append(try convert(text))
        case .number where keepsNumbers: results.append(element)
        default:
          throw Complaint("wrong-type", "\(call.builtin.name) needs text, but this list contains \(element.kind)")
        }
      }
      return .list(results.list)
    }
  }

  private static func joined<Part, Text: StringProtocol>(
    _ parts: some Collection<Part>, by separator: String, _ text: (Part) -> Text
  ) throws(Complaint) -> Value {
    var result = ""
    var count = parts.count * separator.utf8.count
    var isFirst = true
    for part in parts.untilStopped {
      let text = text(part)
      count += text.utf8.count
      // If the result is too long, only measure it, for the message.
      if count > ValueLimits.bytes { continue }
      if !isFirst { result += separator }
      isFirst = false
      result += text
    }
    try ValueLimits.checkText(bytes: count)
    return .string(result)
  }

  /// Returns the parts of a string between the occurrences of a separator, or its characters if the separator is empty.
  private static func pieces(of text: String, at separator: String) -> [Substring] {
    if separator.isEmpty { return text.indices.untilStopped.map { text[$0...$0] } }
    var pieces: [Substring] = []
    var start = text.startIndex
    for occurrence in Occurrences(of: separator, in: text).untilStopped {
      pieces.append(text[start..<occurrence.lowerBound])
      start = occurrence.upperBound
    }
    pieces.append(text[start...])
    return pieces
  }
}
