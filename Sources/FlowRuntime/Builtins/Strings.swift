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
    ) { call throws(Diagnostic) in .string(call.value("value").text) },
    Builtin(
      "number", "Converts text to a number. A number stays as it is.", in: .strings,
      [Parameter("text", .union([.string, .number()]), "the text")], gives: "a number",
      example: "number(\"1e-3\")", seeAlso: ["str"]
    ) { call throws(Diagnostic) in
      if case .number = call.value("text") { return call.value("text") }
      let text = call.string("text")
      guard text.utf8.count <= longestNumber else {
        throw call.error("too-large", "a string of \(text.utf8.count) bytes is too long to be a number", at: "text")
      }
      guard let number = Double(text) else {
        throw call.error("wrong-type", "\(quoted(text)) is not a number", at: "text")
      }
      return .number(number)
    },
    Builtin(
      "upper", "Converts text to upper case.", in: .strings, [text], gives: "a string", example: "upper(\"relu\")",
      seeAlso: ["lower"]
    ) { call throws(Diagnostic) in .string(call.string("text").convertingPieces { $0.uppercased() }) },
    Builtin(
      "lower", "Converts text to lower case.", in: .strings, [text], gives: "a string", example: "lower(\"ReLU\")",
      seeAlso: ["upper"]
    ) { call throws(Diagnostic) in .string(call.string("text").convertingPieces { $0.lowercased() }) },
    Builtin(
      "trim", "Removes spaces, tabs and line breaks from both ends of a string.", in: .strings, [text],
      gives: "a string", example: "trim(\"  relu \")"
    ) { call throws(Diagnostic) in
      let text = call.string("text")
      guard let first = text.indices.untilStopped.first(where: { !text[$0].isWhitespace }),
        let last = text.indices.reversed().untilStopped.first(where: { !text[$0].isWhitespace })
      else { return .string("") }
      return .string(String(text[first...last]))
    },
    Builtin(
      "replace", "Replaces every occurrence of a part of a string.", in: .strings,
      [text, Parameter("part", .string, "the part to replace"), Parameter("by", .string, "its replacement")],
      gives: "a string", example: "replace(\"leaky_relu\", \"_\", \" \")"
    ) { call throws(Diagnostic) in
      let part = call.string("part")
      guard !part.isEmpty else { throw call.error("out-of-range", "'part' must not be empty", at: "part") }
      return try joined(pieces(of: call.string("text"), at: part), by: call.string("by"), call) { $0 }
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
    ) { call throws(Diagnostic) in try joined(call.list("list"), by: call.string("separator"), call, \.text) },
    test("starts_with", "Tests whether a string begins with another one.", "starts_with(\"he_normal\", \"he\")") {
      $0.begins(with: $1)
    },
    test("ends_with", "Tests whether a string ends with another one.", "ends_with(\"weak.tsv\", \".tsv\")") {
      $0.ends(with: $1)
    },
    test("contains", "Tests whether a string contains another one.", "contains(\"leaky_relu\", \"relu\")") {
      $1.isEmpty || Occurrences(of: $1, in: $0).contains { _ in true }
    },
    Builtin(
      "format_number", "Formats a number with a few significant digits, as tables do.", in: .strings,
      [
        Parameter("x", .number(), "the number"),
        Parameter("digits", .whole(1...17), default: "4", "number of significant digits"),
      ],
      gives: "a string", example: "format_number(0.000123456, digits: 3)", seeAlso: ["str", "round"]
    ) { call throws(Diagnostic) in .string(NumberStyle.significant(call.number("x"), digits: call.whole("digits"))) },
  ]

  private static let text = Parameter("text", .string, "the text")

  /// The maximum length in bytes of a string that is converted to a number.
  private static let longestNumber = 1_000_000

  private static func test(
    _ name: String, _ summary: String, _ example: String, _ holds: @escaping @Sendable (String, String) -> Bool
  ) -> Builtin {
    Builtin(
      name, summary, in: .strings, [text, Parameter("part", .string, "the text to look for")], gives: "true or false",
      example: example, seeAlso: ["starts_with", "ends_with", "contains"].filter { $0 != name }
    ) { call throws(Diagnostic) in .boolean(holds(call.string("text"), call.string("part"))) }
  }

  private static func joined<Part, Text: StringProtocol>(
    _ parts: some Collection<Part>, by separator: String, _ call: Call, _ text: (Part) -> Text
  ) throws(Diagnostic) -> Value {
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
    try call.attempt { () throws(Complaint) in try ValueLimits.checkText(bytes: count) }
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
