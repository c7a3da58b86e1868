// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

/// Functions of matrices, which are lists of lists of one length. To add one, add an entry.
package enum Matrices {
  package static let builtins: [Builtin] = [
    Builtin(
      "shape", "Finds the sizes of nested lists, from the outermost to the innermost, or `[]` for a number.",
      in: .lists,
      [Parameter("x", .union([.number(), .list]), "number, list, or nested lists of equal length")],
      gives: "a list of whole numbers", example: "shape([[1, 2, 3], [4, 5, 6]])", seeAlso: ["len", "transpose"]
    ) { call throws(Diagnostic) in
      .numbers(try call.attempt(at: "x") { () throws(Complaint) in try call.value("x").shape() }.map(Double.init))
    },
    Builtin(
      "transpose", "Exchanges the rows and columns of a matrix.", in: .lists,
      [Parameter("m", .list, "matrix: a list of lists of equal length, such as a layer's weight")],
      gives: "a list of lists",
      example: "transpose([[1, 2, 3], [4, 5, 6]])", seeAlso: ["matmul", "shape", "zip"]
    ) { call throws(Diagnostic) in
      try call.attempt(at: "m") { () throws(Complaint) in .list(try transposed(call.value("m"))) }
    },
    Builtin(
      "matmul",
      "Multiplies two matrices. A plain list is a row on the left and a column on the right; "
        + "the product of two plain lists is their dot product.",
      in: .lists,
      [Parameter("a", .list, "matrix or list of numbers"), Parameter("b", .list, "matrix or list of numbers")],
      gives: "a matrix, a list of numbers, or a number", example: "matmul([[1, 2], [3, 4]], [10, 1])",
      seeAlso: ["transpose", "shape"]
    ) { call throws(Diagnostic) in
      let a = try factor("a", of: call)
      let b = try factor("b", of: call)
      return try call.attempt { () throws(Complaint) in try MatrixProduct(a, b).value(call.pool) }
    },
  ]

  private static func factor(_ name: String, of call: Call) throws(Diagnostic) -> MatrixProduct.Factor {
    try call.attempt(at: name) { () throws(Complaint) in
      let value = call.value(name)
      let shape = try value.shape()
      try Complaint.checkStop()
      guard 1...2 ~= shape.count else {
        throw Complaint("wrong-shape", "matmul needs a matrix or a list of numbers, but this has the shape \(shape)")
      }
      let numbers = try value.flattened(for: "matmul")
      try Complaint.checkStop()
      return MatrixProduct.Factor(numbers: numbers, shape: shape)
    }
  }

  private static func transposed(_ value: Value) throws(Complaint) -> List {
    let shape = try value.shape()
    try Complaint.checkStop()
    guard shape.count == 2 else {
      throw Complaint(
        "wrong-shape", "transpose needs a matrix, a list of lists of one length, but this has the shape \(shape)",
        notes: shape.count == 1 ? ["transpose([x]) makes the list x a column, a matrix with one number per row"] : [])
    }
    let (rows, columns) = (shape[0], shape[1])
    try ValueLimits.checkList(count: columns)
    try ValueLimits.checkMatrix(rows: columns, columns: rows)
    if let elements = value.elements, elements.rows != nil || elements.allSatisfy({ $0.elements?.isFlat == true }) {
      let numbers = try value.flattened(for: "transpose")
      try Complaint.checkStop()
      return List(matrix: transposed(numbers, rows: rows, columns: columns), rows: columns, columns: rows)
    }
    let lists = (value.elements ?? []).untilStopped.compactMap(\.elements)
    try Complaint.checkStop()
    return List((0..<columns).lazy.map { column in .list(of: lists.map { $0[column] }) })
  }

  /// The numbers of a matrix column by column. After a stop some of them are 0.
  private static func transposed(_ numbers: [Double], rows: Int, columns: Int) -> [Double] {
    // Both a block and its transpose fit into the first-level cache.
    let block = 32
    let stop = StopToken.current
    var results = [Double](repeating: 0, count: numbers.count)
    for firstRow in stride(from: 0, to: rows, by: block) {
      for firstColumn in stride(from: 0, to: columns, by: block) {
        if stop.isRequested { return results }
        for column in firstColumn..<min(firstColumn + block, columns) {
          for row in firstRow..<min(firstRow + block, rows) {
            results[column * rows + row] = numbers[row * columns + column]
          }
        }
      }
    }
    return results
  }
}
