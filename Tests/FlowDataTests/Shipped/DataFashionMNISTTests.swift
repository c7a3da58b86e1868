// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Glibc
import Testing

/// Reads the real files of the system package `dataset-fashion-mnist`.
@Suite(
  .enabled(
    if: access("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz", R_OK) == 0,
    "needs the package dataset-fashion-mnist"))
struct DataFashionMNISTTests {
  /// Compares the counts, the first labels and the sums of all pixels, which were computed by a separate program.
  @Test(arguments: [
    (DataSet.FashionMNISTPart.train, 60_000, [9, 0, 0, 3, 0, 2, 7, 2, 5, 5], 3_431_114_169),
    (DataSet.FashionMNISTPart.test, 10_000, [9, 2, 1, 1, 6, 1, 4, 6, 5, 7], 573_469_082),
  ])
  func readsTheWholeSet(_ part: DataSet.FashionMNISTPart, _ samples: Int, _ first: [Int], _ sum: Int) throws {
    let data = try DataSet.fashionMNIST(part)
    #expect(data.samples == samples)
    #expect(data.inputWidth == 784)
    #expect(data.memory == samples * 788)
    #expect(data.labelNames.prefix(10).map { data.classNames.firstIndex(of: $0) } == first)
    for name in data.classNames { #expect(data.labelNames.count { $0 == name } == samples / 10) }

    var row = [Double](repeating: 0, count: 784)
    var total = 0
    for sample in 0..<Int32(samples) {
      data.gatherInputs(sample..<sample + 1, into: &row)
      total += row.reduce(0) { $0 + Int(($1 * 255).rounded()) }
    }
    #expect(total == sum)
  }

  @Test func readsOnlyTheFirstSamples() throws {
    let data = try DataSet.fashionMNIST(.train, limit: 10)
    #expect(data.samples == 10)
    #expect(data.labelNames.prefix(4) == ["ankle boot", "t-shirt", "t-shirt", "dress"])
    #expect(Int((data.inputs(ofSample: 0).reduce(0, +) * 255).rounded()) == 76_247)
    #expect(data.outputWidth == 10)
  }
}

@Suite struct DataFashionMNISTAbsentTests {
  @Test func suggestsInstallingThePackage() {
    let folder = DataFolder()
    let locator = DataLocator(chosen: nil, executable: nil, workingDirectory: nil, packages: folder.path)
    let error = dataError { () throws(DataError) in try DataSet.fashionMNIST(.train, locator: locator) }
    #expect(
      error == .missingPackage(package: "dataset-fashion-mnist", searched: [folder.path + "/fashion-mnist"]))
    #expect(error?.hint?.contains("apt-get install dataset-fashion-mnist") == true)
  }

  @Test func readsFilesFromTheChosenFolder() throws {
    let folder = DataFolder()
    folder.makeFolder("fashion-mnist")
    folder.write("fashion-mnist/t10k-images-idx3-ubyte", idxBytes([1, 1, 2], [0, 255]))
    folder.gzip("fashion-mnist/t10k-labels-idx1-ubyte.gz", idxBytes([1], [8]))
    let locator = DataLocator(chosen: folder.path, executable: nil, workingDirectory: nil, packages: "/nowhere")
    let data = try DataSet.fashionMNIST(.test, locator: locator)
    #expect(data.inputLists == [[0, 1]])
    #expect(data.labelNames == ["bag"])
  }
}
