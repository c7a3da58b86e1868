// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Testing

/// Tests of tables in files and in memory: which column becomes what.
@Suite struct DataTableTests {
  let folder = DataFolder()

  private let text = """
    id,size,city,age,rent,price
    a,70,Rome,5,900,300
    b,40,Oslo,,800,250.5
    c,55,Rome,15,NA,280
    d,100,Bonn,7,1200,410
    """

  private func read(_ layout: DataLayout) throws(DataError) -> DataSet {
    try .csv(path: folder.write("t.csv", text), layout)
  }

  @Test func readsSeveralTargetsInTheirOrder() throws {
    let layout = DataLayout(targets: ["price", "size"], drop: ["id", "city", "rent", "age"])
    #expect(throws: DataError.noColumns(path: folder.path + "/t.csv")) { try read(layout) }
    let data = try read(DataLayout(targets: ["price", "size"], drop: ["id", "city", "rent"], missing: .drop))
    #expect(data.inputNames == ["age"])
    #expect(data.inputLists == [[5], [15], [7]])
    #expect(data.targetNames == ["price", "size"])
    #expect(data.targetLists == [[300, 70], [280, 55], [410, 100]])
  }

  /// A column that is left out may contain anything.
  @Test func leavesOutColumnsAndRows() throws {
    let data = try read(DataLayout(targets: ["rent"], drop: ["id", "city"], missing: .drop))
    #expect(data.inputNames == ["size", "age", "price"])
    #expect(data.inputLists == [[70, 5, 300], [100, 7, 410]])
    #expect(data.targetLists == [[900], [1200]])
  }

  @Test func fillsMissingInputsWithTheMean() throws {
    let data = try read(DataLayout(targets: ["price"], drop: ["id", "city"], missing: .mean))
    // (5 + 15 + 7)/3 and (900 + 800 + 1200)/3.
    #expect(data.inputLists == [[70, 5, 900], [40, 9, 800], [55, 15, 2900.0 / 3], [100, 7, 1200]])
  }

  /// The sum of the values is infinite, but not their mean.
  @Test func fillsLargeNumbersWithTheirMean() throws {
    let table = folder.write("l.csv", "a,y\n1e308,1\n,2\n1.5e308,3\n")
    let data = try DataSet.csv(path: table, DataLayout(targets: ["y"], missing: .mean))
    #expect(data.inputLists == [[1e308], [1.25e308], [1.5e308]])
  }

  /// The texts are in alphabetical order, as by `pandas.get_dummies`.
  @Test func makesInputsOfTexts() throws {
    let data = try read(DataLayout(targets: ["price"], drop: ["id", "age", "rent"], oneHot: ["city"]))
    #expect(data.inputNames == ["size", "city_Bonn", "city_Oslo", "city_Rome"])
    #expect(data.inputLists == [[70, 0, 0, 1], [40, 0, 1, 0], [55, 0, 0, 1], [100, 1, 0, 0]])
    #expect(data.memory == 16 + 32)
  }

  /// The mean of an input of 0 and 1 is the fraction of its text.
  @Test func fillsMissingTextsWithShares() throws {
    let table = folder.write("m.csv", "c,y\nb,1\n,2\na,3\nb,4\n10,5\n")
    let layout = DataLayout(targets: ["y"], oneHot: ["c"], missing: .mean)
    let data = try DataSet.csv(path: table, layout)
    #expect(data.inputNames == ["c_10", "c_a", "c_b"])
    #expect(data.inputLists == [[0, 0, 1], [0.25, 0.25, 0.5], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
    let dropped = try DataSet.csv(path: table, DataLayout(targets: ["y"], oneHot: ["c"], missing: .drop))
    #expect(dropped.inputLists == [[0, 0, 1], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
  }

  /// A text that occurs only in rows that are left out has no input, and no class.
  @Test func forgetsTheTextsOfDroppedRows() throws {
    let table = folder.write("d.csv", "c,x,y\nb,1,u\nz,,v\na,3,u\nb,,w\n")
    let data = try DataSet.csv(path: table, DataLayout(targets: ["y"], oneHot: ["c"], missing: .drop))
    #expect(data.inputNames == ["c_a", "c_b", "x"])
    #expect(data.inputLists == [[0, 1, 1], [1, 0, 3]])
    #expect(data.classNames == ["u"])
  }

  @Test(arguments: ["NA", "nan", "NaN", "null", "None", "?", "N/A", ""])
  func recognizesMissingNumbers(_ word: String) throws {
    let table = folder.write("n.csv", "a,b,y\n1,\(word),3\n4,5,\(word)\n6,7,8\n")
    let data = try DataSet.csv(path: table, DataLayout(targets: ["y"], missing: .drop))
    #expect(data.inputLists == [[6, 7]] && data.targetLists == [[8]])
  }

  /// In a column of text, only an empty field is missing.
  @Test func keepsWordsAsClasses() throws {
    let table = folder.write("k.csv", "a,y\n1,NA\n2,DE\n3,\n")
    #expect(try DataSet.csv(path: table, DataLayout(targets: ["y"], missing: .drop)).classNames == ["DE", "NA"])
  }

  @Test func ordersClassesAsGiven() throws {
    let table = folder.write("o.csv", "a,y\n1,cat\n2,dog\n3,cat\n")
    let data = try DataSet.csv(path: table, DataLayout(targets: ["y"], classes: .names(["dog", "cat", "cow"])))
    #expect(data.classNames == ["dog", "cat", "cow"])
    #expect(data.targetLists == [[0, 1, 0], [1, 0, 0], [0, 1, 0]])
    let numbers = folder.write("p.csv", "a,y\n1,2\n2,0.0\n3,2.0\n")
    let counted = try DataSet.csv(path: numbers, DataLayout(targets: ["y"], classes: .count(4)))
    #expect(counted.classNames == ["0", "1", "2", "3"])
    #expect(counted.labelNames == ["2", "0", "2"])
    let named = try DataSet.csv(path: numbers, DataLayout(targets: ["y"], classes: .names(["2", "0"])))
    #expect(named.targetLists == [[1, 0], [0, 1], [1, 0]])
  }

  @Test(arguments: [
    ("t.csv", "a;b;y\n1;2.5;x\n3;4;z\n"), ("t.csv", "a\tb\ty\n1\t2.5\tx\n3\t4\tz\n"),
    ("t.csv", "a|b|y\n1|2.5|x\n3|4|z\n"), ("t.txt", "a b  y\n 1   2.5 x \n3 4 z\n"),
    ("t.tsv", "a,b,y\n1,2.5,x\n3,4,z\n"), ("t.csv", "\"a\";\"b\";\"y\"\n1;2.5;x\n3;4;z\n"),
  ])
  func recognizesTheSeparator(_ name: String, _ text: String) throws {
    let data = try DataSet.csv(path: folder.write(name, text), target: "y")
    #expect(data.inputNames == ["a", "b"])
    #expect(data.inputLists == [[1, 2.5], [3, 4]] && data.labelNames == ["x", "z"])
  }

  @Test func usesTheGivenSeparator() throws {
    let table = folder.write("s.csv", "a:b,c:y\n1:2:3\n")
    #expect(throws: DataError.self) { try DataSet.csv(path: table, DataLayout(targets: ["y"])) }
    let data = try DataSet.csv(path: table, DataLayout(targets: ["y"]), separator: UInt8(ascii: ":"))
    #expect(data.inputNames == ["a", "b,c"] && data.inputLists == [[1, 2]])
  }

  /// A table in memory becomes the same data set as its file.
  @Test func readsTablesInMemory() throws {
    let columns = [
      DataColumn("size", [70, 40, 55]),
      DataColumn("city", cells: [.text("Rome"), .text("Oslo"), .text("Rome")]),
      DataColumn("rent", cells: [.number(900), .missing, .number(700)]),
    ]
    let data = try DataSet.table(name: "t", columns, DataLayout(targets: ["rent"], oneHot: ["city"], missing: .drop))
    #expect(data.inputNames == ["size", "city_Rome"])
    #expect(data.inputLists == [[70, 1], [55, 1]] && data.targetLists == [[900], [700]])
    let classes = try DataSet.table(
      name: "t", DataColumn.columns(["x1", "x2"], ofMatrix: [1, 2, 3, 4, 5, 6]),
      targets: [DataColumn("y1", [3, 1, 3])], DataLayout(targets: [], classes: .distinct))
    #expect(classes.inputLists == [[1, 2], [3, 4], [5, 6]])
    #expect(classes.labelNames == ["3", "1", "3"] && classes.classNames == ["1", "3"])
    let same = DataColumn.columns(["x1", "x2"], ofMatrix: [1, 2, 3, 4])
    let autoencoder = try DataSet.table(name: "t", same, targets: same, DataLayout(targets: []))
    #expect(autoencoder.inputLists == autoencoder.targetLists && autoencoder.targetNames == ["x1", "x2"])
  }

  /// A layout that does not fit, with a part of the message and of the hint.
  struct Misfit: Sendable, CustomTestStringConvertible {
    let layout: DataLayout
    let message: String
    let hint: String
    var testDescription: String { message }
  }

  @Test(arguments: [
    Misfit(layout: DataLayout(targets: []), message: "needs a column to predict", hint: "id, size, city"),
    Misfit(layout: DataLayout(targets: ["cost"]), message: "no column 'cost'", hint: "the columns are id, size"),
    Misfit(layout: DataLayout(targets: ["price"], drop: ["x"]), message: "no column 'x'", hint: "id, size"),
    Misfit(
      layout: DataLayout(targets: ["price"], drop: ["price"]), message: "'price' is named twice", hint: "once"),
    Misfit(
      layout: DataLayout(targets: ["price", "rent"], classes: .distinct), message: "2 target columns cannot be classes",
      hint: "choose one target"),
    Misfit(
      layout: DataLayout(targets: ["price"]), message: "line 2, column 'id': 'a' is not", hint: "one_hot: [\"id\"]"),
    Misfit(
      layout: DataLayout(targets: ["price"], drop: ["id", "city"]), message: "line 3: no value in column 'age'",
      hint: "missing: drop"),
    Misfit(
      layout: DataLayout(targets: ["price"], drop: ["id", "city", "age"]),
      message: "line 4, column 'rent': 'NA' is not a finite number", hint: "missing: mean"),
    Misfit(
      layout: DataLayout(targets: ["rent"], drop: ["id", "city", "age"]),
      message: "both numbers and text, such as 'NA'",
      hint: "missing: drop"),
    Misfit(
      layout: DataLayout(targets: ["price", "city"], drop: ["id", "age", "rent"]),
      message: "line 2, target column 'city': 'Rome' is not", hint: "choose one target column"),
    Misfit(
      layout: DataLayout(targets: ["city"], drop: ["id", "age", "rent"], classes: .names(["Rome", "Bonn"])),
      message: "line 3, column 'city': 'Oslo' is not one of the classes", hint: "the classes are Rome, Bonn"),
    Misfit(
      layout: DataLayout(targets: ["size"], drop: ["id", "age", "rent", "city"], classes: .count(70)),
      message: "line 2, column 'size': '70' is not a whole number from 0 to 69", hint: "classes: 1..10"),
  ])
  func explainsMisfits(_ misfit: Misfit) {
    let error = dataError { () throws(DataError) in try read(misfit.layout) }
    #expect(error?.message.contains(misfit.message) == true, "\(error?.message ?? "none")")
    #expect(error?.hint?.contains(misfit.hint) == true, "\(error?.hint ?? "none")")
    #expect(error?.message.hasSuffix(".") == false)
  }

  @Test func explainsMissingColumnsAndDecimalCommas() {
    let empty = folder.write("e.csv", "a,b,y\n1,,3\n4,,6\n")
    let filled = dataError { () throws(DataError) in
      try DataSet.csv(path: empty, DataLayout(targets: ["y"], missing: .mean))
    }
    #expect(filled == .emptyColumn(path: empty, column: "b"))
    let dropped = dataError { () throws(DataError) in
      try DataSet.csv(path: empty, DataLayout(targets: ["y"], missing: .drop))
    }
    #expect(dropped == .noCompleteRows(path: empty, rows: 2))
    let keys = folder.write("k.csv", "a,y\n" + (0...10_000).map { "k\($0),1\n" }.joined())
    let texts = dataError { () throws(DataError) in
      try DataSet.csv(path: keys, DataLayout(targets: ["y"], oneHot: ["a"]))
    }
    #expect(texts == .tooManyTexts(path: keys, column: "a", count: 10_001, limit: 10_000))
    let decimals = folder.write("d.csv", "a;y\n1,5;2\n")
    let error = dataError { () throws(DataError) in try DataSet.csv(path: decimals, target: "y") }
    #expect(error == .notNumber(path: decimals, line: 2, column: "a", text: "1,5"))
    #expect(error?.hint?.contains("decimal: \",\"") == true)
    let rows = dataError { () throws(DataError) in
      try DataSet.table(
        name: "t", [DataColumn("a", [1, .nan])], targets: [DataColumn("y", [1, 2])], DataLayout(targets: []))
    }
    #expect(rows?.message == "row 2: no value in column 'a'")
    let infinite = dataError { () throws(DataError) in
      try DataSet.table(
        name: "t", [DataColumn("a", [1, 2])], targets: [DataColumn("y", [1, .infinity])], DataLayout(targets: []))
    }
    #expect(infinite?.message == "row 2, column 'y': 'inf' is not a finite number")
  }
}
