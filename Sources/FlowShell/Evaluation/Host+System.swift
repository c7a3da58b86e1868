// SPDX-License-Identifier: GPL-3.0-or-later
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
      usesUnicode: { localeUsesUnicode() }, readFile: readSystemFile, writeFile: writeSystemFile, pipe: runCommand,
      filter: runFilter, list: listFolder, clock: monotonicSeconds,
      stopReason: stopReason, isSafe: isSafe, arguments: arguments)
  }
}

/// What errno says.
func systemFailure() -> HostFailure { .system(String(cString: strerror(errno))) }

/// The path as the system takes it: `~/x` with the home folder put in. A NUL would end it early.
private func expanded(_ path: String) throws(HostFailure) -> String {
  if path.utf8.contains(0) { throw .system("there is a NUL character in it") }
  guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
  return String(cString: home) + path.dropFirst()
}

@Sendable private func readSystemFile(_ path: String) throws(HostFailure) -> [UInt8] {
  guard let file = fopen(try expanded(path), "rb") else { throw systemFailure() }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  let chunk = 1 << 16
  while true {
    let read = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
      count = fread(buffer.baseAddress, 1, chunk, file)
    }
    bytes += read
    if read.count < chunk { break }
  }
  if ferror(file) != 0 { throw systemFailure() }
  return bytes
}

/// Writes beside and renames, so that a reader sees the old file or the new one and never half of it. A link stays, and
/// the file it leads to keeps its permissions.
@Sendable private func writeSystemFile(_ path: String, _ bytes: [UInt8]) throws(HostFailure) {
  var target = try expanded(path)
  if let real = realpath(target, nil) {
    target = String(cString: real)
    free(real)
  }
  var old = stat()
  let isThere = stat(target, &old) == 0
  guard !isThere || old.st_mode & S_IFMT == S_IFREG else { return try overwriteDevice(target, bytes) }
  let draft = "\(target).\(getpid()).part"
  guard let file = fopen(draft, "wb") else {
    let folder = target.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    if errno == ENOENT, !folder.isEmpty { throw .system("there is no folder '\(folder)'") }
    throw systemFailure()
  }
  if isThere { fchmod(fileno(file), old.st_mode & 0o7777) }
  let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
  guard fclose(file) == 0, isWritten, rename(draft, target) == 0 else {
    let failure = systemFailure()
    unlink(draft)
    throw failure
  }
}

/// Writes into what is no plain file, such as a terminal or a pipe.
private func overwriteDevice(_ path: String, _ bytes: [UInt8]) throws(HostFailure) {
  guard let file = fopen(path, "wb") else { throw systemFailure() }
  let bytes = isatty(fileno(file)) == 1 ? Array(StyledText(String(decoding: bytes, as: UTF8.self)).shown.utf8) : bytes
  let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
  guard fclose(file) == 0, isWritten else { throw systemFailure() }
}

@Sendable private func runCommand(_ command: String, _ input: String) throws(HostFailure) {
  if command.utf8.contains(0) { throw .system("there is a NUL character in it") }
  guard let stream = popen(command, "w") else { throw systemFailure() }
  // A command that reads only the head of its input closes the pipe: that is no failure of ours.
  let bytes = Array(input.utf8)
  fwrite(bytes, 1, bytes.count, stream)
  let status = pclose(stream)
  if status == -1 { throw systemFailure() }
  let exitStatus = (status >> 8) & 0xFF
  if status & 0x7F != 0 { throw .system("the command was ended by signal \(status & 0x7F)") }
  if exitStatus != 0 { throw .system("the command ended with status \(exitStatus)") }
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
