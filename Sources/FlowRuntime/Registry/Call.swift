// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// A checked call as the body of a builtin sees it.
///
/// The accessors trap on a name or type that the signature does not declare: that is a slip in the builtin.
package struct Call {
  /// The builtin that is called.
  package let builtin: Builtin
  /// Calls functions, and knows the session.
  package let evaluator: Evaluator
  /// The whole call in the source.
  package let place: Place
  /// One per parameter, in order; the rest parameter's is empty.
  let arguments: [BoundArgument]
  let restArguments: [BoundArgument]
  let extraArguments: [(name: Name, argument: BoundArgument)]

  /// The session it runs in.
  package var session: Session { evaluator.session }

  /// The value of a parameter.
  package func value(_ name: String) -> Value { argument(name).value }

  /// Whether the caller gave it; else the value is the default.
  package func isGiven(_ name: String) -> Bool { argument(name).isGiven }

  /// Where the argument stands; the whole call for a default.
  package func place(of name: String) -> Place { argument(name).place }

  /// How the caller wrote the argument: the name of a column, or a formula of columns.
  package func label(_ name: String) -> String { argument(name).label }

  /// How the caller wrote each element of a list.
  package func labels(_ name: String) -> [String] {
    let argument = argument(name)
    if case .list(let items)? = argument.expression?.kind {
      return items.map { item in
        BoundArgument(
          value: .none, place: Place(argument.place.source, item.range), expression: item, scope: nil, isGiven: true
        ).label
      }
    }
    return (argument.value.elements ?? []).indices.map { "\(argument.label)[\($0 + 1)]" }
  }

  /// The values of the rest parameter.
  package var rest: [Value] { restArguments.map(\.value) }

  /// The further named arguments.
  package var extras: Record {
    Record(extraArguments.map { ($0.name.text, $0.argument.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// A further named argument that the signature declares as masked by groups, seen by some rows of the table.
  package func extra(_ name: String, over table: Table) throws(Diagnostic) -> Value {
    try evaluator.evaluate(argument(name), over: table)
  }

  /// Calls a function of the language or a builtin.
  package func apply(_ function: Value, _ arguments: [Value]) throws(Diagnostic) -> Value {
    try evaluator.call(function, with: arguments, at: place)
  }

  /// An error at an argument, or at the whole call.
  package func error(
    _ code: String, _ message: String, at name: String? = nil, label: String = "", notes: [String] = []
  ) -> Diagnostic {
    Complaint(code, message, label: label, notes: notes).at(name.map { argument($0).place } ?? place)
  }

  /// Runs code that complains without knowing the place, and adds the place.
  package func attempt<Result>(
    at name: String? = nil, _ body: () throws(Complaint) -> Result
  ) throws(Diagnostic) -> Result {
    do throws(Complaint) {
      return try body()
    } catch {
      throw error.at(name.map { argument($0).place } ?? place)
    }
  }

  private func argument(_ name: String) -> BoundArgument {
    if let index = builtin.parameters.firstIndex(where: { $0.name == name }) { return arguments[index] }
    if let extra = extraArguments.first(where: { $0.name.text == name }) { return extra.argument }
    preconditionFailure("\(builtin.name) has no parameter \(name)")
  }
}

/// An argument of a call after checking.
struct BoundArgument {
  var value: Value
  let place: Place
  /// Kept for those that are evaluated for groups of rows.
  let expression: Expression?
  let scope: Scope?
  let isGiven: Bool

  var label: String {
    if case .string(let text) = value, expression == nil { return text }
    if case .string(let parts)? = expression?.kind, case .text(let text)? = parts.first { return text }
    return place.text
  }
}

extension Call {
  /// The number.
  package func number(_ name: String) -> Double { optionalNumber(name) ?? mistyped(name) }
  /// The whole number.
  package func whole(_ name: String) -> Int { optionalWhole(name) ?? mistyped(name) }
  /// The string or the word.
  package func string(_ name: String) -> String { optionalString(name) ?? mistyped(name) }
  /// The truth value.
  package func boolean(_ name: String) -> Bool {
    if case .boolean(let truth) = value(name) { truth } else { mistyped(name) }
  }
  /// The table.
  package func table(_ name: String) -> Table {
    if case .table(let table) = value(name) { table } else { mistyped(name) }
  }
  /// The record.
  package func record(_ name: String) -> Record {
    if case .record(let record) = value(name) { record } else { mistyped(name) }
  }
  /// The elements of a list or range.
  package func list(_ name: String) -> List { value(name).elements ?? mistyped(name) }

  /// The numbers of a list or range; missing values are left out.
  package func numbers(_ name: String) -> [Double] {
    let list = list(name)
    return list.numbers ?? list.untilStopped.compactMap { if case .number(let number) = $0 { number } else { nil } }
  }

  /// What a choice stands for in the engine.
  package func choice<Product>(_ name: String, as type: Product.Type = Product.self) -> Product {
    optionalChoice(name) ?? mistyped(name)
  }

  /// A domain object of a type of the program.
  package func object<Object: DomainObject>(_ name: String, as type: Object.Type = Object.self) -> Object {
    if case .object(let object as Object) = value(name) { object } else { mistyped(name) }
  }

  /// The number, or nil for `none`.
  package func optionalNumber(_ name: String) -> Double? {
    if case .number(let number) = value(name) { number } else { nil }
  }
  /// The whole number, or nil for `none`.
  package func optionalWhole(_ name: String) -> Int? { optionalNumber(name).flatMap(Int.init(exactly:)) }
  /// The string, or nil for `none`.
  package func optionalString(_ name: String) -> String? {
    if case .string(let text) = value(name) { text } else { nil }
  }
  /// What a choice stands for, or nil for `none`.
  package func optionalChoice<Product>(_ name: String, as type: Product.Type = Product.self) -> Product? {
    if case .object(let object) = value(name) { (object as? Choice)?.product as? Product } else { nil }
  }
  /// What each of a list of choices stands for.
  package func choices<Product>(_ name: String, as type: Product.Type = Product.self) -> [Product] {
    list(name).map { element in
      if case .object(let object) = element, let product = (object as? Choice)?.product as? Product { return product }
      return mistyped(name)
    }
  }
  /// Whether the value is `none`.
  package func isNone(_ name: String) -> Bool {
    if case .none = value(name) { true } else { false }
  }

  private func mistyped<Result>(_ name: String) -> Result {
    preconditionFailure("\(builtin.name) does not declare \(name) with the type its body reads")
  }
}
