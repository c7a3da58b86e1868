// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Testing

/// What reading a table tells its user.
@Suite struct ReadingReportTests {
  private func read(_ text: String, _ layout: DataLayout) throws -> (data: DataSet, notes: [String]) {
    var notes: [String] = []
    let data = try DataSet.csv(text: Array(text.utf8), path: "t.csv", layout, note: { notes.append($0) })
    return (data, notes)
  }

  private let flats = "price,rooms,area\n100,3,50\n120,?,60\n130,4,N/A\n-,5,70\n,5,80\n"

  @Test func droppedRowsAreCounted() throws {
    let (data, notes) = try read(flats, DataLayout(targets: ["price"], missing: .drop))
    #expect(data.samples == 1)
    #expect(
      notes == [
        "left out 4 of 5 rows because of missing values: price (2), rooms (1), area (1); '?', 'N/A', '-' count as missing"
      ])
  }

  /// Rows without a target are left out, however the gap is written, and do not change the means.
  @Test func meansFillInputsAndRowsWithoutTargetAreLeftOut() throws {
    let (data, notes) = try read(flats, DataLayout(targets: ["price"], missing: .mean))
    #expect(data.inputLists == [[3, 50], [3.5, 60], [4, 55]])
    #expect(data.targetLists == [[100], [120], [130]])
    #expect(
      notes == [
        "replaced 2 missing values with the mean of the column: rooms (1), area (1); left out 2 of 5 rows, which have no price; "
          + "'?', 'N/A', '-' count as missing"
      ])
    let (several, others) = try read(flats, DataLayout(targets: ["price", "rooms"], missing: .mean))
    #expect(several.inputLists == [[50], [50]])
    #expect(others.first?.contains("left out 3 of 5 rows, which have no price or rooms") == true)
  }

  @Test func completeTablesHaveNoNotes() throws {
    #expect(try read("a,b\n1,2\n2,3\n", DataLayout(targets: ["b"], missing: .mean)).notes.isEmpty)
  }

  @Test func wordsForMissingTextsAreNoted() throws {
    let classes = try read("a,city\n1,Rome\n2,?\n3,none\n", DataLayout(targets: ["city"]))
    #expect(classes.data.classNames == ["?", "Rome", "none"])
    #expect(
      classes.notes == ["'?' is a class of 'city'; where(t, `city` != \"?\") leaves such rows out of a table t"])
    let inputs = try read("a,the city\n1,Rome\n2,NA\n", DataLayout(targets: ["a"], oneHot: ["the city"]))
    #expect(
      inputs.notes == [
        "'NA' is a value of 'the city'; where(t, `the city` != \"NA\") leaves such rows out of a table t"
      ])
  }

  @Test func codeForMissingTextsWorksForAnyName() throws {
    for name in ["in", "a\"b", "x`y"] {
      let field = "\"\(name.replacing("\"", with: "\"\""))\""
      let notes = try read("y,\(field)\n1,Rome\n2,?\n", DataLayout(targets: ["y"], oneHot: [name])).notes
      let code = name.contains("`") ? "" : "; where(t, `\(name)` != \"?\") leaves such rows out of a table t"
      #expect(notes.first == "'?' is a value of '\(name)'" + code)
    }
  }

  /// Rows without a target are left out, so their texts neither become inputs nor count.
  @Test func textsOfRowsThatAreLeftOutDoNotCount() throws {
    let text = "city,y\nRome,1\nOslo,2\n,3\nParis,NA\nRome,?\n,?\n"
    let (data, notes) = try read(text, DataLayout(targets: ["y"], oneHot: ["city"], missing: .mean))
    #expect(data.inputNames == ["city_Oslo", "city_Rome"])
    #expect(data.inputLists == [[0, 1], [1, 0], [0.5, 0.5]])
    #expect(
      notes == [
        "replaced 1 missing value with the frequency of each value: city (1); left out 3 of 6 rows, which have no y; "
          + "'NA', '?' count as missing"
      ])
  }

  @Test func decimalCommasAndCommentsAreRead() throws {
    let text = "# by X\n#\na;b;y\nm;kg;s\n1,5;2;3\n# c\n\n# d\n-2,25;1e1;4\n"
    let notation = CSVNotation(hasDecimalComma: true, comment: "#", skippedLines: [4])
    let data = try DataSet.csv(
      text: Array(text.utf8), path: "t.csv", DataLayout(targets: ["y"]), notation: notation)
    #expect(data.inputLists == [[1.5, 2], [-2.25, 10]])
    #expect(data.targetLists == [[3], [4]])
  }

  @Test func constantInputsAreNamed() throws {
    let (_, notes) = try read("a,b,c,y\n1,5,0,1\n2,5,0,1\n", DataLayout(targets: ["y"]))
    #expect(notes == ["2 of 3 inputs have the same value in all samples: b, c"])
    let single = try read("a,b,y\n1,5,1\n2,5,1\n", DataLayout(targets: ["y"]))
    #expect(single.notes == ["the input b has the same value in all samples"])
    #expect(try read("a,b,y\n1,5,1\n", DataLayout(targets: ["y"])).notes.isEmpty)
  }

  /// An empty line says nothing. Two may be followed by another table.
  @Test func emptyLinesAreSkipped() throws {
    let data = try read("\n\na,y\n1,2\n\n3,4\n\n\n", DataLayout(targets: ["y"])).data
    #expect(data.inputLists == [[1], [3]])
    #expect(throws: DataError.self) { try read("a,y\n1,2\n\n\n3,4\n", DataLayout(targets: ["y"])) }
  }

  /// What is wrong with the files of strangers, and what the hint must say.
  @Test(arguments: [
    ("a,b,y\nm,kg,s\n1,2,3\n", "use 'skip_lines: [2]' if line 2 contains units"),
    ("a,b,y\nm,kg,s\n,2,3\nNA,2,3\n4,2,3\n", "use 'skip_lines: [2]' if line 2 contains units"),
    ("a,b,y\nm,kg,s\n,2,3\nx,2,3\n", "one_hot"),
    ("a,b,y\n1,2,3\nTotal,2,3\n", "the column has numbers above"),
    ("a,b,y\n?,2,3\nRome,2,3\n", "one_hot"), ("a,b,y\nRome,2,3\nOslo,2,3\n", "one_hot"),
    ("a,b,y\n5%,2,3\n", "without %"),
    ("a,b,y\n$1200,2,3\n", "without $"), ("a,b,y\n\"1,234\",2,3\n", "no thousands separators"),
    ("a,b,y\n2024-01-03,2,3\n", "dates cannot be inputs"), ("a,b,y\n03.01.2024,2,3\n", "dates cannot be inputs"),
    ("a,b,y\n-inf,2,3\n", "fix the value"), ("a,b,y,\n1,2,3,\n", "separator at the end"),
    (",b,y\n1,2,3\n", "index=False"), ("# by X\na,b,y\n1,2,3\n", "comment: \"#\""),
    ("a,b,y\n1,2,3\n# note\n", "comment: \"#\""), ("a;b;y\n1,5;2;3\n", "decimal: \",\""),
    ("a;b;y\nm;kg;s\n1,5;2;3\n", "skip_lines: [2]"), ("#,b\n1,2\n", "the columns are #, b"),
    ("1,2,3\n4,5,6\n", "first line must name the columns"),
  ])
  func hintsFitTheFile(_ text: String, _ words: String) {
    let error = #expect(throws: DataError.self) { try read(text, DataLayout(targets: ["y"], missing: .mean)) }
    #expect(error?.hint?.contains(words) == true, "\(error?.hint ?? "none")")
  }
}
