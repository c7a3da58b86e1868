// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import ReaderProperties

/// Runs libFuzzer, which calls the function with bytes of its choice until something breaks.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The reader that the variable READER names.
private let reader: ReaderProperties = {
  guard let name = getenv("READER").map({ String(cString: $0) }), let reader = ReaderProperties(rawValue: name) else {
    fatalError("READER must be one of \(ReaderProperties.allCases.map(\.rawValue).joined(separator: ", "))")
  }
  return reader
}()

/// A broken property ends the program, as a trap does. libFuzzer's own main function, which is linked but not used, needs
/// this name.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  if let broken = reader.broken(by: Array(UnsafeBufferPointer(start: bytes, count: count))) { fatalError(broken) }
  return 0
}

@main
enum Fuzz {
  static func main() {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(runDriver(&count, &arguments) { test($0, $1) })
  }
}
