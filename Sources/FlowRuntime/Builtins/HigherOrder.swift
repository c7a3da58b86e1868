// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// Functions that take functions, and tests of all elements of a list. To add one, add an entry.
package enum HigherOrder {
  package static let builtins: [Builtin] = [
    Builtin(
      "map", "Calls a function with each element and collects the results.", in: .lists,
      [list, Parameter("function", .function, "a function of one element")], gives: "a list",
      example: "map(1..5, fn(x) = x^2)", seeAlso: ["filter", "reduce"]
    ) { call throws(Diagnostic) in
      let elements = call.list("list")
      var results = ListBuilder(capacity: elements.count)
      for element in elements { results.append(try call.apply(call.value("function"), [element])) }
      return .list(results.list)
    },
    Builtin(
      "filter", "Keeps the elements for which a function returns true.", in: .lists,
      [
        Parameter("list", .list, "the list", advice: "where(table, condition) selects rows of a table"),
        Parameter("function", .function, "a function of one element that returns true or false"),
      ],
      gives: "a list", example: "filter(1..9, fn(x) = x % 3 == 0)", seeAlso: ["map", "where"]
    ) { call throws(Diagnostic) in
      var results = ListBuilder()
      for element in call.list("list") {
        let verdict = try call.apply(call.value("function"), [element])
        if try truth(of: verdict, call, "function") { results.append(element) }
      }
      return .list(results.list)
    },
    Builtin(
      "reduce", "Combines the elements into one value, two at a time from first to last.", in: .lists,
      [
        list, Parameter("function", .function, "a function of the result so far and the next element"),
        Parameter("start", .any, default: "none", "the initial result; if omitted, the first element"),
      ],
      gives: "the last result of the function", example: "reduce(1..5, fn(a, b) = a * b)", seeAlso: ["map", "sum"]
    ) { call throws(Diagnostic) in
      var rest = call.list("list").makeIterator()
      var result = call.value("start")
      if !call.isGiven("start") {
        guard let first = rest.next() else {
          throw call.error("out-of-range", "reduce of an empty list needs 'start'", at: "list")
        }
        result = first
      }
      while let element = rest.next() { result = try call.apply(call.value("function"), [result, element]) }
      return result
    },
    Builtin(
      "all", "Tests whether every element is true, in nested lists every innermost one.", in: .lists, [booleans],
      gives: "true or false", example: "all([1, 2] < 3)", seeAlso: ["any"]
    ) { call throws(Diagnostic) in .boolean(try !contains(false, call.list("list"), call)) },
    Builtin(
      "any", "Tests whether any element is true, in nested lists any innermost one.", in: .lists, [booleans],
      gives: "true or false", example: "any([1, 5] > 3)", seeAlso: ["all", "contains"]
    ) { call throws(Diagnostic) in .boolean(try contains(true, call.list("list"), call)) },
    Builtin(
      "sort", "Sorts the elements in ascending order; nan and missing values come last.", in: .lists,
      [
        list,
        Parameter("by", .optional(.function), default: "none", "a function that returns the sort key of an element"),
        Parameter("desc", .boolean, default: "false", "largest first"),
      ],
      gives: "a list", example: "sort([3, 1, 2], desc: true)", seeAlso: ["reverse", "unique"]
    ) { call throws(Diagnostic) in
      let elements = call.list("list")
      if let numbers = elements.numbers, call.isNone("by") {
        let isDescending = call.boolean("desc")
        // The sort is stable, so 0 and -0 keep their order.
        return .list(
          List(
            numbers.sortedUntilStopped { a, b in
              if a.isNaN || b.isNaN { return !a.isNaN }
              return isDescending ? a > b : a < b
            }))
      }
      var keys: [Cell] = []
      keys.reserveCapacity(elements.count)
      for element in elements.untilStopped {
        let key = call.isNone("by") ? element : try call.apply(call.value("by"), [element])
        guard key.isOrdered else {
          throw call.error(
            "wrong-type", "sort needs numbers, strings or booleans to sort by, but this is \(key.kind)",
            at: call.isNone("by") ? "list" : "by")
        }
        keys.append(key.cell)
      }
      let places = order(of: [Column("key", cells: keys)], descending: call.boolean("desc"))
      return .list(elements.gathered(places))
    },
  ]

  private static let list = Parameter("list", .list, "the elements")
  private static let booleans = Parameter("list", .list, "a list of booleans")

  /// Returns whether a list or a list inside it contains a truth value. Throws if an element is neither a list nor a boolean.
  private static func contains(_ truth: Bool, _ list: List, _ call: Call) throws(Diagnostic) -> Bool {
    for element in list.values.untilStopped {
      let isFound =
        if let inner = element.elements {
          try contains(truth, inner, call)
        } else {
          try self.truth(of: element, call, "list") == truth
        }
      if isFound { return true }
    }
    return false
  }

  private static func truth(of element: Value, _ call: Call, _ name: String) throws(Diagnostic) -> Bool {
    try call.attempt(at: name) { () throws(Complaint) in try element.condition() }
  }
}

/// Returns the indices of rows, from 0, sorted by several columns, the first being the most significant.
func order(of keys: [Column], descending: Bool) -> [Int] {
  guard let last = keys.last else { return [] }
  var rows = last.order(descending: descending)
  // The sort is stable, so the most significant column comes last.
  for key in keys.dropLast().reversed() {
    let order = key.gathered(rows).order(descending: descending)
    rows = order.untilStopped.map { rows[$0] }
  }
  return rows
}

extension Value {
  /// Whether values of this kind can be sorted.
  fileprivate var isOrdered: Bool {
    switch self {
    case .number, .string, .boolean, .none: true
    default: false
    }
  }
}
