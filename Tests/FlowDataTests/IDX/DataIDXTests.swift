// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Testing

@Suite struct DataIDXTests {
  let folder = DataFolder()

  private func error(_ images: [UInt8], _ labels: [UInt8], limit: Int? = nil) -> DataError? {
    let (a, b) = (folder.write("images", images), folder.write("labels", labels))
    return dataError { () throws(DataError) in try DataSet.idx(images: a, labels: b, limit: limit) }
  }

  private var images: String { folder.path + "/images" }
  private var labels: String { folder.path + "/labels" }

  /// Three images of 2 × 2 pixels.
  private let pixels: [UInt8] = [0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8]

  @Test(arguments: [true, false])
  func readsPlainAndPacked(_ isPacked: Bool) throws {
    let (imageBytes, labelBytes) = (idxBytes([3, 2, 2], pixels), idxBytes([3], [2, 0, 2]))
    let images = isPacked ? folder.gzip("i.gz", imageBytes) : folder.write("i", imageBytes)
    let labels = isPacked ? folder.gzip("l.gz", labelBytes) : folder.write("l", labelBytes)
    let data = try DataSet.idx(images: images, labels: labels)
    #expect(data.samples == 3)
    #expect(data.inputNames == ["p1", "p2", "p3", "p4"])
    #expect(data.inputLists.flatMap(\.self) == pixels.map { Double($0) / 255 })
    #expect(data.classNames == ["0", "1", "2"])
    #expect(data.labelNames == ["2", "0", "2"])

    let first = try DataSet.idx(images: images, labels: labels, limit: 2, classes: ["a", "b", "c"])
    #expect(first.samples == 2)
    #expect(first.labelNames == ["c", "a"])
    #expect(first.inputLists == Array(data.inputLists.prefix(2)))
    #expect(try DataSet.idx(images: images, labels: labels, limit: 1).classNames == ["0", "1", "2"])
    #expect(try DataSet.idx(images: images, labels: labels, limit: 99).samples == 3)
  }

  @Test func rejectsAWrongMagicNumber() {
    let good = idxBytes([3, 2, 2], pixels)
    #expect(
      error(idxBytes([3, 2, 2], pixels, magic: [0, 0, 13]), idxBytes([3], [0, 1, 2]))
        == .wrongMagic(path: images, found: [0, 0, 13, 3]))
    #expect(
      error(good, Array("hello, world".utf8)) == .wrongMagic(path: labels, found: [0x68, 0x65, 0x6C, 0x6C]))
    #expect(error(good, [0, 0]) == .wrongMagic(path: labels, found: [0, 0]))
    #expect(error(good, []) == .emptyFile(path: labels))
    #expect(error(good, [0, 0])?.message.contains("begins with 00 00, expected 00 00 08") == true)
  }

  @Test func rejectsSwappedImagesAndLabels() {
    let (good, labelBytes) = (idxBytes([3, 2, 2], pixels), idxBytes([3], [0, 1, 2]))
    #expect(
      error(labelBytes, labelBytes)
        == .wrongDimensions(path: images, found: 1, expected: "2 or more, as images have"))
    #expect(error(good, good) == .wrongDimensions(path: labels, found: 3, expected: "1, as labels have"))
  }

  @Test func reportsExpectedAndActualSize() {
    let labelBytes = idxBytes([3], [0, 1, 2])
    let short = error(idxBytes([3, 2, 2], pixels.dropLast()), labelBytes)
    #expect(short == .wrongSize(path: images, expected: 28, found: 27))
    #expect(short?.message.contains("too short: its header implies 28 bytes in all, but it has 27") == true)
    #expect(error(idxBytes([3, 2, 2], pixels + [1]), labelBytes) == .wrongSize(path: images, expected: 28, found: 29))
    #expect(error([0, 0, 8, 3, 0], labelBytes) == .wrongSize(path: images, expected: 16, found: 5))
    #expect(
      error(idxBytes([3, 2, 2], Array(pixels.prefix(5))), labelBytes, limit: 2)
        == .wrongSize(path: images, expected: 28, found: 21))
    // A header that claims more data than fits into any memory.
    let huge = error(idxBytes([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []), labelBytes)
    #expect(huge == .wrongShape(path: images, dimensions: [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF]))
    #expect(huge?.message.contains("4294967295 x 4294967295 x 4294967295") == true)
  }

  @Test func limitsShapesAndSizes() {
    let labelBytes = idxBytes([1], [0])
    #expect(
      error(idxBytes([1, 1 << 24, 2], []), labelBytes)
        == .wrongShape(path: images, dimensions: [1, 1 << 24, 2]))
    #expect(
      error(idxBytes([0xFFFF_FFFF, 1], []), labelBytes) == .wrongShape(path: images, dimensions: [0xFFFF_FFFF, 1]))
    #expect(
      error(idxBytes([1 << 20, 1 << 20], []), labelBytes)
        == .file(path: images, .tooLarge(limit: ContentReader.standardLimit, isPacked: false)))
    // The limit determines how much is read; the message reports the size in the header.
    #expect(
      error(idxBytes([1 << 20, 1 << 20], [1]), labelBytes, limit: 1)
        == .wrongSize(path: images, expected: 12 + 1 << 40, found: 13))
    #expect(
      error(idxBytes([1, 2], [1, 2] + [UInt8](repeating: 0, count: 100)), labelBytes)
        == .wrongSize(path: images, expected: 14, found: 114))
  }

  @Test func rejectsUnequalCounts() {
    let labelBytes = idxBytes([2], [0, 1])
    #expect(error(idxBytes([3, 2, 2], pixels), labelBytes) == .unequalCounts(images: 3, labels: 2))
    #expect(error(idxBytes([3, 2, 2], pixels), labelBytes, limit: 1) == .unequalCounts(images: 3, labels: 2))
    #expect(error(idxBytes([3, 2, 2], pixels), labelBytes, limit: 0) == .noSamples(name: "idx", asked: 0))
    #expect(error(idxBytes([0, 2, 2], []), idxBytes([0], [])) == .noRows(path: labels))
  }
}
