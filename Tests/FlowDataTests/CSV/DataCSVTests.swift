// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Testing

@Suite struct DataCSVTests {
  let folder = DataFolder()

  /// The same table in every variant that the format allows.
  @Test(arguments: [
    "a,b,y\n1,2.5,x\n-3,4e-2,z\n",
    "a,b,y\n1,2.5,x\n-3,4e-2,z",
    "a,b,y\r\n1,2.5,x\r\n-3,4e-2,z\r\n",
    "\u{FEFF}a,b,y\n1,2.5,x\n-3,4e-2,z\n\n\r\n",
    "\"a\",\"b\",\"y\"\n\"1\",\"2.5\",\"x\"\n-3,\"0.04\",\"z\"\r\n",
    "a, b ,\ty\n 1,2.5 , x\n-3,\t.04,z \n",
    "y,a,b\nx,1,2.5\nz,-3,0.04\n",
  ])
  func readsEveryVariant(_ text: String) throws {
    let data = try DataSet.csv(path: folder.write("t.csv", text), target: "y")
    #expect(data.name == "t")
    #expect(data.inputNames == ["a", "b"])
    #expect(data.inputLists == [[1, 2.5], [-3, 0.04]])
    #expect(data.classNames == ["x", "z"])
    #expect(data.labelNames == ["x", "z"])
    #expect(data.targetLists == [[1, 0], [0, 1]])
  }

  @Test func readsTabsAndGzip() throws {
    let text = "a,b\ty\n1\t2\n3\t4\n"
    let wanted = [[1.0], [3.0]]
    let plain = try DataSet.csv(path: folder.write("t.tsv", text), target: "y")
    let packed = try DataSet.csv(path: folder.gzip("t.tsv.gz", Array(text.utf8)), target: "y")
    for data in [plain, packed] {
      #expect(data.inputNames == ["a,b"])
      #expect(data.inputLists == wanted)
      #expect(data.targetLists == [[2], [4]])
      #expect(!data.isClassification)
    }
    let csv = try DataSet.csv(path: folder.gzip("u.csv.gz", Array("a,y\n1,2\n".utf8)), target: "y")
    #expect(csv.inputLists == [[1]])
    #expect(csv.name == "u")
  }

  @Test func readsQuotedFields() throws {
    let text = "\"a \"\"x\"\", b\",y\n1,\"two\nlines, \"\"quoted\"\"\"\n2,\"\"\"\"\n"
    let data = try DataSet.csv(path: folder.write("q.csv", text), target: "y")
    #expect(data.inputNames == ["a \"x\", b"])
    #expect(data.labelNames == ["two\nlines, \"quoted\"", "\""])
  }

  @Test func sortsClassesAlphabeticallyOrNumerically() throws {
    let text = folder.write("t.csv", "a,y\n1,pear\n2,apple\n3,fig\n4,apple\n")
    let fruit = try DataSet.csv(path: text, target: "y")
    #expect(fruit.classNames == ["apple", "fig", "pear"])
    #expect(fruit.labelNames == ["pear", "apple", "fig", "apple"])

    let numbers = folder.write("n.csv", "a,y\n1,10\n2,9\n3,10\n4,-1\n")
    #expect(try DataSet.csv(path: numbers, target: "y").targetLists == [[10], [9], [10], [-1]])
    let classes = try DataSet.csv(path: numbers, target: "y", classes: true)
    #expect(classes.classNames == ["-1", "9", "10"])
    #expect(classes.labelNames == ["10", "9", "10", "-1"])

    let mixed = folder.write("m.csv", "a,y\n1,10\n2,x\n")
    #expect(try DataSet.csv(path: mixed, target: "y", classes: true).classNames == ["10", "x"])
  }

  /// Every text must result in the number that the standard library reads, on the fast path and on the slow one.
  @Test(arguments: [
    "0", "-0", "007", "255", "256", "-1", "0.1", ".5", "5.", "3.141592653589793", "9007199254740992",
    "9007199254740993", "123456789012345678901234567890", "0.3333333333333333333", "1e-3", "1E5", "+7", "4.9e-324",
    "1.7976931348623157e308", "0.000000000000000000000000001", "2.2250738585072011e-308", "1234567890123456.789",
  ])
  func readsNumbersCorrectlyRounded(_ text: String) throws {
    let data = try DataSet.csv(path: folder.write("t.csv", "a,b,y\n\(text),1,0\n2,\(text),0\n"), target: "y")
    let wanted = Double(text.hasSuffix(".") ? text + "0" : text.hasPrefix(".") ? "0" + text : text)
    #expect(data.inputLists[0][0].bitPattern == wanted?.bitPattern)
    #expect(data.inputLists[1][1].bitPattern == wanted?.bitPattern)
    #expect(data.inputLists[0][1] == 1)
  }

  @Test func storesSmallWholeNumbersAsBytes() throws {
    let path = folder.write("t.csv", "a,b,y\n0,255,1\n7,8,2\n")
    let data = try DataSet.csv(path: path, target: "y")
    #expect(data.memory == 4 + 16)
    #expect(data.inputLists == [[0, 255], [7, 8]])
    let halved = try DataSet.csv(path: path, target: "y", divisor: 2)
    #expect(halved.inputLists == [[0, 127.5], [3.5, 4]])
    let wide = try DataSet.csv(path: folder.write("w.csv", "a,b,y\n0,255,1\n7,256,2\n"), target: "y", divisor: 2)
    #expect(wide.memory == 32 + 16)
    #expect(wide.inputLists == [[0, 127.5], [3.5, 128]])
  }
}
