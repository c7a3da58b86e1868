// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Runs a program and waits for it. Its streams are files without names, so that neither side ever waits for the other
/// to read.
@Sendable func runFilter(_ command: [String], _ input: String) throws(HostFailure) -> FilterResult {
  let files = (0..<3).compactMap { _ in tmpfile() }
  defer { for file in files { fclose(file) } }
  guard files.count == 3 else { throw systemFailure() }
  let bytes = Array(input.utf8)
  guard fwrite(bytes, 1, bytes.count, files[0]) == bytes.count, fflush(files[0]) == 0 else { throw systemFailure() }
  rewind(files[0])
  guard let child = try ChildProcess(command, streams: files.map { fileno($0) }, group: .own) else { return .missing }
  let status = try child.exitStatus(of: command[0])
  return FilterResult(
    output: contents(files[1]), errors: String(decoding: contents(files[2]), as: UTF8.self), status: status)
}

private func contents(_ file: UnsafeMutablePointer<FILE>) -> [UInt8] {
  fseek(file, 0, SEEK_END)
  let count = max(0, ftell(file))
  rewind(file)
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
    read = fread(buffer.baseAddress, 1, count, file)
  }
}
