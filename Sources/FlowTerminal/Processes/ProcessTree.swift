// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// The descendants of a process.
///
/// A descendant whose parent has ended is not found, because the system does not record where it came from.
enum ProcessTree {
  /// Returns a process and all its descendants.
  static func members(of root: pid_t) -> [pid_t] {
    let children = Dictionary(grouping: processes()) { parent(of: $0) }
    var members = [root]
    var next = 0
    while next < members.count {
      members += children[members[next]] ?? []
      next += 1
    }
    return members
  }

  private static func processes() -> [pid_t] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var numbers: [pid_t] = []
    while let entry = readdir(folder) {
      let number = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { pid_t(String(cString: $0)) }
      }
      if let number { numbers.append(number) }
    }
    return numbers
  }

  /// Returns the parent of a process, or nil if the process has ended.
  private static func parent(of process: pid_t) -> pid_t? {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = read(file, &bytes, bytes.count)
    // The program's name is in parentheses and may contain any character. It is followed by the state and the parent.
    guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[(end + 1)..<count].split(separator: UInt8(ascii: " "), maxSplits: 2)
    return fields.count > 1 ? pid_t(String(decoding: fields[1], as: UTF8.self)) : nil
  }
}
