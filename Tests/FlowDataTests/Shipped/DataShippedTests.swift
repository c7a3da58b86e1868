// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Testing

/// The files that come with the program, and the places where they are found.
@Suite struct DataShippedTests {
  let folder = DataFolder()

  private func shipped(_ name: String) throws -> ShippedData {
    try #require(ShippedData.all.first { $0.name == name })
  }

  @Test func readsDigits() throws {
    let digits = try shipped("digits").load()
    #expect(digits.samples == 1797)
    #expect(digits.inputWidth == 64)
    #expect(digits.classNames == (0...9).map(String.init))
    let counts = Dictionary(digits.labelNames.map { ($0, 1) }, uniquingKeysWith: +)
    #expect((0...9).map { counts[String($0)] } == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    // The first row of the first image and the sum of all pixels, as published.
    #expect(digits.inputs(ofSample: 0).prefix(8).map { $0 * 16 } == [0, 0, 5, 13, 9, 1, 0, 0])
    let ink = digits.inputLists.reduce(0) { $0 + $1.reduce(0, +) } * 16
    #expect(ink == 561_718)
    #expect(digits.inputLists.allSatisfy { $0.allSatisfy { 0...1 ~= $0 } })
  }

  @Test func readsIris() throws {
    let iris = try shipped("iris").load()
    #expect(iris.summary == "iris: 150 samples, 4 inputs, 3 classes (setosa, versicolor, virginica)")
    #expect(iris.inputNames == ["sepal_length", "sepal_width", "petal_length", "petal_width"])
    for name in iris.classNames { #expect(iris.labelNames.count { $0 == name } == 50) }
    #expect(iris.inputs(ofSample: 0) == [5.1, 3.5, 1.4, 0.2])
    // Means published with the set.
    let means = (0..<4).map { column in iris.inputLists.reduce(0) { $0 + $1[column] } / 150 }
    for (mean, published) in zip(means, [5.8433, 3.0573, 3.7580, 1.1993]) { #expect(abs(mean - published) < 1e-4) }
  }

  @Test func searchesFoldersInOrder() throws {
    let locator = DataLocator(
      chosen: "/chosen", executable: "/opt/x/bin/gradflow", workingDirectory: "/home/me")
    #expect(
      locator.folders == [
        "/chosen", "/opt/x/share/gradflow/data", "/opt/x/bin/examples/data", "/opt/x/examples/data",
        "/opt/examples/data", "/examples/data", "/home/me/examples/data", "/home/examples/data",
      ])
    let bare = DataLocator(chosen: nil, executable: "/gradflow", workingDirectory: nil)
    #expect(bare.folders == ["/examples/data"])
  }

  @Test func findsFilesInEveryPlace() throws {
    for name in ["chosen", "a/share/gradflow/data", "b/examples/data", "w/examples/data", "a/bin", "b/build/x"] {
      folder.makeFolder(name)
    }
    let root = folder.path
    let nowhere = root + "/nowhere"
    func found(_ chosen: String?, _ executable: String?, _ working: String?) throws -> String {
      try DataLocator(chosen: chosen, executable: executable, workingDirectory: working).locate("t.csv")
    }
    folder.write("w/examples/data/t.csv", "")
    #expect(try found(nowhere, nowhere + "/x", root + "/w") == root + "/w/examples/data/t.csv")
    #expect(try found(nil, nil, root + "/w/deep/er") == root + "/w/examples/data/t.csv")
    folder.write("b/examples/data/t.csv", "")
    #expect(try found(nil, root + "/b/build/x/gradflow", root + "/w") == root + "/b/examples/data/t.csv")
    folder.write("a/share/gradflow/data/t.csv", "")
    #expect(try found(nil, root + "/a/bin/gradflow", root + "/w") == root + "/a/share/gradflow/data/t.csv")
    folder.write("chosen/t.csv", "")
    #expect(try found(root + "/chosen", root + "/a/bin/gradflow", nil) == root + "/chosen/t.csv")
  }

  @Test func reportsWhereItSearched() throws {
    let locator = DataLocator(chosen: folder.path, executable: nil, workingDirectory: nil)
    let error = dataError { () throws(DataError) in try ShippedData.all[0].load(locator) }
    #expect(error == .missingShipped(name: "digits.csv", searched: [folder.path]))
    #expect(error?.hint == "looked in \(folder.path); set GRADFLOW_DATA to the folder that holds it")
  }
}
