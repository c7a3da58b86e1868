// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Host {
  /// A host that discards all output and has no files.
  package static let silent = Host(
    output: { _ in }, note: { _ in },
    readFile: { _, _ throws(HostFailure) in throw .system("there are no files here") },
    writeFile: { _, _ in }, pipe: { _, _ in }, clock: { 0 })
}

/// Text that any thread can append to.
final class Collected: Sendable {
  private let pieces = Guarded("")

  func append(_ piece: String) { pieces.withLock { $0 += piece } }
  var text: String { pieces.withLock { $0 } }
}
