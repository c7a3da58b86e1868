// SPDX-License-Identifier: GPL-3.0-or-later
import CZlib
import FlowData
import Glibc

/// Checks that an accepted table is the same after it is written and read again.
func brokenTable(_ bytes: [UInt8], fileExtension: String) -> String? {
  let path = "t.\(fileExtension)"
  let separator = fileExtension == "tsv" ? "\t" : ","
  for classes in [false, true] {
    var target = "y"
    var table = readTable(bytes, path, target, classes)
    if case .failure(.unknownTarget(_, _, let columns)) = table, let last = columns.last {
      target = last
      table = readTable(bytes, path, target, classes)
    }
    if let broken = brokenLayouts(bytes, path, target) { return broken }
    switch table {
    case .failure(let error):
      if let broken = brokenMessage(error) { return broken }
    case .success(let data):
      let text = written(data, target: target, separator: separator)
      guard case .success(let again) = readTable(Array(text.utf8), path, target, classes || data.isClassification)
      else { return "the rewritten file is rejected" }
      guard again.inputNames == data.inputNames, again.inputLists == data.inputLists,
        again.targetLists == data.targetLists, again.classNames == data.classNames,
        again.labelNames == data.labelNames
      else { return "the rewritten file reads differently" }
    }
  }
  return nil
}

/// Checks that all numbers of a table are finite, whatever is done with its missing values and its columns of text.
private func brokenLayouts(_ bytes: [UInt8], _ path: String, _ target: String) -> String? {
  let plain = DataLayout(targets: [target], missing: .drop)
  guard case .success(let data) = readTable(bytes, path, plain) else { return nil }
  let first = data.inputNames[0]
  let layouts =
    [plain, DataLayout(targets: [target], oneHot: [first], missing: .mean)]
    + (data.inputWidth > 1 ? [DataLayout(targets: [target, first], missing: .drop)] : [])
  for layout in layouts {
    switch readTable(bytes, path, layout) {
    case .failure(let error):
      if let broken = brokenMessage(error) { return broken }
    case .success(let data):
      guard data.samples > 0, data.inputLists.allSatisfy({ $0.allSatisfy(\.isFinite) }),
        data.targetLists.allSatisfy({ $0.allSatisfy(\.isFinite) })
      else { return "a number is not finite" }
    }
  }
  return nil
}

private func readTable(_ bytes: [UInt8], _ path: String, _ layout: DataLayout) -> Result<DataSet, DataError> {
  Result { () throws(DataError) in try .csv(text: bytes, path: path, layout) }
}

private func readTable(
  _ bytes: [UInt8], _ path: String, _ target: String, _ classes: Bool
) -> Result<DataSet, DataError> {
  Result { () throws(DataError) in
    try .csv(text: bytes, path: path, DataLayout(targets: [target], classes: classes ? .distinct : .automatic))
  }
}

private func written(_ data: DataSet, target: String, separator: String) -> String {
  func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars { quoted += scalar == "\"" ? "\"\"" : String(scalar) }
    return quoted + "\""
  }
  var text = (data.inputNames + [target]).map(quoted).joined(separator: separator) + "\n"
  for sample in 0..<data.samples {
    let label = data.isClassification ? quoted(data.labelNames[sample]) : "\(data.targets(ofSample: sample)[0])"
    text += (data.inputs(ofSample: sample).map { "\($0)" } + [label]).joined(separator: separator) + "\n"
  }
  return text
}

/// Checks that the length of a message is bounded, whatever the file contains.
private func brokenMessage(_ error: DataError) -> String? {
  error.message.utf8.count > 2_000 ? "a message of \(error.message.utf8.count) bytes" : nil
}

/// Checks that accepted images and labels are the same after they are written and read again. The first two bytes are
/// the offset of the labels.
func brokenImages(_ bytes: [UInt8]) -> String? {
  guard bytes.count >= 2 else { return nil }
  let cut = 2 + min(Int(bytes[0]) << 8 | Int(bytes[1]), bytes.count - 2)
  let (images, labels) = (Array(bytes[2..<cut]), Array(bytes[cut...]))
  guard case .success(let data) = readImages(images, labels, limit: nil) else { return nil }
  // Recompute the pixels without the reader's arithmetic. They are multiples of 1/255.
  let pixels = data.inputLists.flatMap { $0.map { UInt8(($0 * 255).rounded()) } }
  let classes = data.labelNames.compactMap(UInt8.init)
  guard classes.count == data.samples else { return "a class is not a byte" }
  func header(_ dimensions: [Int]) -> [UInt8] {
    [0, 0, 8, UInt8(dimensions.count)]
      + dimensions.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
  }
  guard
    case .success(let again) = readImages(
      header([data.samples, data.inputWidth]) + pixels, header([data.samples]) + classes, limit: nil)
  else { return "the rewritten file is rejected" }
  guard again.inputLists == data.inputLists, again.labelNames == data.labelNames else {
    return "the rewritten file reads differently"
  }
  guard case .success(let first) = readImages(images, labels, limit: 1), first.samples == 1,
    first.inputLists == Array(data.inputLists.prefix(1)), first.classNames == data.classNames
  else { return "the first sample alone reads differently" }
  return nil
}

private func readImages(_ images: [UInt8], _ labels: [UInt8], limit: Int?) -> Result<DataSet, DataError> {
  let files = (TemporaryFile(images), TemporaryFile(labels))
  return Result { () throws(DataError) in
    try .idx(images: files.0.path, labels: files.1.path, limit: limit, maxSize: 1 << 20)
  }
}

/// Checks that the content is the same whether it is read as a whole or in small pieces, that zlib's own reader returns
/// the same, and that it does not exceed its limit.
func brokenContent(_ bytes: [UInt8]) -> String? {
  let file = TemporaryFile(bytes)
  let limit = 1 << 18
  let whole = Result { () throws(FileError) in try ContentReader(file.path).readAll(limit: limit) }
  guard case .success(let content) = whole else {
    if case .failure(.stopped) = whole { return "reading stopped without a request" }
    return nil
  }
  if content.count > limit { return "the content is larger than its limit" }
  let pieces = Result { () throws(FileError) in
    let reader = try ContentReader(file.path)
    var (pieces, size): ([UInt8], Int) = ([], 1)
    while case let piece = try reader.read(size), !piece.isEmpty {
      pieces += piece
      size = size % 7 + 300
    }
    return pieces
  }
  guard case .success(content) = pieces else { return "small pieces read differently" }
  guard let other = gzopen(file.path, "rb") else { return "zlib cannot open the file" }
  defer { gzclose(other) }
  let reference = [UInt8](unsafeUninitializedCapacity: content.count + 1) { buffer, count in
    count = max(0, Int(gzread(other, buffer.baseAddress, UInt32(buffer.count))))
  }
  if reference == content { return nil }
  // zlib does not search for a member after zeros.
  let hasMemberBehindZeros = bytes.indices.dropFirst(2).contains { bytes[$0 - 2...$0].elementsEqual([0, 0x1F, 0x8B]) }
  return hasMemberBehindZeros && content.starts(with: reference) ? nil : "zlib reads differently"
}

/// Checks that an accepted file has the same names, texts and numbers after it is written and read again.
func brokenTensors(_ bytes: [UInt8]) -> String? {
  let result = Result { () throws(SafetensorsError) in try SafetensorsFile(bytes) }
  guard case .success(let file) = result else {
    guard case .failure(let error) = result, error.message.utf8.count > 2_000 else { return nil }
    return "a message of \(error.message.utf8.count) bytes"
  }
  var writer = SafetensorsWriter(metadata: file.metadata)
  let weights = file.tensors.filter(\.value.type.isWeight)
  for (name, tensor) in weights {
    guard let numbers = file.numbers(name), numbers.count == tensor.shape.reduce(1, *) else {
      return "a tensor's count of numbers does not match its shape"
    }
    writer.add(name, .f64, shape: tensor.shape) { numbers }
  }
  let written = Result { () throws(SafetensorsError) in try SafetensorsFile(writer.bytes) }
  guard case .success(let again) = written else { return "the rewritten file is rejected" }
  guard again.metadata == file.metadata, again.tensors.mapValues(\.shape) == weights.mapValues(\.shape) else {
    return "names, texts or shapes read differently"
  }
  for name in weights.keys where again.numbers(name)?.map(\.bitPattern) != file.numbers(name)?.map(\.bitPattern) {
    return "numbers read differently"
  }
  return nil
}

/// A file that is deleted with its owner. It is kept in memory if the system supports that.
private final class TemporaryFile {
  let path: String

  init(_ bytes: [UInt8]) {
    var template = Array((access("/dev/shm", W_OK) == 0 ? "/dev/shm/reader-XXXXXX" : "/tmp/reader-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    var written = 0
    while written < bytes.count {
      written += max(0, bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) })
    }
    close(descriptor)
  }

  deinit { unlink(path) }
}
