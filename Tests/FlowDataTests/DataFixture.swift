// SPDX-License-Identifier: GPL-3.0-or-later
import CZlib
import FlowData
import Foundation

/// A temporary folder for the files of a test. It is removed with its content at the end.
final class DataFolder {
  let path: String

  init() {
    var template = Array("/tmp/gradflow-data-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/nowhere"
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a plain file.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let file = path + "/" + name
    guard let handle = fopen(file, "wb") else { return file }
    fwrite(bytes, 1, bytes.count, handle)
    fclose(handle)
    return file
  }

  @discardableResult
  func write(_ name: String, _ text: String) -> String {
    write(name, Array(text.utf8))
  }

  /// Writes a gzipped file.
  @discardableResult
  func gzip(_ name: String, _ bytes: [UInt8]) -> String {
    let file = path + "/" + name
    guard let handle = gzopen(file, "wb") else { return file }
    gzwrite(handle, bytes, UInt32(bytes.count))
    gzclose(handle)
    return file
  }

  func makeFolder(_ name: String) {
    var made = path
    for part in name.split(separator: "/") {
      made += "/" + part
      mkdir(made, 0o755)
    }
  }

  func bytes(_ file: String) -> [UInt8] {
    guard let handle = fopen(file, "rb") else { return [] }
    defer { fclose(handle) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(handle), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
  }
}

/// Returns the error that `read` throws, or nil.
func dataError(_ read: () throws(DataError) -> DataSet) -> DataError? {
  do throws(DataError) {
    _ = try read()
    return nil
  } catch {
    return error
  }
}

/// Returns the bytes of an IDX file.
func idxBytes(_ dimensions: [Int], _ values: [UInt8], magic: [UInt8] = [0, 0, 8]) -> [UInt8] {
  magic + [UInt8(dimensions.count)]
    + dimensions.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } } + values
}
