// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc

extension CSVScanner {
  /// Throws if bytes are UTF-16 or not text at all.
  package static func checkText(_ bytes: [UInt8], _ path: String) throws(DataError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw .notText(path: path, encoding: "UTF-16")
    }
    let hasZero = bytes.withUnsafeBytes { bytes in
      let piece = 1 << 24
      return stride(from: 0, to: bytes.count, by: piece).untilStopped.contains { start in
        memchr(bytes.baseAddress! + start, 0, min(piece, bytes.count - start)) != nil
      }
    }
    if hasZero {
      throw .notText(path: path, encoding: "binary data")
    }
  }
}
