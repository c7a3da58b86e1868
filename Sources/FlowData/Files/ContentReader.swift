// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Reads the content of a file from start to end. Gzip data is unpacked, whatever the name of the file.
///
/// Code that reads whole files uses this class, so that every read is bounded and ends when the current `StopToken`
/// requests it.
public final class ContentReader {
  /// The default limit on the content of a file, in bytes.
  public static let standardLimit = 1 << 30

  /// The number of bytes of content read so far.
  private(set) var position = 0
  /// The fraction of the file read so far; 0 if its size is not known.
  private var share: Double { source.size.map { Double(taken) / Double($0) } ?? 0 }

  private let source: ByteSource
  private let progress: (_ share: Double) -> Void
  private let stop = StopToken.current
  private let inflater: Inflater?
  private let input: UnsafeMutableRawBufferPointer
  /// The part of the input that has not been used yet.
  private var pending: Range<Int>
  /// The number of bytes read from the file.
  private var taken: Int
  private var isAtEnd: Bool

  /// Opens a file and reads its first bytes to determine whether it is gzip data.
  ///
  /// Throws if the file cannot be opened or read, if its name ends in .gz but its content is not gzip, or if a stop is
  /// requested.
  /// - Parameters:
  ///   - path: The path of the file; `~/x` is a file in the home folder.
  ///   - progress: Called periodically with the fraction of the file read so far, from 0 to 1.
  public init(_ path: String, progress: @escaping (_ share: Double) -> Void = { _ in }) throws(FileError) {
    source = try ByteSource(path)
    // Allocate only once the file is open, because `deinit` does not run if that fails.
    input = .allocate(byteCount: 1 << 18, alignment: 16)
    self.progress = progress
    var count = 0
    isAtEnd = false
    do throws(FileError) {
      // The first two bytes identify gzip data.
      while count < 2, !isAtEnd {
        let free = UnsafeMutableRawBufferPointer(rebasing: input[count...])
        let read = try source.read(into: free, stop)
        isAtEnd = read == 0
        count += read
      }
      let isPacked = count >= 2 && input[0] == 0x1F && input[1] == 0x8B
      if !isPacked, count > 0, path.hasSuffix(".gz") { throw .notGzip }
      inflater = isPacked ? Inflater() : nil
    } catch {
      input.deallocate()
      throw error
    }
    pending = 0..<count
    taken = count
  }

  deinit { input.deallocate() }

  /// Reads the next `count` bytes, or fewer at the end of the content.
  package func read(_ count: Int) throws(FileError) -> [UInt8] {
    var chunks = ChunkList()
    while chunks.count < count {
      let chunk = try nextChunk(min(Self.chunkSize, count - chunks.count))
      if chunk.isEmpty { break }
      chunks.append(chunk)
    }
    return try joined(&chunks)
  }

  /// Reads the rest of the content and returns it.
  ///
  /// Throws if the file cannot be read, its gzip data is damaged or cut off, the system refuses the memory, or a stop
  /// is requested.
  /// - Parameter limit: The maximum size of the whole content in bytes, unpacked and including what was read before.
  ///   Throws `tooLarge` if there is more.
  public func readAll(limit: Int) throws(FileError) -> [UInt8] {
    let isPacked = inflater != nil
    // The size of a plain file is known before anything is read.
    if !isPacked, let size = source.size, size > limit { throw .tooLarge(limit: limit, isPacked: false) }
    if let size = source.size { try requireMemory(Double(size), orThrow: FileError.outOfMemory) }
    var chunks = ChunkList()
    while case let chunk = try nextChunk(Self.chunkSize), !chunk.isEmpty {
      chunks.append(chunk)
      if position > limit { throw .tooLarge(limit: limit, isPacked: isPacked) }
    }
    return try joined(&chunks)
  }

  /// Reads the next bytes: at most the given number, and none at the end of the content.
  package func next(_ most: Int) throws(FileError) -> [UInt8] { try nextChunk(min(most, Self.mostAtOnce)) }

  /// A Boolean value that indicates whether the content can be read again from the path.
  package var isRepeatable: Bool { source.size != nil }

  private static let mostAtOnce = 1 << 26

  /// Reads and discards the rest of the content, to determine its size.
  func skipAll() throws(FileError) {
    while try !nextChunk(Self.chunkSize).isEmpty {}
  }

  /// The number of bytes between two checks of the stop token.
  private static let chunkSize = 1 << 20

  private func nextChunk(_ size: Int) throws(FileError) -> [UInt8] {
    try requireMemory(Double(size), orThrow: FileError.outOfMemory)
    var result = Result<Int, FileError>.success(0)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      result = Result { () throws(FileError) in try fill(UnsafeMutableRawBufferPointer(buffer)) }
      count = (try? result.get()) ?? 0
    }
    _ = try result.get()
    return bytes
  }

  private func joined(_ chunks: inout ChunkList) throws(FileError) -> [UInt8] {
    try requireMemory(Double(chunks.count), orThrow: FileError.outOfMemory)
    let bytes = chunks.join(stop)
    if stop.isRequested { throw .stopped }
    return bytes
  }

  /// Writes content into the buffer until it is full or the content ends. Returns the number of bytes.
  private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    if stop.isRequested { throw .stopped }
    progress(share)
    var written = 0
    while written < buffer.count {
      let free = UnsafeMutableRawBufferPointer(rebasing: buffer[written...])
      if pending.isEmpty, inflater == nil, free.count >= input.count {
        // Large parts of a plain file are not copied.
        let count = try readFile(into: free)
        if count == 0 { break }
        written += count
        position += count
        continue
      }
      if pending.isEmpty {
        guard try refill() else { break }
      }
      let packed = UnsafeRawBufferPointer(rebasing: input[pending])
      if let inflater {
        let progress = try inflater.unpack(packed, into: free)
        pending = pending.lowerBound + progress.used..<pending.upperBound
        written += progress.written
        position += progress.written
      } else {
        let count = min(free.count, packed.count)
        free.copyMemory(from: UnsafeRawBufferPointer(rebasing: packed[..<count]))
        pending = pending.lowerBound + count..<pending.upperBound
        written += count
        position += count
      }
    }
    return written
  }

  /// Reads from the file into the empty input. Returns false at the end of the file.
  private func refill() throws(FileError) -> Bool {
    pending = try 0..<readFile(into: input)
    if isAtEnd, let inflater, !inflater.isAtBoundary { throw .truncatedGzip(bytes: position) }
    return !isAtEnd
  }

  /// Reads from the file. Returns the number of bytes, 0 at the end.
  private func readFile(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    if isAtEnd { return 0 }
    let count = try source.read(into: buffer, stop)
    isAtEnd = count == 0
    taken += count
    return count
  }
}

/// Bytes in chunks. A growing array would at times take three times the memory of its content.
private struct ChunkList {
  private var chunks: [[UInt8]] = []
  private(set) var count = 0

  mutating func append(_ chunk: [UInt8]) {
    chunks.append(chunk)
    count += chunk.count
  }

  /// Joins the chunks, and frees each one after copying it. Ends early if a stop is requested.
  mutating func join(_ stop: StopToken) -> [UInt8] {
    if chunks.count == 1 { return chunks[0] }
    chunks.reverse()
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      while let chunk = chunks.popLast(), !stop.isRequested {
        _ = UnsafeMutableBufferPointer(rebasing: buffer[written...]).initialize(from: chunk)
        written += chunk.count
      }
    }
  }
}
