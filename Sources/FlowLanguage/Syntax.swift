// SPDX-License-Identifier: GPL-3.0-or-later

/// A named source text.
public final class Source: Sendable {
  /// The name shown in diagnostics: a file name, `-e`, `stdin` or the number of the prompt's entry.
  public let name: String
  public let text: String
  /// The folder of the file, which the paths of included files are relative to. Nil for text that is not in a file.
  public let folder: String?

  public init(name: String, text: String, folder: String? = nil) {
    self.name = name
    self.text = text
    self.folder = folder
  }
}

/// A half-open range of UTF-8 offsets in a source.
public struct SourceRange: Hashable, Sendable {
  public var start: Int
  public var end: Int

  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// Returns the smallest range that contains both ranges.
  public func union(_ other: SourceRange) -> SourceRange {
    SourceRange(min(start, other.start), max(end, other.end))
  }
}

/// A name and its location.
public struct Name: Hashable, Sendable {
  public let text: String
  public let range: SourceRange

  public init(_ text: String, _ range: SourceRange) {
    self.text = text
    self.range = range
  }
}

public struct Program: Sendable {
  public let source: Source
  public let statements: [Statement]

  public init(source: Source, statements: [Statement]) {
    self.source = source
    self.statements = statements
  }
}

public struct Statement: Sendable {
  public let kind: Kind
  /// The location, without the terminating `;` or line break.
  public let range: SourceRange

  public init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  /// The kinds of statement. `silent` means that a `;` follows the statement.
  public indirect enum Kind: Sendable {
    case expression(Expression, silent: Bool)
    /// The target is a name, an index or a field expression.
    case assignment(target: Expression, value: Expression, silent: Bool)
    /// `fn name(...) = ...`: an assignment of a function that can call itself.
    case function(Name, FunctionLiteral)
    case `return`(Expression?)
    /// The `if` and `else if` branches in order, then the `else` block.
    case `if`([(condition: Expression, body: [Statement])], otherwise: [Statement]?)
    case `for`(variable: Name, sequence: Expression, body: [Statement])
    case `while`(condition: Expression, body: [Statement])
    case `break`
    case `continue`
    case assert(Expression, message: Expression?)
    /// `include "path"`, with the path and its location.
    case include(String, SourceRange)
  }
}

public struct Expression: Sendable {
  public let kind: Kind
  /// The location, including enclosing parentheses.
  public let range: SourceRange

  public init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  public indirect enum Kind: Sendable {
    case number(Double)
    case string([StringPart])
    case boolean(Bool)
    case none
    case name(String)
    case list([Expression])
    /// `lower..upper` or `lower..upper step by`. Both ends are included.
    case range(lower: Expression, upper: Expression, step: Expression?)
    case unary(Operator, Expression)
    /// Includes `and` and `or`, which evaluate the right operand only if the left one does not decide the result.
    case binary(Operator, Expression, Expression)
    /// `f(a, name: b)`. The arguments of `x |> f(a)` begin with `x`, marked as piped; `x |> f` becomes `f(x)`.
    case call(Expression, [Argument])
    case index(Expression, Expression)
    case field(Expression, Name)
    case function(FunctionLiteral)
  }
}

public enum StringPart: Sendable {
  case text(String)
  case interpolation(Expression)
}

public struct Argument: Sendable {
  /// The name before the `:`, or nil for a positional argument.
  public let name: Name?
  public let value: Expression
  /// A Boolean value that indicates whether the argument is the left side of a `|>`.
  public let isPiped: Bool

  public init(name: Name? = nil, value: Expression, isPiped: Bool = false) {
    self.name = name
    self.value = value
    self.isPiped = isPiped
  }
}

/// The parameters and the body of a function.
public struct FunctionLiteral: Sendable {
  public let parameters: [FunctionParameter]
  /// The statements of the body. `= expression` is stored as a single return statement.
  public let body: [Statement]
  /// The location, from `fn` to the end of the body.
  public let range: SourceRange

  public init(parameters: [FunctionParameter], body: [Statement], range: SourceRange) {
    self.parameters = parameters
    self.body = body
    self.range = range
  }
}

/// A parameter, written `name` or `name: default`.
public struct FunctionParameter: Sendable {
  public let name: Name
  /// The default value, or nil if the argument is required.
  public let standard: Expression?

  public init(name: Name, standard: Expression? = nil) {
    self.name = name
    self.standard = standard
  }
}

/// The operators. Their precedence and associativity are defined in `OperatorTable`.
public enum Operator: String, Hashable, Sendable, CaseIterable {
  case or, and, not
  case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%", power = "^"
}
