// SPDX-License-Identifier: GPL-3.0-or-later
import CSystem
import Glibc

/// Memory that the system, or the bound of `--safe`, refuses.
public struct MemoryRefusal: Error, Sendable, Equatable {
  /// The bytes that were wanted.
  public let bytes: Int
  /// The bytes that the process may use, if it is `--safe` that refuses more.
  public let bound: Int?

  /// Describes a refusal of the given number of bytes.
  public init(bytes: Int, bound: Int? = nil) {
    self.bytes = bytes
    self.bound = bound
  }

  /// What went wrong, without a full stop.
  public var message: String {
    guard let bound else { return "out of memory: the system could not provide another \(bytes.byteCount)" }
    return "this needs \(bytes.byteCount) more, beyond the \(bound >> 20) MiB allowed"
  }
}

/// Throws if the system, or the bound of `--safe`, would refuse the given number of bytes now.
///
/// Everything whose size the user chooses passes through here before it is made: Swift's own collections, and the many
/// buffers of a network, have no way to fail. Sizes below 1 MiB are never refused: they fit into the reserve of
/// `gf_memory_arm`.
/// - Parameter bytes: The size in bytes. A `Double` holds any product of counts.
public func requireMemory(_ bytes: Double) throws(MemoryRefusal) {
  guard bytes >= 0x1p20 else { return }
  let size = bytes < 0x1p62 ? Int(bytes) : 1 << 62
  try checkBound(size)
  // Nobody writes there, so this costs address space for a moment and no memory.
  let probe = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard let probe, probe != MAP_FAILED else { throw MemoryRefusal(bytes: size) }
  munmap(probe, size)
}

/// Throws an error of the caller's if the system, or the bound of `--safe`, would refuse the given number of bytes now.
public func requireMemory<Failure: Error>(
  _ bytes: Double, orThrow failure: (MemoryRefusal) -> Failure
) throws(Failure) {
  do throws(MemoryRefusal) {
    try requireMemory(bytes)
  } catch {
    throw failure(error)
  }
}

/// Returns memory aligned to a cache line. A large piece asks for large pages: products walk through rows that lie far
/// apart, and a record that grows is given fewer pages.
public func allocatePages(_ bytes: Int) -> UnsafeMutableRawPointer {
  let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: pageAlignment(bytes))
  adviseLargePages(memory, bytes)
  return memory
}

/// Like `allocatePages`, but throws if the system refuses the memory.
public func tryAllocatePages(_ bytes: Int) throws(MemoryRefusal) -> UnsafeMutableRawPointer {
  try checkBound(bytes)
  guard let memory = gf_memory_try(pageAlignment(bytes), bytes) else { throw MemoryRefusal(bytes: bytes) }
  adviseLargePages(memory, bytes)
  return memory
}

/// Has the process stop with an error because of memory that the system refused, for code that has something to keep
/// and so does not throw.
public func reportRefusal(_ refusal: MemoryRefusal) { gf_memory_report(refusal.bytes) }

private func checkBound(_ bytes: Int) throws(MemoryRefusal) {
  let bound = gf_memory_exceeds(bytes)
  if bound > 0 { throw MemoryRefusal(bytes: bytes, bound: Int(bound)) }
}

private let largePage = 1 << 21

private func pageAlignment(_ bytes: Int) -> Int { bytes < largePage ? 64 : largePage }

private func adviseLargePages(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
  if bytes >= largePage { madvise(memory, bytes, MADV_HUGEPAGE) }
}
