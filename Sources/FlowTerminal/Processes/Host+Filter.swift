// SPDX-License-Identifier: GPL-3.0-or-later
import CSystem
import FlowRuntime
import Glibc

/// Runs a program and waits for it. The program can only compute, because its input may be untrusted. Its streams are
/// files in memory, so that neither side waits for the other to read.
@Sendable func runFilter(_ command: [String], _ input: String) throws(HostFailure) -> FilterResult {
  var files: [UnsafeMutablePointer<FILE>] = []
  defer { for file in files { fclose(file) } }
  for _ in 0..<3 { files.append(try scratchFile()) }
  let bytes = Array(input.utf8)
  guard fwrite(bytes, 1, bytes.count, files[0]) == bytes.count, fflush(files[0]) == 0 else { throw systemFailure() }
  rewind(files[0])
  let child = try ChildProcess(confined: command, environment: filterEnvironment, streams: files.map { fileno($0) })
  guard let child else { return .missing }
  let status = try child.exitStatus(of: command[0])
  return FilterResult(
    output: contents(files[1]), errors: String(decoding: contents(files[2]), as: UTF8.self), status: status)
}

/// The variables that a program needs to find its libraries and fonts. Variables specific to the program are left out,
/// because they might name start-up files or shells. The locale is fixed, so that numbers and characters do not depend
/// on the user's.
private var filterEnvironment: [(name: String, value: String)] {
  let names = [
    "PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "GDFONTPATH", "GNUPLOT_DRIVER_DIR", "FONTCONFIG_FILE",
    "FONTCONFIG_PATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS",
  ]
  return names.compactMap { name in variable(name).map { (name, $0) } } + [("LC_ALL", "C.UTF-8")]
}

/// Opens a file in memory that no other program inherits.
private func scratchFile() throws(HostFailure) -> UnsafeMutablePointer<FILE> {
  let descriptor = gf_open_scratch()
  guard descriptor >= 0, let file = fdopen(descriptor, "w+") else { throw systemFailure() }
  return file
}

private func contents(_ file: UnsafeMutablePointer<FILE>) -> [UInt8] {
  fseek(file, 0, SEEK_END)
  let count = max(0, ftell(file))
  rewind(file)
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
    read = fread(buffer.baseAddress, 1, count, file)
  }
}
