// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import TestSupport
import Testing

@testable import FlowRuntime

/// Shapes, transposes and products of matrices.
struct MatricesTests {
  /// The results of NumPy 2, except that a shape with rows of no numbers is written as lists.
  @Test(arguments: [
    ("shape(3)", "[]"), ("shape([])", "[0]"), ("shape([[], []])", "[2, 0]"), ("shape(1..4)", "[4]"),
    ("shape([1, none])", "[2]"), ("shape([\"ab\", \"c\"])", "[2]"), ("shape([[1, 2, 3], [4, 5, 6]])", "[2, 3]"),
    ("shape([1..3, [4, 5, 6]])", "[2, 3]"), ("shape([[[1, 2]], [[3, 4]], [[5, 6]]])", "[3, 1, 2]"),
    ("shape(mlp([40, 2], tanh)[1].weight)", "[2, 40]"),
    ("transpose([[1, 2, 3], [4, 5, 6]])", "[[1, 4], [2, 5], [3, 6]]"), ("transpose([1..3])", "[[1], [2], [3]]"),
    ("transpose([[\"a\", 1], [none, true]])", "[[\"a\", none], [1, true]]"), ("transpose([[], []])", "[]"),
    ("matmul([[1, 2], [3, 4]], [[5, 6], [7, 8]])", "[[19, 22], [43, 50]]"),
    ("matmul([[1, 2], [3, 4]], [10, 1])", "[12, 34]"), ("matmul([10, 1], [[1, 2], [3, 4]])", "[13, 24]"),
    ("matmul([1, 2, 3], 4..6)", "32"), ("matmul([[1, 2, 3]], [[4], [5], [6]])", "[[32]]"),
    ("matmul([[1], [2]], [[3, 4]])", "[[3, 4], [6, 8]]"), ("matmul([], [])", "0"), ("matmul([[], []], [])", "[0, 0]"),
    ("matmul([[1], [2]], [[]])", "[[], []]"), ("matmul([[nan, 1]], [0, 2])", "[nan]"),
    ("matmul([1e200, 1], [1e200, -inf])", "nan"), ("matmul([1e8, 1, -1e8], [1e8, 1, 1e8])", "0"),
  ])
  func values(_ script: String, _ output: String) {
    #expect(transcript("str([\(script)])") == "[\(output)]\n")
  }

  @Test(arguments: [
    (
      "matmul([[1, 2, 3], [4, 5, 6]], [[1, 2], [3, 4]])", "shape-mismatch",
      "matmul cannot multiply the shapes [2, 3] and [2, 2]: the last size on the left is 3, the first on the right 2"
    ),
    (
      "matmul([1, 2], [1, 2, 3])", "shape-mismatch",
      "matmul cannot multiply the shapes [2] and [3]: the last size on the left is 2, the first on the right 3"
    ),
    (
      "matmul([[1, 2], [3]], [1, 2])", "ragged-list",
      "the list is ragged: element 1 is a list of shape [2], but element 2 is a list of shape [1]"
    ),
    (
      "shape([[1], 2])", "ragged-list",
      "the list is ragged: element 1 is a list of shape [1], but element 2 is a number"
    ),
    ("matmul([1, \"a\"], [1, 2])", "wrong-type", "matmul needs numbers, but this list has a string"),
    ("matmul([1, none], [1, 2])", "wrong-type", "matmul needs numbers, but this list has none"),
    (
      "matmul([[[1]]], [1])", "wrong-shape",
      "matmul needs a matrix or a list of numbers, but this has the shape [1, 1, 1]"
    ),
    ("matmul(2, [1])", "wrong-type", "'a' of matmul must be a list, but this is a number"),
    (
      "transpose([1, 2])", "wrong-shape",
      "transpose needs a matrix, a list of lists of one length, but this has the shape [2]"
    ),
    ("shape(\"abc\")", "wrong-type", "'x' of shape must be a number or a list, but this is a string"),
  ])
  func errors(_ script: String, _ code: String, _ message: String) {
    let found = fault(script)
    #expect(found?.code == code)
    #expect(found?.message == message)
  }

  @Test func aMismatchNamesTheTransposeThatFits() {
    #expect(fault("matmul([[1, 2, 3]], [[1, 2, 3]])")?.notes == ["transpose the second: matmul(a, transpose(b))"])
    #expect(fault("matmul([[1, 2, 3]], [[1, 2]])")?.notes == ["transpose the first: matmul(transpose(a), b)"])
    #expect(fault("matmul([1, 2], [1])")?.notes == [])
  }

  /// Each element is the sum of products in ascending order with one rounding per term, on any number of threads.
  @Test(arguments: 0..<20, [1, 3]) func products(_ seed: Int, _ threads: Int) throws {
    func size(_ index: Int) -> Int { (seed * 7919 + index * 104_729) % [5, 40, 90][seed % 3] + 1 }
    let (rows, depth, columns) = (size(1), size(2), size(3))
    let a = (0..<rows * depth).map { Real.sin(Double($0 + seed)) }
    let b = (0..<depth * columns).map { Real.cos(Double($0 * $0 + seed)) }
    let product = try MatrixProduct(
      .init(numbers: a, shape: [rows, depth]), .init(numbers: b, shape: [depth, columns])
    ).value(ThreadPool(threads: threads))
    let found = try product.flattened(for: "test")
    #expect(try product.shape() == [rows, columns])
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for step in 0..<depth { sum.addProduct(a[row * depth + step], b[step * columns + column]) }
        #expect(found[row * columns + column] == sum, "row \(row), column \(column) of \(rows)×\(depth)×\(columns)")
      }
    }
  }

  @Test(arguments: [(1, 1), (3, 32), (32, 3), (33, 34), (70, 5), (100, 100)])
  func transposingTwiceChangesNothing(_ rows: Int, _ columns: Int) {
    let script = """
      m = map(1..\(rows), fn(i) = (1..\(columns)) * 1000 + i)
      t = transpose(m)
      assert shape(t) == [\(columns), \(rows)] |> all
      print(contains([transpose(t)], m))
      print(t[\(columns)][\(rows)] == m[\(rows)][\(columns)])
      print(sum(t[1]) == \(rows) * 1000 + sum(1..\(rows)))
      """
    #expect(transcript(script) == "true\ntrue\ntrue\n")
  }

  @Test func aProductWithTheIdentityChangesNothing() {
    let script = """
      w = mlp([50, 50], tanh)[1].weight
      one = map(1..50, fn(i) = map(1..50, fn(j) = 0 ^ abs(i - j)))
      print(contains([matmul(w, one)], w), contains([matmul(one, w)], w))
      print(contains([transpose(matmul(w, w))], matmul(transpose(w), transpose(w))))
      """
    #expect(transcript(script).split(whereSeparator: \.isWhitespace) == ["true", "true", "true"])
  }
}
