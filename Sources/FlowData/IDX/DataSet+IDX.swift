// SPDX-License-Identifier: GPL-3.0-or-later

/// A file in the format of the MNIST family: two zero bytes, a code for the type of the values, the number of
/// dimensions, each dimension as a big-endian 32-bit integer, then the values. Source: yann.lecun.com/exdb/mnist.
private struct IDXFile {
  /// The number of items according to the header.
  let announced: Int
  /// The number of values per item.
  let width: Int
  /// The values of the items that were read.
  let values: [UInt8]

  /// Reads a file of bytes, which may be gzipped, or only its first `limit` items.
  init(
    path: String, limit: Int = .max, maxSize: Int, expected: String, accepts: (_ dimensions: Int) -> Bool
  ) throws(DataError) {
    let reader = try reading(path) { () throws(FileError) in try ContentReader(path) }
    func read(_ count: Int) throws(DataError) -> [UInt8] {
      try reading(path) { () throws(FileError) in try reader.read(count) }
    }
    let magic = try read(4)
    guard !magic.isEmpty else { throw .emptyFile(path: path) }
    // 8 is the code of unsigned bytes, the only type of images and labels.
    guard magic.count == 4, magic[0] == 0, magic[1] == 0, magic[2] == 8 else {
      throw .wrongMagic(path: path, found: magic)
    }
    let rank = Int(magic[3])
    guard accepts(rank) else { throw .wrongDimensions(path: path, found: rank, expected: expected) }
    let head = try read(4 * rank)
    let headSize = 4 + 4 * rank
    guard head.count == 4 * rank else { throw .wrongSize(path: path, expected: headSize, found: 4 + head.count) }
    let dimensions = (0..<rank).map { axis in head[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) } }
    guard let width = Self.product(dimensions.dropFirst()), width <= Self.widthLimit, dimensions[0] <= Int32.max,
      let announcedSize = Self.product([dimensions[0], width]), announcedSize <= Int.max - headSize
    else { throw .wrongShape(path: path, dimensions: dimensions) }
    let isWhole = dimensions[0] <= limit
    let size = isWhole ? announcedSize : limit * width
    guard size <= maxSize else { throw .file(path: path, .tooLarge(limit: maxSize, isPacked: false)) }
    // Read one more byte to detect a file that is too long.
    let bytes = try read(isWhole ? size + 1 : size)
    guard bytes.count == size else {
      try reading(path) { () throws(FileError) in try reader.skipAll() }
      throw .wrongSize(path: path, expected: headSize + announcedSize, found: reader.position)
    }
    guard !bytes.isEmpty else { throw .noRows(path: path) }
    self.announced = dimensions[0]
    self.width = width
    self.values = bytes
  }

  /// The maximum number of values per item. Each value has a name, which takes more memory than the value itself.
  private static let widthLimit = 1 << 24

  /// Returns the product of dimensions, or nil if it overflows.
  private static func product(_ dimensions: some Sequence<Int>) -> Int? {
    dimensions.reduce(1) { product, dimension in
      guard let (exact, overflow) = product?.multipliedReportingOverflow(by: dimension), !overflow else { return nil }
      return exact
    }
  }
}

extension DataSet {
  /// Reads images and their labels from two IDX files of bytes, which may be gzipped. Pixels are scaled to 0...1.
  ///
  /// - Parameters:
  ///   - limit: The number of samples to read from the start, or nil to read all of them.
  ///   - classes: The names of the classes. If there are too few, the classes are numbered from 0.
  ///   - maxSize: The maximum number of bytes to read from each file, after unpacking.
  public static func idx(
    images imagePath: String, labels labelPath: String, limit: Int? = nil, classes: [String] = [],
    name: String = "idx", maxSize: Int = ContentReader.standardLimit
  ) throws(DataError) -> DataSet {
    if let limit, limit < 1 { throw .noSamples(name: name, asked: limit) }
    let labels = try IDXFile(path: labelPath, maxSize: maxSize, expected: "1, as labels have") { $0 == 1 }
    let images = try IDXFile(
      path: imagePath, limit: limit ?? .max, maxSize: maxSize, expected: "2 or more, as images have"
    ) { $0 >= 2 }
    guard images.announced == labels.announced else {
      throw .unequalCounts(images: images.announced, labels: labels.announced)
    }
    // Consider all labels, so that the classes do not depend on the limit.
    let count = Int(labels.values.max() ?? 0) + 1
    return DataSet(
      name: name, values: .bytes(images.values, divisor: 255), inputNames: numbered("p", images.width),
      targets: .classes(
        labels: labels.values.prefix(limit ?? .max).map(Int32.init),
        names: classes.count >= count ? classes : (0..<count).map(String.init)))
  }
}
