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
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (number, file) in files.enumerated() {
    posix_spawn_file_actions_adddup2(&actions, fileno(file), Int32(number))
  }
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  // Threads of ours may block signals that the program needs to be ended by.
  var noSignals = sigset_t()
  sigemptyset(&noSignals)
  posix_spawnattr_setsigmask(&attributes, &noSignals)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
  var arguments = command.map { strdup($0) } + [nil]
  defer { for argument in arguments { free(argument) } }
  var process: pid_t = 0
  let failure = posix_spawnp(&process, command[0], &actions, &attributes, &arguments, environ)
  if failure == ENOENT { return .missing }
  if failure != 0 { throw .system(String(cString: strerror(failure))) }
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0 { if errno != EINTR { throw systemFailure() } }
  if status & 0x7F != 0 { throw .system("\(command[0]) was ended by signal \(status & 0x7F)") }
  return FilterResult(
    output: contents(files[1]), errors: String(decoding: contents(files[2]), as: UTF8.self),
    status: (status >> 8) & 0xFF)
}

private func contents(_ file: UnsafeMutablePointer<FILE>) -> [UInt8] {
  fseek(file, 0, SEEK_END)
  let count = max(0, ftell(file))
  rewind(file)
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
    read = fread(buffer.baseAddress, 1, count, file)
  }
}
