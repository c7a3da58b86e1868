// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What can be wrong with a data set or the file it comes from: what, where, and how to mend it.
public enum DataError: Error, Sendable, Equatable {
  // Files.
  case missingFile(path: String)
  case unreadable(path: String, reason: String)
  case missingShipped(name: String, searched: [String])
  case missingPackage(package: String, searched: [String])
  case emptyFile(path: String)
  case notGzip(path: String)
  case truncatedGzip(path: String, bytes: Int)
  case corruptGzip(path: String, detail: String)
  // IDX.
  case wrongMagic(path: String, found: [UInt8])
  case wrongDimensions(path: String, found: Int, expected: String)
  case wrongSize(path: String, expected: Int, found: Int)
  case unequalCounts(images: Int, labels: Int)
  // CSV.
  case notText(path: String, encoding: String)
  case noColumns(path: String)
  case noRows(path: String)
  case unnamedColumn(path: String, column: Int)
  case repeatedColumn(path: String, name: String)
  case unknownTarget(path: String, name: String, columns: [String])
  case raggedRow(path: String, line: Int, expected: Int, found: Int)
  case badQuote(path: String, line: Int, column: Int)
  case openQuote(path: String, line: Int, column: Int)
  case missingValue(path: String, line: Int, column: String)
  case notNumber(path: String, line: Int, column: String, text: String)
  case mixedTarget(path: String, line: Int, column: String, text: String)
  case stopped(path: String)
  // Verbs and generators.
  case noSamples(name: String, asked: Int)
  case emptyPart(name: String, fraction: Double, samples: Int)
  case unlikeInputs(name: String, inputs: Int, other: String, otherInputs: Int)
  case tooLarge(name: String, values: Double, limit: Int)
  case outOfMemory(MemoryRefusal)
}

extension DataError {
  /// What is wrong and where, without a full stop.
  public var message: String {
    switch self {
    case .missingFile(let path): "there is no file '\(path)'"
    case .stopped(let path): "reading '\(path)' was stopped"
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    case .missingShipped(let name, _): "the data file '\(name)', which comes with the program, is not found"
    case .missingPackage(let package, _): "the files of the package '\(package)' are not installed"
    case .emptyFile(let path): "'\(path)' is empty"
    case .notGzip(let path): "'\(path)' is named .gz but is no gzip file"
    case .truncatedGzip(let path, let bytes): "'\(path)' is cut off: its gzip data end after \(bytes) bytes of content"
    case .corruptGzip(let path, let detail): "'\(path)' is damaged: \(detail)"
    case .wrongMagic(let path, let found):
      "'\(path)' is no IDX file of bytes: it begins with \(DataError.hex(found)), expected 00 00 08"
    case .wrongDimensions(let path, let found, let expected):
      "'\(path)' has \(DataError.count(found, "dimension")), expected \(expected)"
    case .wrongSize(let path, let expected, let found):
      "'\(path)' is \(found < expected ? "too short" : "too long"): its header announces \(expected) bytes in all, "
        + "it has \(found)"
    case .unequalCounts(let images, let labels):
      "there are \(DataError.count(images, "image")) but \(DataError.count(labels, "label"))"
    case .notText(let path, let encoding): "'\(path)' is no UTF-8 text: it looks like \(encoding)"
    case .noColumns(let path): "'\(path)' has no column beside the target"
    case .noRows(let path): "'\(path)' has a header but no rows"
    case .unnamedColumn(let path, let column): "'\(path)' line 1: column \(column) has no name"
    case .repeatedColumn(let path, let name): "'\(path)' line 1: two columns are named '\(name)'"
    case .unknownTarget(let path, let name, _): "'\(path)' has no column '\(name)'"
    case .raggedRow(let path, let line, let expected, let found):
      "'\(path)' line \(line): \(DataError.count(found, "field")), expected \(expected) as in the header"
    case .badQuote(let path, let line, let column):
      "'\(path)' line \(line), field \(column): a quote stands where none may stand"
    case .openQuote(let path, let line, let column):
      "'\(path)' line \(line), field \(column): the quote is never closed"
    case .missingValue(let path, let line, let column): "'\(path)' line \(line): no value in column '\(column)'"
    case .notNumber(let path, let line, let column, let text):
      "'\(path)' line \(line), column '\(column)': '\(DataError.short(text))' is no finite number"
    case .mixedTarget(let path, let line, let column, let text):
      "'\(path)': the target column '\(column)' has both numbers and text, such as '\(DataError.short(text))' in line "
        + "\(line)"
    case .noSamples(let name, let asked): "cannot take \(asked) samples of \(name)"
    case .emptyPart(let name, let fraction, let samples):
      "a share of \(fraction) does not part the \(DataError.count(samples, "sample")) of \(name) into two parts"
    case .unlikeInputs(let name, let inputs, let other, let otherInputs):
      "\(name) has \(DataError.count(inputs, "input")) but \(other) has \(otherInputs)"
    case .tooLarge(let name, let values, let limit):
      "\(name) would hold \(DataError.whole(values)) numbers, more than the limit of \(limit)"
    case .outOfMemory(let refusal): refusal.message
    }
  }

  /// How to mend it; nil where the message says all.
  public var hint: String? {
    switch self {
    case .missingFile: "a name that does not begin with / is looked for in the working directory"
    case .missingShipped(_, let searched):
      "looked in " + searched.joined(separator: ", ") + "; set GRADFLOW_DATA to the folder that holds it"
    case .missingPackage(let package, let searched):
      "install it with 'apt-get install \(package)'; looked in " + searched.joined(separator: ", ")
    case .notGzip: "take .gz off its name if it is not compressed"
    case .truncatedGzip, .corruptGzip: "fetch the file again, then check it with 'gzip -t'"
    case .wrongMagic: "the first argument takes the images, the second the labels, both in IDX format"
    case .wrongDimensions: "the first argument takes the images, the second the labels"
    case .wrongSize: "fetch the file again"
    case .unequalCounts: "give images and labels of the same set"
    case .notText: "convert it with 'iconv -t UTF-8'"
    case .noColumns: "a data set needs at least one input column"
    case .unnamedColumn, .repeatedColumn: "the first line must give every column a name of its own"
    case .unknownTarget(_, _, let columns): "the columns are " + DataError.list(columns)
    case .raggedRow: "fields that contain the separator or a line end stand in double quotes"
    case .badQuote: "a quote inside a field is written twice, and the field stands in quotes"
    case .openQuote: "close it with a double quote"
    case .missingValue: "fill the value in or delete the line"
    case .notNumber: "inputs must be numbers; delete the column or write its text as numbers"
    case .mixedTarget: "mend the line, or give 'classes: true' to take every text as a class"
    case .noSamples: "give a number of at least 1"
    case .emptyPart: "give a share between 0 and 1 that leaves both parts a sample"
    case .unlikeInputs: "both sets need the same inputs"
    case .tooLarge: "ask for fewer samples or narrower ones"
    case .unreadable, .emptyFile, .noRows, .stopped, .outOfMemory: nil
    }
  }

  /// The names that would have been right, for a suggestion beside a misspelt one.
  public var candidates: [String] {
    if case .unknownTarget(_, _, let columns) = self { columns } else { [] }
  }
}

extension DataError {
  /// Throws if the system refuses the given number of bytes.
  static func requireMemory(_ bytes: Double) throws(DataError) {
    do throws(MemoryRefusal) {
      try FlowMath.requireMemory(bytes)
    } catch {
      throw .outOfMemory(error)
    }
  }
}

/// Words in messages.
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

  private static func short(_ text: String) -> String {
    text.count > 40 ? text.prefix(40) + "…" : text
  }

  private static func list(_ names: [String]) -> String {
    names.count <= 20
      ? names.joined(separator: ", ")
      : names.prefix(10).joined(separator: ", ") + " … " + names.suffix(5).joined(separator: ", ")
        + " (\(names.count) in all)"
  }
}
