// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Tests of the user's own data in the language: from lists and tables to predictions.
@Suite struct DataSetBuiltinsTests {
  @Test func listsBecomeDataSets() {
    let script = """
      fn flat(x) = replace(str(x), "\\n", "")
      print(dataset([1, 2, 3], [10, 20, 40]).targets |> flat)
      d = dataset([[1, 2], [3, 4], [5, 6]], ["b", "a", "b"])
      print(flat(d.inputs), d.targets, d.classes, d.input_names)
      print(dataset([1, 2], [true, false]).classes, flat(dataset([true, false], [[1, 2], [3, 4]]).inputs))
      print(dataset(1..3, [2, 0, 1], classes: 4), dataset(1..3, [3, 1, 2], classes: 1..3).targets)
      print(dataset(1..3, ["lo", "hi", "lo"], classes: ["lo", "hi"]).classes, dataset(1..2, [7, 5], classes: true).classes)
      x = [[1, 2, 3], [4, 5, 6]]
      print(flat(dataset(x, x).targets), flat(dataset([1, none, 3], [1, 2, 3], missing: mean).inputs))
      print(dataset([1, nan, 3], [1, 2, none], missing: drop).samples)
      print(flat(dataset([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [1, 2]).inputs))
      """
    #expect(
      transcript(script) == """
        [[10], [20], [40]]
        [[1, 2], [3, 4], [5, 6]] ["b", "a", "b"] ["a", "b"] ["x1", "x2"]
        ["false", "true"] [[1], [0]]
        data: 3 samples, 1 input, 4 classes (0, 1, 2, 3) ["3", "1", "2"]
        ["lo", "hi"] ["5", "7"]
        [[1, 2, 3], [4, 5, 6]] [[1], [2], [3]]
        1
        [[1, 2, 3, 4], [5, 6, 7, 8]]

        """)
  }

  @Test func tablesBecomeDataSets() {
    let script = """
      fn flat(x) = replace(str(x), "\\n", "")
      t = table([
        record(size: 70, city: "Rome", new: true, rent: 900),
        record(size: 40, city: "Oslo", new: false, rent: 800),
        record(size: 55, city: "Rome", new: true, rent: none),
      ])
      d = dataset(t, target: ["rent", "size"], one_hot: city, missing: drop)
      print(d.input_names, flat(d.inputs), d.target_names, flat(d.targets))
      print(dataset(t, target: city, drop: rent), dataset(t, target: new, drop: [rent, city]).targets)
      print(dataset(select(t, size), t.city).targets, dataset(select(t, size), select(t, size)).target_names)
      print(dataset(record(a: [1, 2], b: ["u", "v"]), target: "b").classes)
      print(dataset(record(a: [1, 2]), targets: [3, 4]).samples)
      """
    #expect(
      transcript(script) == """
        ["city_Oslo", "city_Rome", "new"] [[0, 1, 1], [1, 0, 0]] ["rent", "size"] [[900, 70], [800, 40]]
        data: 3 samples, 2 inputs, 2 classes (Oslo, Rome) ["true", "false", "true"]
        ["Rome", "Oslo", "Rome"] ["size"]
        u
        v
        2

        """)
  }

  /// Each call with a part of the message and of the notes.
  @Test(arguments: [
    ("dataset([1, 2], [1, 2, 3])", "inputs has 2 samples, but there are 3 targets", ""),
    ("dataset([[1, 2, 3], [4, 5, 6]], [1, 2, 3])", "inputs has 2 samples", "transpose(...)"),
    ("dataset([[1, 2], [3]], [1, 2])", "inputs[1] has 2 numbers, but inputs[2] has 1", ""),
    ("dataset([[1, 2], [3, \"x\"]], [1, 2])", "inputs[2][2] must be a number, but it is a string", "one_hot"),
    ("dataset([[[1, 2]], [[3, true, fn(x) = x]]], [1, 2])", "inputs[2][1][3] must be a number", "one_hot"),
    ("dataset([[1, 2], 3], [1, 2])", "inputs[2] is a number, but inputs[1] is a list", ""),
    ("dataset([1, \"x\"], [1, 2])", "inputs[2] must be a number or a list of numbers, but it is a string", ""),
    ("dataset([1, none], [1, 2])", "row 2: no value in column 'x1'", "missing: drop"),
    ("dataset([1, inf], [1, 2])", "row 2, column 'x1': 'inf' is not a finite number", ""),
    ("dataset([1, 2], [1, \"x\"])", "'y1' has both numbers and text, such as 'x' in row 2", "classes: true"),
    ("dataset([1, 2], [0, 3], classes: 3)", "row 2, column 'y1': '3' is not a whole number from 0 to 2", "1..10"),
    ("dataset(1..2, [\"a\", \"c\"], classes: [\"a\", \"b\"])", "'c' is not one of the classes", "the classes are a, b"),
    ("dataset([1, 2], [\"a\", \"c\"], classes: [\"a\", \"a\"])", "the class \"a\" appears twice", ""),
    ("dataset([], [])", "there are no rows", ""),
    ("dataset(table([record(a: 1, b: 2)]))", "needs a column to predict", "the columns are a, b"),
    ("dataset(table([record(a: 1, b: 2)]), target: c)", "unknown column 'c'", ""),
    ("dataset(table([record(a: 1, b: 2)]), [1], target: b)", "the targets are given twice", "target: for the name"),
    ("dataset(table([record(a: \"u\", b: 2)]), target: b)", "row 1, column 'a': 'u' is not", "one_hot: [\"a\"]"),
    ("standardize(iris(), targets: true)", "the targets of iris are classes", "scale only the inputs"),
    ("scale(gaussian(4, 2, 1), inputs: [1, 2, 3])", "there are 3 factors for 2 inputs", "one number for all inputs"),
    ("scale(gaussian(4, 2, 1), targets: 0)", "targets cannot be scaled by 0", "other than 0"),
    ("scale(gaussian(4, 2, 1))", "scale needs inputs, targets or like", "targets: 1 / 1000"),
    ("d = gaussian(4, 2, 1); scale(d, targets: 2, like: d)", "like already determines the scaling", "like: train"),
    ("scale(gaussian(4, 2, 1), like: gaussian(4, 3, 1))", "gaussian has 2 inputs but gaussian has 3", "same number"),
    ("draw(he_normal, 3)", "he_normal depends on the size of a layer", "draw(he_normal, [30, 20])"),
    ("draw(lsuv, [2, 2])", "lsuv needs a network and data", "orthogonal"),
    ("draw(normal, [2, 0])", "must be whole numbers of at least 1", ""),
    ("draw(normal, 1e12)", "is too long", ""),
    ("draw(normal, [1e9, 1e9, 1e9])", "are too many", ""),
    ("predict(mlp([4, 3], tanh), [1, 2, 3, 4], as: classes)", "classes of these samples have no names", "like: data"),
    ("predict(mlp([4, 2], tanh), iris(), as: classes)", "iris has 3 classes, but the network has 2 outputs", "trained"),
    (
      "predict(mlp([1, 2], tanh), gaussian(2, 1, 2), as: probabilities)", "the targets are not classes", "classes: true"
    ),
    ("predict(mlp([3, 2], tanh), [1, 2])", "the number of inputs is 2 in the data, but 3 in the network", ""),
    (
      "evaluate(mlp([1, 1], tanh), scale(dataset([1, 2], [0, 1]), targets: 0.5), loss: bce, unit: original)",
      "bce has no original unit", "mse"
    ),
    (
      "d = gaussian(8, 1, 1); train(mlp([1, 1], tanh), standardize(d, targets: true), validation: d)",
      "the targets of the validation set are not scaled", "scale(validation, like: data)"
    ),
  ])
  func badInputIsExplained(_ code: String, _ message: String, _ note: String) {
    let fault = fault(code)
    #expect(fault?.message.contains(message) == true, "\(fault?.message ?? "none")")
    #expect(
      note.isEmpty || fault?.notes.contains { $0.contains(note) } == true, "\(fault?.notes ?? [])")
  }

  /// Errors point at the argument that causes them.
  @Test(arguments: [
    ("csv(\"f.csv\", target: \"pirce\")", "\"pirce\"", "did you mean 'price'?"),
    ("csv(\"f.csv\", target: \"price\", drop: [\"rooms\"])", "[\"rooms\"]", "did you mean 'room'?"),
    ("csv(\"f.csv\", target: \"price\", one_hot: \"price\")", "\"price\"", ""),
    ("csv(\"f.csv\", target: \"price\", classes: 3)", "3", ""),
    ("scale(gaussian(4, 2, 1), targets: [1, 2])", "[1, 2]", ""),
    ("standardize(iris(), like: digits())", "digits()", ""),
  ])
  func errorsPointAtTheirArgument(_ call: String, _ argument: String, _ label: String) throws {
    let code = "save(table([record(room: 1, price: 20)]), \"f.csv\"); "
    let marked = try #require(fault(code + call)?.labels.first)
    #expect(marked.source.text(in: marked.range) == argument && marked.text == label)
  }

  /// Predictions and losses in the original unit are those computed from the scaled ones by hand.
  @Test func scaledTargetsComeBack() {
    let script = """
      fn flat(x) = replace(str(x), "\\n", "")
      d = dataset([1, 2, 3, 4], [[1000, 1], [3000, 2], [2000, 5], [6000, 0]])
      s = standardize(d, targets: true)
      net = mlp([1, 4, 2], tanh)
      old = predict(net, s)
      new = predict(net, s, unit: scaled)
      shift = [mean(map(d.targets, first)), mean(map(d.targets, last))]
      print(max(map(1..4, fn(i) = max(abs(old[i] - (new[i] * s.target_units + shift))))) < 1e-10)
      errors = map(1..4, fn(i) = mean((old[i] - d.targets[i])^2))
      print(abs(evaluate(net, s, unit: original).loss / mean(errors) - 1) < 1e-12)
      print(abs(evaluate(net, s).loss - mean(map(1..4, fn(i) = mean((new[i] - s.targets[i])^2)))) < 1e-14)
      print(flat(predict(net, [1, 2, 3, 4], like: s)) == flat(old), flat(predict(net, d, like: s)) == flat(old))
      print(flat(predict(net, s.inputs, unit: scaled)) == flat(new))
      k = scale(d, inputs: 10, targets: [1 / 1000, 1])
      print(flat(k.inputs), flat(k.targets), k.target_units, k)
      parts = split(s, 0.5)
      print(parts[2].target_units == s.target_units, standardize(parts[1], like: s, targets: true).target_units == s.target_units)
      run = train(net, parts[1], validation: parts[2], epochs: 1)
      print(run.state)
      """
    #expect(
      transcript(script) == """
        true
        true
        true
        true true
        true
        [[10], [20], [30], [40]] [[1, 1], [3, 2], [2, 5], [6, 0]] [1000, 1] data: 4 samples, 1 input, 2 targets, inputs scaled, targets scaled
        [true, true] [true, true]
        finished

        """)
  }

  /// The names of the classes come from the data set that the network was trained on, as does the scaling of lists.
  @Test func predictionsHaveNames() {
    let script = """
      fn flat(x) = replace(str(x), "\\n", "")
      d = standardize(iris())
      net = mlp([4, 8, 3], tanh)
      run = train(net, d, epochs: 40)
      names = predict(net, d, as: classes)
      print(abs(len(filter(names == d.targets, fn(r) = r)) / 150 - evaluate(net, d).accuracy) < 1e-12)
      print(all(predict(net, iris().inputs, as: classes, like: d) == names))
      print(predict(net, [5.1, 3.5, 1.4, 0.2], as: classes, like: d), predict(net, [[6.3, 3.3, 6, 2.5]], as: classes, like: d))
      p = predict(net, d, as: probabilities)
      print(columns(p), max(abs(p.setosa + p.versicolor + p.virginica - 1)) < 1e-12)
      t = table([record(petal_width: 2.5, sepal_length: 6.3, sepal_width: 3.3, note: "?", petal_length: 6)])
      print(d.input_names, predict(net, t, as: classes, like: d))
      one = mlp([2, 8, 1], tanh)
      moon = moons(100)
      run = train(one, moon, epochs: 20)
      right = predict(one, moon, as: classes) == moon.targets
      print(len(filter(right, fn(r) = r)) / 100 == evaluate(one, moon).accuracy)
      """
    #expect(
      transcript(script) == """
        true
        true
        ["setosa"] ["virginica"]
        ["setosa", "versicolor", "virginica"] true
        ["sepal_length", "sepal_width", "petal_length", "petal_width"] ["virginica"]
        true

        """)
  }

  /// Columns of text become the inputs that one_hot made of them, whatever their order and whatever else there is.
  @Test func predictsFromColumnsOfText() throws {
    let setup = """
      t = table([
        record(city: "Oslo", size: 1, a: "x", a_b: "u", rent: 3), record(city: "Bergen", size: 2, a: "y", a_b: "v", rent: 4)
      ])
      d = standardize(dataset(t, target: "rent", one_hot: ["city", "a", "a_b"]))
      net = mlp([len(d.input_names), 4, 1], tanh)

      """
    let script =
      setup + """
        print(str(predict(net, t, like: d)) == str(predict(net, d)))
        one = predict(net, record(rent: 0, a_b: "u", a: "x", city: "Oslo", size: 1), like: d)
        print(one[1][1] == predict(net, d)[1][1])
        gaps = record(a_b: "u", a: none, city: none, size: none)
        means = str(predict(net, [[0.5, 0.5, 1.5, 0.5, 0.5, 1, 0]], like: d))
        print(str(predict(net, gaps, like: d, missing: mean)) == means)
        print(str(predict(net, [[0.5, none, none, 0.5, 0.5, 1, 0]], like: d, missing: mean)) == means)
        """
    #expect(transcript(script) == "true\ntrue\ntrue\ntrue\n")
    for (rows, message, note) in [
      ("t |> with(city: \"Narvik\")", "row 1, column 'city': the network was not trained on 'Narvik'", "Bergen, Oslo"),
      ("t |> select(city, a, a_b)", "no column 'size', which is an input of data", "city, a, a_b"),
      ("t |> with(a: none)", "row 1: no value in column 'a'", "missing: mean"),
      ("t |> with(size: [1, none])", "row 2: no value in column 'size'", "missing: mean"),
      ("t |> with(size: \"big\")", "row 1, column 'size': 'big' is not a finite number", "must be numbers"),
    ] {
      let error = try #require(fault(setup + "predict(net, \(rows), like: d)"))
      #expect(error.message == message)
      #expect(error.notes.contains { $0.contains(note) })
    }
  }

  @Test func drawnNumbersAreValues() {
    let script = """
      fn flat(x) = replace(str(x), "\\n", "")
      x = draw(normal(3, 2), 10000)
      print(abs(mean(x) - 3) < 0.08, abs(std(x) - 2) < 0.06)
      u = draw(uniform(-1, 2), 10000)
      print(min(u) >= -1, max(u) < 2, abs(mean(u) - 0.5) < 0.04)
      print(shape(draw(constant(7), [2, 3, 4])), draw(constant(7), 2), draw(constant(7)), draw(zeros, [1, 2]) |> flat)
      print(draw(normal, 2) != draw(normal, 2))
      q = draw(orthogonal, [2, 3])
      print(abs(matmul(q, transpose(q))[1][1] - 1) < 1e-14, abs(std(draw(he_normal, [200, 50])[1]) - 0.2) < 0.1)
      seed(4); a = draw(normal, 3); seed(4); print(a == draw(normal, 3))
      """
    #expect(
      transcript(script) == """
        true true
        true true true
        [2, 3, 4] [7, 7] 7 [[0, 0]]
        true
        true
        true true
        true
        true
        true

        """)
  }

  @Test func filesBecomeDataSets() throws {
    let script = """
      fn flat(x) = replace(str(x), "\\n", "")
      save(table([
        record(id: "a", size: 70, city: "Rome", rent: 900), record(id: "b", size: 40, city: "Oslo", rent: none),
        record(id: "c", size: 55, city: "Rome", rent: 850)]), "flats.csv")
      d = csv("flats.csv", target: ["rent", "size"], drop: "id", one_hot: "city", missing: drop)
      print(d, d.input_names, flat(d.targets))
      print(csv("flats.csv", target: "city", drop: ["id", "rent"], classes: ["Rome", "Oslo"]).classes)
      print(csv("flats.csv", target: "size", drop: ["id", "city"], missing: mean, separator: ",").inputs |> flat)
      """
    #expect(
      transcript(script) == """
        flats: 2 samples, 1 input, 2 targets ["city_Rome"] [[900, 70], [850, 55]]
        Rome
        Oslo
        [[900], [875], [850]]

        """)
    let notation = "decimal: \",\", comment: \"#\", skip_lines: [3]"
    let scripted = ScriptedHost()
    scripted.state.withLock { $0.files["eu.csv"] = Array("# by X\na;b\ncm;kg\n1,5;2\n3;4,5\n".utf8) }
    try Interpreter(host: scripted.host()).run(
      Source(name: "test", text: "print(csv(\"eu.csv\", target: b, \(notation)).targets)"))
    #expect(scripted.output.contains("4.5"), "\(scripted.output)")
    let file = "save(table([record(a: 1, b: 2)]), \"f.csv\"); "
    #expect(fault(file + "csv(\"f.csv\")")?.notes.contains { $0.contains("the columns are a, b") } == true)
    for (arguments, message) in [
      ("target: \"b\", separator: \"1\"", "a single character"), ("target: \"b\", separator: \";\"", "no column 'b'"),
      ("target: [1]", "a list of strings"), ("target: \"b\", decimal: \";\"", "the decimal separator must be"),
      ("target: \"b\", decimal: \",\", separator: \",\"", "a single character"),
      ("target: \"b\", skip_lines: [0]", "whole numbers of at least 1"),
    ] {
      #expect(fault(file + "csv(\"f.csv\", \(arguments))")?.message.contains(message) == true)
    }
  }

  /// A note about a file appears once, however often the file is read.
  @Test(arguments: [
    "for i in 1..3 { csv(\"f.csv\", target: b); }", "sweep(fn(n) { csv(\"f.csv\", target: b); n }, n: 1..3);",
  ])
  func notesAboutFilesAppearOnce(_ code: String) throws {
    let scripted = ScriptedHost()
    scripted.state.withLock { $0.files["f.csv"] = Array("a,b\n1,2\n1,3\n".utf8) }
    try Interpreter(host: scripted.host()).run(Source(name: "test", text: code))
    #expect(scripted.notes.filter { $0.contains("the same value") }.count == 1, "\(scripted.notes)")
  }

  /// A list of lists with one number each is a column of numbers, as the outputs of a network are. Others are kept.
  @Test func listsOfOneElementBecomeColumns() {
    let script = """
      t = table([record(a: 1), record(a: 2)])
      print(str((t |> with(b: [[3], [4]])).b), str((t |> with(b: [["x"], ["y"]])).b))
      """
    #expect(transcript(script) == "[3, 4] [\"[\\\"x\\\"]\", \"[\\\"y\\\"]\"]\n")
  }

  @Test func aTableIsDescribed() {
    let script = """
      t = table([record(a: 1, b: "x"), record(a: none, b: "y"), record(a: 4, b: "x")])
      print(summarize(t))
      """
    #expect(
      transcript(script) == """
        column\tcount\tmissing\tdistinct\tmin\tmean\tmax\tstd
        a\t2\t1\t2\t1\t2.5\t4\t2.1213203435596424
        b\t3\t0\t2\t\t\t\t

        """)
  }
}
