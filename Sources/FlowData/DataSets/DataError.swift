// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// An error in a data set or in the file that it comes from.
public enum DataError: Error, Sendable, Equatable {
  // Files.
  case file(path: String, FileError)
  case missingShipped(name: String, searched: [String])
  case missingPackage(package: String, searched: [String])
  case emptyFile(path: String)
  // IDX.
  case wrongMagic(path: String, found: [UInt8])
  case wrongDimensions(path: String, found: Int, expected: String)
  case wrongSize(path: String, expected: Int, found: Int)
  case wrongShape(path: String, dimensions: [Int])
  case unequalCounts(images: Int, labels: Int)
  // CSV.
  case notText(path: String, encoding: String)
  case damagedText(path: String, line: Int, column: Int)
  case unnamedColumn(path: String, column: Int)
  case raggedRow(path: String, line: Int, expected: Int, found: Int)
  case badQuote(path: String, line: Int, column: Int)
  case openQuote(path: String, line: Int, column: Int)
  case longField(path: String, line: Int, column: Int, limit: Int)
  case secondTable(path: String, line: Int)
  /// A line with another number of fields, or a header above such a line, that begins like a comment.
  case comment(path: String, line: Int)
  case tooManyColumns(path: String, limit: Int)
  // Tables from files, and with nil as path tables in memory. There, `line` is the number of the row.
  case noColumns(path: String?)
  case noRows(path: String?)
  case noCompleteRows(path: String?, rows: Int)
  case repeatedColumn(path: String?, name: String)
  case unequalColumns(String, Int, String, Int)
  case noTarget(path: String?, columns: [String])
  case unknownTarget(path: String?, name: String, columns: [String])
  case conflictingColumn(name: String)
  case severalClassTargets([String])
  case missingValue(path: String?, line: Int, column: String)
  case emptyColumn(path: String?, column: String)
  /// A text in a column of which the rows above, or if it is in the first row, the next one, have numbers.
  case strayText(path: String?, line: Int, column: String, text: String, isFirst: Bool)
  case notNumber(path: String?, line: Int, column: String, text: String)
  case textTarget(path: String?, line: Int, column: String, text: String)
  case mixedTarget(path: String?, line: Int, column: String, text: String)
  case notClass(path: String?, line: Int, column: String, text: String, classes: ClassChoice)
  case tooManyRows(path: String?)
  case tooManyClasses(path: String?, column: String, count: Int, limit: Int)
  case tooManyTexts(path: String?, column: String, count: Int, limit: Int)
  // Scaling.
  case classTargets(name: String)
  case unlikeTargets(name: String, targets: Int, other: Int)
  case wrongFactors(part: String, expected: Int, found: Int)
  case badFactor(part: String, factor: Double)
  // Tables like those of a data set.
  case missingInput(data: String, input: String, columns: [String])
  case unknownText(line: Int, column: String, text: String, known: [String])
  // Verbs and generators.
  case noSamples(name: String, asked: Int)
  case emptyPart(name: String, fraction: Double, samples: Int)
  case unlikeInputs(name: String, inputs: Int, other: String, otherInputs: Int)
  case tooLarge(name: String, values: Double, limit: Int)
  case outOfMemory(MemoryRefusal)
  case stopped
}

extension DataError {
  /// A description of the error and its place, without a full stop at the end.
  public var message: String {
    switch self {
    case .file(let path, let error): "cannot read '\(path)': \(error.reason)"
    case .missingShipped(let name, _): "cannot find the data file '\(name)', which comes with the program"
    case .missingPackage(let package, _): "the files of the package '\(package)' are not installed"
    case .emptyFile(let path): "'\(path)' is empty"
    case .wrongMagic(let path, let found):
      "'\(path)' is not an IDX file of bytes: it begins with \(DataError.hex(found)), expected 00 00 08"
    case .wrongDimensions(let path, let found, let expected):
      "'\(path)' has \(DataError.count(found, "dimension")), expected \(expected)"
    case .wrongSize(let path, let expected, let found):
      "'\(path)' is \(found < expected ? "too short" : "too long"): its header implies \(expected) bytes in all, but "
        + "it has \(found)"
    case .wrongShape(let path, let dimensions):
      "'\(path)': the dimensions in its header, "
        + dimensions.prefix(8).map(String.init).joined(separator: " x ") + (dimensions.count > 8 ? " x …" : "")
        + ", are too large for a data set"
    case .unequalCounts(let images, let labels):
      "there are \(DataError.count(images, "image")) but \(DataError.count(labels, "label"))"
    case .notText(let path, let encoding): "'\(path)' is not UTF-8 text: it looks like \(encoding)"
    case .damagedText(let path, let line, let column):
      "'\(path)' line \(line), field \(column): the text is not UTF-8"
    case .unnamedColumn(let path, let column): "'\(path)' line 1: column \(column) has no name"
    case .raggedRow(let path, let line, let expected, let found):
      "'\(path)' line \(line): \(DataError.count(found, "field")), expected \(expected) as in the header"
    case .badQuote(let path, let line, let column):
      "'\(path)' line \(line), field \(column): unexpected quote"
    case .openQuote(let path, let line, let column):
      "'\(path)' line \(line), field \(column): the quote is never closed"
    case .longField(let path, let line, let column, let limit):
      "'\(path)' line \(line), field \(column): the field is longer than \(limit) bytes"
    case .secondTable(let path, let line): "'\(path)' line \(line): a second table begins after empty lines"
    case .comment(let path, let line):
      "'\(path)' line \(line) begins with #, like a comment, and is no row of the table"
    case .tooManyColumns(let path, let limit): "'\(path)' line 1: there are more than \(limit) columns"
    case .noColumns(let path): "\(DataError.table(path)) has no column other than the target"
    case .noRows(let path): path.map { "'\($0)' has a header but no rows" } ?? "there are no rows"
    case .noCompleteRows(let path, let rows):
      "\(DataError.table(path)) has a missing value in every one of its \(DataError.count(rows, "row"))"
    case .repeatedColumn(let path, let name):
      (path.map { "'\($0)' line 1: " } ?? "") + "two columns are named '\(name.shortened)'"
    case .unequalColumns(let name, let rows, let other, let otherRows):
      "column '\(name.shortened)' has \(DataError.count(rows, "value")) but '\(other.shortened)' has \(otherRows)"
    case .noTarget(let path, _): "no target: \(DataError.table(path)) needs a column to predict"
    case .unknownTarget(let path, let name, _): "\(DataError.table(path)) has no column '\(name.shortened)'"
    case .conflictingColumn(let name): "column '\(name.shortened)' is named twice in target, drop and one_hot"
    case .severalClassTargets(let names):
      "the \(names.count) target columns cannot be classes; only a single target can"
    case .missingValue(let path, let line, let column):
      "\(DataError.place(path, line)): no value in column '\(column.shortened)'"
    case .emptyColumn(let path, let column):
      "\(DataError.table(path)) has no values in column '\(column.shortened)'"
    case .notNumber(let path, let line, let column, let text), .strayText(let path, let line, let column, let text, _):
      "\(DataError.place(path, line)), column '\(column.shortened)': '\(text.shortened)' is not a finite number"
    case .textTarget(let path, let line, let column, let text):
      "\(DataError.place(path, line)), target column '\(column.shortened)': '\(text.shortened)' is not a finite number"
    case .mixedTarget(let path, let line, let column, let text):
      (path.map { "'\($0)': " } ?? "") + "the target column '\(column.shortened)' has both numbers and text, such as "
        + "'\(text.shortened)' in \(path == nil ? "row" : "line") \(line)"
    case .notClass(let path, let line, let column, let text, let classes):
      "\(DataError.place(path, line)), column '\(column.shortened)': '\(text.shortened)' is not \(classes.member)"
    case .tooManyRows(let path):
      "\(DataError.table(path)) has more than \(Int32.max) rows, the maximum for a data set"
    case .tooManyClasses(let path, let column, let count, let limit):
      (path.map { "'\($0)': " } ?? "") + "the target column '\(column.shortened)' has \(count) distinct values, more "
        + "than the limit of \(limit) classes"
    case .tooManyTexts(let path, let column, let count, let limit):
      (path.map { "'\($0)': " } ?? "") + "column '\(column.shortened)' has \(count) distinct values, more than the "
        + "limit of \(limit) inputs"
    case .classTargets(let name): "the targets of \(name) are classes, which cannot be scaled"
    case .unlikeTargets(let name, let targets, let other):
      "\(name) has \(DataError.count(targets, "target")) but the other data set has \(other)"
    case .wrongFactors(let part, let expected, let found):
      "there are \(found) factors for \(expected) \(part)"
    case .badFactor(let part, let factor): "\(part) cannot be scaled by \(factor)"
    case .missingInput(let data, let input, _): "no column '\(input.shortened)', which is an input of \(data)"
    case .unknownText(let line, let column, let text, _):
      "row \(line), column '\(column.shortened)': the network was not trained on '\(text.shortened)'"
    case .noSamples(let name, let asked): "cannot take \(asked) samples from \(name)"
    case .emptyPart(let name, let fraction, let samples):
      "a fraction of \(fraction) does not split the \(DataError.count(samples, "sample")) of \(name) into two parts"
    case .unlikeInputs(let name, let inputs, let other, let otherInputs):
      "\(name) has \(DataError.count(inputs, "input")) but \(other) has \(otherInputs)"
    case .tooLarge(let name, let values, let limit):
      "\(name) would hold \(DataError.whole(values)) numbers, more than the limit of \(limit)"
    case .outOfMemory(let refusal): refusal.message
    case .stopped: "generating the data was stopped"
    }
  }

  /// How to fix the error, or nil if the message is sufficient.
  public var hint: String? {
    switch self {
    case .file(_, let error): error.hint
    case .missingShipped(_, let searched):
      "looked in " + searched.joined(separator: ", ") + "; set GRADFLOW_DATA to the folder that holds it"
    case .missingPackage(let package, let searched):
      "install it with 'apt-get install \(package)'; looked in " + searched.joined(separator: ", ")
    case .wrongMagic: "the first argument is the file of images, the second the file of labels, both in IDX format"
    case .wrongDimensions: "the first argument is the file of images, the second the file of labels"
    case .wrongSize, .wrongShape: "fetch the file again"
    case .unequalCounts: "use images and labels of the same set"
    case .notText: "convert it with 'iconv -t UTF-8'"
    case .damagedText: "convert the file to UTF-8; if it is Latin-1, use 'iconv -f latin1 -t utf-8'"
    case .noColumns: "a data set needs at least one input column"
    case .unnamedColumn(_, let column) where column > 1:
      "the first line must give every column a unique name; a separator at the end of a line makes an empty column"
    case .unnamedColumn:
      "the first line must give every column a unique name; pandas leaves out that of its index unless it writes the "
        + "file with index=False"
    case .repeatedColumn: "give every column a unique name"
    case .noTarget(_, let columns): "choose one or more with 'target'; the columns are " + DataError.list(columns)
    case .unknownTarget(_, _, let columns) where !columns.isEmpty && columns.allSatisfy({ Double($0) != nil }):
      "the first line must name the columns, but it has the numbers " + DataError.list(columns)
    case .unknownTarget(_, _, let columns): "the columns are " + DataError.list(columns)
    case .conflictingColumn: "name every column once"
    case .severalClassTargets: "leave out 'classes', or choose one target"
    case .raggedRow: "put fields that contain the separator or a line end in double quotes"
    case .badQuote: "put the field in double quotes, and double every quote inside it"
    case .openQuote: "close it with a double quote"
    case .longField: "check that every quote is closed and that the separator is the right one"
    case .tooManyColumns: "check that the separator is the right one, and that the lines end"
    case .comment: "use 'comment: \"#\"' to leave out the lines that begin with #"
    case .secondTable: "save each table to a file of its own, or remove the empty lines"
    case .missingValue: DataError.missingHint
    case .noCompleteRows: "use 'drop' to leave out the columns with missing values, or 'missing: mean'"
    case .emptyColumn(_, let column): "leave it out with 'drop: [\"\(column.shortened)\"]'"
    case .unequalColumns: "every column needs one value per sample"
    case .notNumber(let path, _, let column, let text):
      DataError.hint(column: column.shortened, text, isFile: path != nil)
    case .strayText(let path, let line, let column, let text, let isFirst):
      DataError.numberHint(column: column.shortened, text, isFile: path != nil)
        ?? (isFirst
          ? "use 'skip_lines: [\(line)]' if line \(line) contains units; the column has numbers below"
          : "the column has numbers above; fix the value, or remove the \(path == nil ? "row" : "line")")
    case .textTarget: "several targets must be numbers; for classes, choose one target column"
    case .tooManyClasses: "choose a target column with fewer distinct values"
    case .tooManyTexts(_, let column, _, _): "leave it out with 'drop: [\"\(column.shortened)\"]'"
    case .mixedTarget(_, _, _, let text) where MissingValues.areMeant(by: text):
      "fill in the value, or use 'missing: drop' or 'missing: mean', which leave out rows without a target"
    case .mixedTarget: "fix the line, or use 'classes: true' to make every distinct value a class"
    case .notClass(_, _, _, _, .count):
      "list the names instead, as in 'classes: [\"a\", \"b\"]' or 'classes: 1..10'"
    case .notClass(_, _, _, _, .names(let names)): "the classes are " + DataError.list(names)
    case .classTargets: "scale only the inputs"
    case .unlikeTargets: "both sets need the same number of targets"
    case .wrongFactors(let part, _, _): "use one number for all \(part), or a list with one number for each"
    case .badFactor: "use finite factors other than 0"
    case .missingInput(_, _, let columns): "the columns are " + DataError.list(columns)
    case .unknownText(_, _, _, let known): "the values of this column are " + DataError.list(known)
    case .noSamples: "use a number of at least 1"
    case .emptyPart: "use a fraction between 0 and 1 that leaves at least one sample in each part"
    case .unlikeInputs: "both sets need the same number of inputs"
    case .tooLarge: "use fewer or narrower samples"
    case .emptyFile, .noRows, .notClass, .tooManyRows, .outOfMemory, .stopped: nil
    }
  }

  /// The name that is not among the valid ones, or nil if that is not the error.
  public var unknownName: String? {
    if case .unknownTarget(_, let name, _) = self { name } else { nil }
  }

  /// The valid names, from which a correction of a misspelt one can be suggested.
  public var candidates: [String] {
    if case .unknownTarget(_, _, let columns) = self { columns } else { [] }
  }
}

/// Formatting of messages.
extension DataError {
  private static func table(_ path: String?) -> String { path.map { "'\($0)'" } ?? "the table" }

  private static func place(_ path: String?, _ line: Int) -> String {
    path.map { "'\($0)' line \(line)" } ?? "row \(line)"
  }

  private static let missingHint =
    "fill in the value, or use 'missing: drop' to leave out such rows or 'missing: mean' to use the mean of the column"

  /// Returns how to fix a text in a column of numbers.
  private static func hint(column: String, _ text: String, isFile: Bool) -> String {
    if MissingValues.areMeant(by: text) {
      return missingHint
    }
    if let hint = numberHint(column: column, text, isFile: isFile) { return hint }
    return "inputs must be numbers; use 'one_hot: [\"\(column)\"]' for one input per distinct value, or "
      + "'drop: [\"\(column)\"]' to leave the column out"
  }

  /// Returns how to fix a text that is meant as a number or a date, or nil if it is neither.
  private static func numberHint(column: String, _ text: String, isFile: Bool) -> String? {
    if text.wholeMatch(of: /\d{1,4}[-\/.]\d{1,2}[-\/.]\d{1,4}([T ].*)?/) != nil {
      return "dates cannot be inputs; use 'drop: [\"\(column)\"]' to leave the column out"
    }
    if isFile, CSVNotation.isDecimalComma(text) {
      return "use 'decimal: \",\"' if the comma is the decimal separator; numbers have no thousands separators"
    }
    if text.utf8.contains(UInt8(ascii: ",")), text.utf8.allSatisfy({ $0 < 64 && !$0.isBlank }) {
      return "numbers need a decimal point and no thousands separators"
    }
    if let sign = text.firstMatch(of: /[%$€£]/), text.contains(where: \.isNumber) {
      return "numbers are written without \(sign.output)"
    }
    return ["inf", "infinity"].contains(text.lowercased().drop { "+-".contains($0) })
      ? "fix the value, or remove the line" : nil
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func whole(_ number: Double) -> String {
    number < 1e15 ? String(Int(number)) : String(number)
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }

  private static func list(_ names: [String]) -> String {
    let names = names.map(\.shortened)
    return names.count <= 20
      ? names.listed
      : names.prefix(10).listed + " … " + names.suffix(5).listed
        + " (\(names.count) in all)"
  }
}

extension ClassChoice {
  /// A phrase for a single class.
  fileprivate var member: String {
    if case .count(let count) = self { "a whole number from 0 to \(count - 1)" } else { "one of the classes" }
  }
}

/// Calls `body`, which reads the file at `path`, and adds the path to any error.
func reading<Result>(_ path: String, _ body: () throws(FileError) -> Result) throws(DataError) -> Result {
  do throws(FileError) {
    return try body()
  } catch {
    throw .file(path: path, error)
  }
}
