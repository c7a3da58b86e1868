// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

/// The numbers of rows, steps and columns of a product.
struct ProductShape: Sendable, CustomTestStringConvertible {
  let rows: Int, depth: Int, columns: Int
  var testDescription: String { "\(rows)x\(depth)x\(columns)" }

  /// Sizes around every edge of tiles, vectors and panels.
  static let sizes = [1, 2, 5, 6, 7, 8, 13, 16, 17, 31, 33, 64, 100, 257, 400]

  /// Shapes in which every pair of sizes occurs, and every size in all three positions.
  static let sampled: [ProductShape] = sizes.indices.flatMap { i in
    sizes.indices.map { j in
      ProductShape(rows: sizes[i], depth: sizes[(i * 5 + j * 3 + 2) % sizes.count], columns: sizes[j])
    }
  }

  /// Shapes large enough to be divided into several tasks and to be packed.
  static let shared = [
    ProductShape(rows: 64, depth: 64, columns: 64), ProductShape(rows: 257, depth: 100, columns: 33),
    ProductShape(rows: 128, depth: 784, columns: 300), ProductShape(rows: 13, depth: 600, columns: 1000),
    ProductShape(rows: 300, depth: 1024, columns: 400),
  ]
}

/// Compares the three products with sums over the depth, computed element by element in ascending order.
@Suite struct ProductTests {
  @Test(arguments: ProductShape.sampled)
  func forward(_ shape: ProductShape) {
    checkForward(shape, Float.self)
    checkForward(shape, Double.self)
  }

  @Test(arguments: ProductShape.sampled)
  func weightGradient(_ shape: ProductShape) {
    checkWeightGradient(shape, Float.self)
    checkWeightGradient(shape, Double.self)
  }

  @Test(arguments: ProductShape.sampled)
  func backward(_ shape: ProductShape) {
    checkBackward(shape, Float.self)
    checkBackward(shape, Double.self)
  }

  /// Rows and tasks are independent, so the bits do not depend on how the work is divided.
  @Test(arguments: ProductShape.shared, [2, 3, 7])
  func bitsDoNotDependOnTheDivision(_ shape: ProductShape, _ parts: Int) {
    checkParts(shape, parts, Float.self)
    checkParts(shape, parts, Double.self)
  }

  /// z = x·W + b must have the same bits as the chain of fused multiply-adds over ascending depth.
  private func checkForward<E: Element>(_ shape: ProductShape, _ type: E.Type) {
    let x = OwnedMatrix<E>(shape.rows, shape.depth, seed: 1)
    let w = OwnedPanels<E>(shape.depth, shape.columns, seed: 2)
    let bias = OwnedMatrix<E>(1, shape.columns, seed: 3)
    let z = OwnedMatrix<E>(shape.rows, shape.columns, seed: 4)
    Product.forward(x.view, w.view, bias: bias.view.pointer, into: z.view, rows: 0..<shape.rows)
    let expected = fold(shape.rows, shape.columns, shape.depth) { i, j in
      bias.view[0, j]
    } _: { i, j, p in
      (x.view[i, p], w.view[p, j])
    }
    #expect(z.numbers == expected)
    #expect(z.padding.allSatisfy { $0 == 0 })
    Product.forward(x.view, w.view, bias: nil, into: z.view, rows: 0..<shape.rows)
    let plain = fold(shape.rows, shape.columns, shape.depth) { _, _ in
      0
    } _: { i, j, p in
      (x.view[i, p], w.view[p, j])
    }
    #expect(z.numbers == plain)
    expectNear(z, shape.depth) { i, j, p in Double(x.view[i, p]) * Double(w.view[p, j]) }
  }

  private func checkWeightGradient<E: Element>(_ shape: ProductShape, _ type: E.Type) {
    // Here the depth is the number of samples.
    let x = OwnedMatrix<E>(shape.depth, shape.rows, seed: 5)
    let delta = OwnedMatrix<E>(shape.depth, shape.columns, seed: 6)
    let gradient = OwnedPanels<E>(shape.rows, shape.columns, seed: 7)
    let cut = ProductCut(gradient.view, samples: shape.depth, grain: 60_000)
    for task in 0..<cut.tasks { Product.weightGradient(x.view, delta.view, into: gradient.view, cut, task: task) }
    let expected = fold(shape.rows, shape.columns, shape.depth) { _, _ in
      0
    } _: { i, j, p in
      (x.view[p, i], delta.view[p, j])
    }
    #expect(gradient.numbers == expected)
    #expect(gradient.padding.allSatisfy { $0 == 0 })
  }

  private func checkBackward<E: Element>(_ shape: ProductShape, _ type: E.Type) {
    let delta = OwnedMatrix<E>(shape.rows, shape.depth, seed: 8)
    let w = OwnedPanels<E>(shape.columns, shape.depth, seed: 9)
    let g = OwnedMatrix<E>(shape.rows, shape.columns)
    g.view.fill(.nan)
    Product.backward(delta.view, w.view, into: g.view, rows: 0..<shape.rows)
    let expected = fold(shape.rows, shape.columns, shape.depth) { _, _ in
      0
    } _: { i, j, p in
      (delta.view[i, p], w.view[j, p])
    }
    #expect(g.numbers == expected)
    #expect(g.padding.allSatisfy { $0 == 0 })
    expectNear(g, shape.depth) { i, j, p in Double(delta.view[i, p]) * Double(w.view[j, p]) }
  }

  private func checkParts<E: Element>(_ shape: ProductShape, _ parts: Int, _ type: E.Type) {
    func results(_ parts: Int) -> [[[E]]] {
      let pool = ThreadPool(threads: parts)
      func eachPart(_ body: (Range<Int>) -> Void) {
        pool.run(parts) { body(shape.rows * $0 / parts..<shape.rows * ($0 + 1) / parts) }
      }
      let x = OwnedMatrix<E>(shape.rows, shape.depth, seed: 1)
      let w = OwnedPanels<E>(shape.depth, shape.columns, seed: 2)
      let z = OwnedMatrix<E>(shape.rows, shape.columns)
      eachPart { Product.forward(x.view, w.view, bias: nil, into: z.view, rows: $0) }
      let gradient = OwnedPanels<E>(shape.depth, shape.columns, seed: 3)
      let cut = ProductCut(gradient.view, samples: shape.rows, grain: 300_000 / parts)
      pool.run(cut.tasks) { Product.weightGradient(x.view, z.view, into: gradient.view, cut, task: $0) }
      let g = OwnedMatrix<E>(shape.rows, shape.depth)
      eachPart { Product.backward(z.view, w.view, into: g.view, rows: $0) }
      return [z.numbers, gradient.numbers, g.numbers]
    }
    #expect(results(1) == results(parts))
  }

  /// Returns start + Σ a·b for each element, rounded once per term.
  private func fold<E: Element>(
    _ rows: Int, _ columns: Int, _ depth: Int, _ start: (Int, Int) -> E, _ term: (Int, Int, Int) -> (E, E)
  ) -> [[E]] {
    (0..<rows).map { i in
      (0..<columns).map { j in
        var sum = start(i, j)
        for p in 0..<depth {
          let (a, b) = term(i, j, p)
          sum.addProduct(a, b)
        }
        return sum
      }
    }
  }

  /// Expects elements near the same sum in f64, within the error bound for a sum of terms of magnitude at most 1.
  private func expectNear<E: Element>(_ c: OwnedMatrix<E>, _ depth: Int, _ term: (Int, Int, Int) -> Double) {
    let bound = 2 * Double(depth * (depth + 1)) * Double(E.ulpOfOne)
    for i in stride(from: 0, to: c.view.rows, by: 3) {
      for j in stride(from: 0, to: c.view.columns, by: 3) {
        var sum = 0.0
        for p in 0..<depth { sum += term(i, j, p) }
        #expect(abs(Double(c.view[i, j]) - sum) <= bound)
      }
    }
  }
}
