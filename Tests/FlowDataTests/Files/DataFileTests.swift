// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Glibc
import Testing

/// Files that cannot be read as tables.
@Suite struct DataFileTests {
  let folder = DataFolder()

  private func error(_ path: String) -> DataError? {
    dataError { () throws(DataError) in try DataSet.csv(path: path, target: "y") }
  }

  /// A table of digits that compress poorly, so that the file has many blocks.
  private var table: [UInt8] {
    var text = "a,y\n"
    var state: UInt32 = 1
    for _ in 0..<20_000 {
      state = state &* 1_664_525 &+ 1_013_904_223
      text += "\(state),1\n"
    }
    return Array(text.utf8)
  }

  @Test func reportsAMissingFile() {
    let path = folder.path + "/none.csv"
    #expect(error(path) == .file(path: path, .missing))
    let below = folder.write("file", "x") + "/none.csv"
    #expect(error(below) == .file(path: below, .missing))
  }

  @Test func rejectsAFolder() {
    #expect(error(folder.path) == .file(path: folder.path, .unreadable(reason: "it is a folder")))
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may read everything"))
  func reportsAnUnreadableFile() {
    let path = folder.write("locked.csv", "a,y\n1,2\n")
    chmod(path, 0)
    #expect(error(path) == .file(path: path, .unreadable(reason: "Permission denied")))
  }

  @Test func rejectsPlainContentWithAGzipName() {
    let path = folder.write("plain.csv.gz", "a,y\n1,2\n")
    #expect(error(path) == .file(path: path, .notGzip))
  }

  @Test(arguments: [0.9, 0.5, 0.01])
  func reportsATruncatedFile(_ share: Double) {
    let whole = folder.bytes(folder.gzip("whole.csv.gz", table))
    let path = folder.write("cut.csv.gz", Array(whole.prefix(Int(Double(whole.count) * share))))
    guard case .file(path, .truncatedGzip(let bytes)) = error(path) else {
      Issue.record("\(String(describing: error(path)))")
      return
    }
    // The error reports all bytes that could be unpacked, however few.
    #expect(bytes < table.count && bytes > Int(Double(table.count) * share * 0.9) - 5000)
    #expect(error(path)?.hint?.contains("gzip -t") == true)
  }

  /// Without the last byte, the length at the end of the file is incomplete, but the content is complete.
  @Test func reportsAMissingLastByte() {
    let whole = folder.bytes(folder.gzip("whole.csv.gz", table))
    let path = folder.write("cut.csv.gz", Array(whole.dropLast()))
    guard case .file(_, .truncatedGzip) = error(path) else {
      Issue.record("\(String(describing: error(path)))")
      return
    }
  }

  /// Flips a bit in the content, or in the checksum at the end.
  @Test(arguments: [0.5, 1.0])
  func reportsADamagedFile(_ share: Double) {
    var bytes = folder.bytes(folder.gzip("whole.csv.gz", table))
    bytes[Int(Double(bytes.count - 6) * share)] ^= 0x10
    let path = folder.write("damaged.csv.gz", bytes)
    guard case .file(path, .corruptGzip(let detail)) = error(path) else {
      Issue.record("\(String(describing: error(path)))")
      return
    }
    #expect(!detail.isEmpty && !detail.contains(folder.path))
  }

  @Test func readsGzipContentWithAPlainName() throws {
    let path = folder.gzip("packed.csv", Array("a,y\n1,2\n".utf8))
    #expect(try DataSet.csv(path: path, target: "y").inputLists == [[1]])
  }

  @Test func rejectsAnEmptyFile() {
    for path in [folder.write("e.csv", ""), folder.gzip("e.csv.gz", [])] {
      #expect(error(path) == .emptyFile(path: path))
    }
  }
}
