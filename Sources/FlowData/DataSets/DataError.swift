// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

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
  case noColumns(path: String)
  case noRows(path: String)
  case unnamedColumn(path: String, column: Int)
  case repeatedColumn(path: String, name: String)
  case unknownTarget(path: String, name: String, columns: [String])
  case raggedRow(path: String, line: Int, expected: Int, found: Int)
  case badQuote(path: String, line: Int, column: Int)
  case openQuote(path: String, line: Int, column: Int)
  case longField(path: String, line: Int, column: Int, limit: Int)
  case missingValue(path: String, line: Int, column: String)
  case notNumber(path: String, line: Int, column: String, text: String)
  case mixedTarget(path: String, line: Int, column: String, text: String)
  case tooManyRows(path: String)
  case tooManyClasses(path: String, column: String, count: Int, limit: Int)
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
    case .tooManyRows(let path): "'\(path)' has more than \(Int32.max) rows, the maximum for a data set"
    case .tooManyClasses(let path, let column, let count, let limit):
      "'\(path)': the target column '\(column.shortened)' has \(count) different texts, more than the limit of "
        + "\(limit) classes"
    case .noColumns(let path): "'\(path)' has no column other than the target"
    case .noRows(let path): "'\(path)' has a header but no rows"
    case .unnamedColumn(let path, let column): "'\(path)' line 1: column \(column) has no name"
    case .repeatedColumn(let path, let name): "'\(path)' line 1: two columns are named '\(name.shortened)'"
    case .unknownTarget(let path, let name, _): "'\(path)' has no column '\(name)'"
    case .raggedRow(let path, let line, let expected, let found):
      "'\(path)' line \(line): \(DataError.count(found, "field")), expected \(expected) as in the header"
    case .badQuote(let path, let line, let column):
      "'\(path)' line \(line), field \(column): unexpected quote"
    case .openQuote(let path, let line, let column):
      "'\(path)' line \(line), field \(column): the quote is never closed"
    case .longField(let path, let line, let column, let limit):
      "'\(path)' line \(line), field \(column): the field is longer than \(limit) bytes"
    case .missingValue(let path, let line, let column):
      "'\(path)' line \(line): no value in column '\(column.shortened)'"
    case .notNumber(let path, let line, let column, let text):
      "'\(path)' line \(line), column '\(column.shortened)': '\(text.shortened)' is not a finite "
        + "number"
    case .mixedTarget(let path, let line, let column, let text):
      "'\(path)': the target column '\(column.shortened)' has both numbers and text, such as '\(text.shortened)' "
        + "in line \(line)"
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
    case .unnamedColumn, .repeatedColumn: "the first line must give every column a unique name"
    case .unknownTarget(_, _, let columns): "the columns are " + DataError.list(columns)
    case .raggedRow: "put fields that contain the separator or a line end in double quotes"
    case .badQuote: "put the field in double quotes, and double every quote inside it"
    case .openQuote: "close it with a double quote"
    case .longField: "check that every quote is closed and that the separator is the right one"
    case .missingValue: "fill in the value or delete the line"
    case .notNumber: "inputs must be numbers; delete the column or replace its text by numbers"
    case .tooManyClasses: "choose a target column with fewer distinct texts"
    case .mixedTarget: "fix the line, or use 'classes: true' to make every distinct text a class"
    case .noSamples: "use a number of at least 1"
    case .emptyPart: "use a fraction between 0 and 1 that leaves at least one sample in each part"
    case .unlikeInputs: "both sets need the same number of inputs"
    case .tooLarge: "use fewer or narrower samples"
    case .emptyFile, .noRows, .tooManyRows, .outOfMemory, .stopped: nil
    }
  }

  /// The valid names, from which a correction of a misspelt one can be suggested.
  public var candidates: [String] {
    if case .unknownTarget(_, _, let columns) = self { columns } else { [] }
  }
}

/// Formatting of messages.
extension DataError {
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
      ? names.joined(separator: ", ")
      : names.prefix(10).joined(separator: ", ") + " … " + names.suffix(5).joined(separator: ", ")
        + " (\(names.count) in all)"
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
