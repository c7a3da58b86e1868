// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowText
import Glibc

extension Host {
  /// The streams, files, folders, commands and clock of this machine; what the program's options decide is handed in.
  public static func system(
    usesColour: Bool, stopReason: @escaping @Sendable () -> StopReason?, isSafe: Bool, arguments: [String]
  ) -> Host {
    Host(
      output: { text throws(HostFailure) in try SystemStream.output.write(text, showingControls: isSafe) },
      page: { text throws(HostFailure) in isSafe ? false : try Pager.show(text) }, note: { FlowShell.note($0) },
      transient: { SystemStream.error.replaceLine(by: $0) }, noteWidth: { SystemStream.error.redrawWidth },
      width: { SystemStream.output.width }, height: { SystemStream.output.height }, usesColour: { usesColour },
      usesUnicode: { localeUsesUnicode() }, readFile: readSystemFile,
      writeFile: { path, bytes throws(HostFailure) in
        try FileWriter(isStopped: { stopReason() != nil }).write(bytes, to: try expanded(path))
      },
      pipe: runCommand,
      filter: runFilter, list: listFolder, clock: monotonicSeconds,
      stopReason: stopReason, isSafe: isSafe, arguments: arguments)
  }
}

/// The path as the system takes it: `~/x` with the home folder put in. A NUL would end it early.
private func expanded(_ path: String) throws(HostFailure) -> String {
  if path.utf8.contains(0) { throw .system("there is a NUL character in it") }
  guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
  return String(cString: home) + path.dropFirst()
}

@Sendable private func readSystemFile(_ path: String, _ limit: Int) throws(HostFailure) -> [UInt8] {
  do throws(FileError) {
    return try ContentReader(path).readAll(limit: limit)
  } catch {
    throw .system(error.reason, hint: error.hint)
  }
}

@Sendable private func listFolder(_ folder: String) -> [String] {
  guard let stream = (try? expanded(folder)).flatMap({ opendir($0.isEmpty ? "." : $0) }) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(entry.pointee.d_type == UInt8(DT_DIR) ? name + "/" : name) }
  }
  return names.sorted()
}

@Sendable private func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
