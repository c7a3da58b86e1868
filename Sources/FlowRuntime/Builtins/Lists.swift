// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// Functions that create, split and combine lists. To add one, add an entry.
package enum Lists {
  package static let builtins: [Builtin] = [
    Builtin(
      "len", "Counts elements, characters, rows or fields.", in: .lists,
      [Parameter("value", .any, "a list, range, string, table, record or network")],
      gives: "a whole number", example: "len([3, 1, 2])"
    ) { call throws(Diagnostic) in
      let value = call.value("value")
      if case .record(let record) = value { return .whole(record.count) }
      guard let count = value.indexableCount else {
        let message = "\(value.kind) has no length"
        guard let use = ForeignFunction.otherUse(of: "len", value) else {
          throw call.error("wrong-type", message, at: "value")
        }
        let written = WrittenCall("len", [.init(name: nil, value: call.place(of: "value").text)])
        throw use.complaint("wrong-type", message, written).at(call.place)
      }
      return .whole(count)
    },
    Builtin(
      "range", "Makes a range of numbers, both ends included, like first..last step step.", in: .lists,
      [
        Parameter("first", .number(), "the first number"),
        Parameter("last", .number(), "the last number, included only if a step lands on it"),
        Parameter("step", .number(), default: "1", "the difference between neighbours; negative to count down"),
      ],
      gives: "a range", example: "sum(range(1, 9, step: 2))", seeAlso: ["linspace"]
    ) { call throws(Diagnostic) in
      try call.attempt { () throws(Complaint) in
        .range(try NumberRange(call.number("first"), call.number("last"), step: call.number("step")))
      }
    },
    spaced("linspace", "Makes a list of evenly spaced numbers, both ends included.", "linspace(0, 1, 5)") { $0 },
    spaced(
      "logspace", "Makes a list of powers of ten with evenly spaced exponents.", "logspace(-3, 0, 4)"
    ) { Real.power(10, $0) },
    Builtin(
      "first", "Takes the first element, or the first few as a list.", in: .lists, [list, count],
      gives: "an element, or a list", example: "first([3, 1, 2], 2)", seeAlso: ["last", "sort"]
    ) { call throws(Diagnostic) in
      guard let count = call.optionalWhole("count") else { return try call.element(of: "list", at: 1) }
      let list = call.list("list")
      return .list(list.part(0..<min(count, list.count)))
    },
    Builtin(
      "last", "Takes the last element, or the last few as a list.", in: .lists, [list, count],
      gives: "an element, or a list", example: "last(1..5)", seeAlso: ["first", "sort"]
    ) { call throws(Diagnostic) in
      guard let count = call.optionalWhole("count") else { return try call.element(of: "list", at: -1) }
      let list = call.list("list")
      return .list(list.part(max(0, list.count - count)..<list.count))
    },
    Builtin(
      "append", "Makes a copy of a list with more elements at the end.", in: .lists,
      [list, Parameter("value", .any, rest: true, "the new elements")], gives: "a list", example: "append([1, 2], 3)",
      seeAlso: ["concat"]
    ) { call throws(Diagnostic) in .list(List.joined([call.list("list"), List(call.rest)])) },
    Builtin(
      "concat", "Joins several lists into one, or the tables of a list into one table.", in: .lists, [lists],
      gives: "a list, or a table", example: "concat([1, 2], 3..5)", seeAlso: ["append"]
    ) { call throws(Diagnostic) in
      if call.rest.count == 1, let tables = call.rest[0].tables { return .table(Table.concatenating(tables)) }
      try call.attempt { () throws(Complaint) in
        try ValueLimits.checkList(count: call.rest.reduce(0) { $0 + ($1.elementCount ?? 0) })
      }
      return .list(List.joined(call.rest.map { $0.elements ?? [] }))
    },
    Builtin(
      "reverse", "Reverses the order of the elements.", in: .lists, [list], gives: "a list",
      example: "reverse(1..3)", seeAlso: ["sort"]
    ) { call throws(Diagnostic) in
      let list = call.list("list")
      return .list(list.gathered(list.indices.reversed()))
    },
    Builtin(
      "unique", "Removes repeated elements, keeping the first of each.", in: .lists, [list], gives: "a list",
      example: "unique([2, 1, 2])", seeAlso: ["contains"]
    ) { call throws(Diagnostic) in
      let list = call.list("list")
      if let numbers = list.numbers {
        var seen = IdentitySet<UInt64>()
        return .list(List(numbers.untilStopped.filter { seen.insert($0.identity) }))
      }
      var seen = IdentitySet<Identity>()
      var results = ListBuilder()
      for element in list.untilStopped where seen.insert(Identity(element)) { results.append(element) }
      return .list(results.list)
    },
    Builtin(
      "contains", "Tests whether a list contains a value.", in: .lists,
      [list, Parameter("value", .any, "the value to look for")], gives: "true or false", example: "contains([1, 2], 2)",
      seeAlso: ["any", "unique"]
    ) { call throws(Diagnostic) in
      let (list, wanted) = (call.list("list"), call.value("value"))
      if wanted.elements != nil, list.holdsOnlyScalars { throw neverContained(call) }
      if let numbers = list.numbers {
        return .boolean(wanted.number.map(numbers.untilStopped.contains) ?? false)
      }
      return .boolean(list.untilStopped.contains { areEqual($0, wanted) })
    },
    Builtin(
      "zip", "Groups the elements of several lists by position, up to the end of the shortest list.", in: .lists,
      [lists], gives: "a list of lists", example: "zip([1, 2], [\"a\", \"b\"])", seeAlso: ["map"]
    ) { call throws(Diagnostic) in
      .list(List.zipped(call.rest.map { $0.elements ?? [] }))
    },
    Builtin(
      "cumsum", "Computes the running sums of the numbers.", in: .lists,
      [Parameter("numbers", .numbers, "the numbers; missing values count as 0")], gives: "a list of numbers",
      example: "cumsum([1, 2, 3])", seeAlso: ["sum"]
    ) { call throws(Diagnostic) in
      var sum = 0.0
      let list = call.list("numbers")
      if let numbers = list.numbers {
        return .numbers(
          numbers.lazy.map { number in
            sum += number
            return sum
          })
      }
      return .numbers(
        list.lazy.map { element in
          if let number = element.number { sum += number }
          return sum
        })
    },
  ]

  /// Returns the error about a list that is looked for among scalars, such as a column in `where`. The code looks for each
  /// of its elements.
  private static func neverContained(_ call: Call) -> Diagnostic {
    let (list, value) = (call.place(of: "list"), call.place(of: "value"))
    let name = elementName(avoiding: list.text)
    let isWritten = call.place.source === value.source && !value.text.isEmpty && !list.text.isEmpty
    return Complaint(
      "wrong-type", "a list of single values cannot contain a list",
      replacement: isWritten ? "map(\(value.text), fn(\(name)) = contains(\(list.text), \(name)))" : nil,
      notes: ["contains(list, value) looks for one value; map does it for each element of a list"]
    ).at(Place(call.place.source, isWritten ? call.place.range.union(list.range) : call.place.range))
  }

  private static let list = Parameter("list", .list, "the list")
  private static let lists = Parameter("list", .list, rest: true, "the lists")
  private static let count = Parameter(
    "count", .optional(.whole(0...Int.max)), default: "none", "number of elements, as a list; none takes one element")

  private static func spaced(
    _ name: String, _ text: String, _ example: String, _ transform: @escaping @Sendable (Double) -> Double
  ) -> Builtin {
    Builtin(
      name, text, in: .lists,
      [
        Parameter("first", .number(), "the first number or exponent"),
        Parameter("last", .number(), "the last number or exponent"),
        Parameter("points", .whole(2...10_000_000), default: "50", "number of points"),
      ],
      gives: "a list of numbers", example: example, seeAlso: ["range"]
    ) { call throws(Diagnostic) in
      let (first, last, points) = (call.number("first"), call.number("last"), call.whole("points"))
      // Use the given last point, because first + (last - first) may differ from it by a rounding error.
      return .numbers(
        (0..<points).lazy.map { index in
          transform(index == points - 1 ? last : first + (last - first) * Double(index) / Double(points - 1))
        })
    }
  }
}

extension Call {
  /// Returns an element of a list or table, counted from 1, or from the end if the position is negative.
  func element(of name: String, at position: Int) throws(Diagnostic) -> Value {
    try attempt(at: name) { () throws(Complaint) in try value(name).element(at: .whole(position)) }
  }
}

extension Value {
  /// The elements of a list of tables, or nil for other values and for an empty list.
  fileprivate var tables: [Table]? {
    guard case .list(let list) = self, !list.isEmpty else { return nil }
    let tables = list.untilStopped.compactMap { if case .table(let table) = $0 { table } else { nil } }
    return tables.count == list.count ? tables : nil
  }
}

extension List {
  /// Whether the list has elements and none of them is made of other values.
  fileprivate var holdsOnlyScalars: Bool {
    if isEmpty || numbers != nil { return !isEmpty }
    return untilStopped.allSatisfy { element in
      switch element {
      case .number, .string, .boolean, .none: true
      default: false
      }
    }
  }
}
