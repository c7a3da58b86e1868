// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

private let sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

/// The smallest size that is also measured on two threads.
private let smallestForThreads = 256

/// Registers the three products of a dense layer on square matrices, on one thread and, if they are large, on two.
func registerProducts<E: Element>(_ type: E.Type, _ precision: String) {
  for threads in [1, 2] {
    for size in sizes where threads == 1 || size >= smallestForThreads {
      registerProduct("forward", E.self, precision, size, threads) { $0.forward($1) }
      registerProduct("backward", E.self, precision, size, threads) { $0.backward($1) }
      registerProduct("gradient", E.self, precision, size, threads) { $0.gradient($1) }
    }
  }
}

private func registerProduct<E: Element>(
  _ form: String, _ type: E.Type, _ precision: String, _ size: Int, _ threads: Int,
  run: @escaping (DenseLayer<E>, ThreadPool) -> Void
) {
  let operations = Double(2 * size * size * size)
  register(
    "product", ["form": form, "precision": precision, "size": "\(size)", "threads": "\(threads)"],
    nanoseconds: 20 + operations / 50
  ) {
    (layer: DenseLayer<E>(size), pool: ThreadPool(threads: threads))
  } run: { state in
    run(state.layer, state.pool)
  }
}

/// A layer with as many samples as inputs and outputs. The work is divided among threads as in the engine.
private final class DenseLayer<E: Element> {
  private let size: Int
  private let x: Normal<E>, w: Normal<E>, bias: Normal<E>, delta: Normal<E>
  private let cut: ProductCut
  private let z: Normal<E>, inputGradient: Normal<E>, weightGradient: Normal<E>

  init(_ size: Int) {
    self.size = size
    x = Normal(rows: size, columns: size, seed: 1)
    w = Normal(rows: size, columns: size, seed: 2)
    bias = Normal(rows: 1, columns: size, seed: 3)
    delta = Normal(rows: size, columns: size, seed: 4)
    z = Normal(rows: size, columns: size, seed: 5)
    inputGradient = Normal(rows: size, columns: size, seed: 6)
    weightGradient = Normal(rows: size, columns: size, seed: 7)
    cut = ProductCut(weightGradient.panels, samples: size, grain: max(size * size * size / 8, 60_000))
  }

  func forward(_ pool: ThreadPool) {
    runRows(pool) { rows in
      Product.forward(x.matrix, w.panels, bias: bias.matrix.pointer, into: z.matrix, rows: rows)
    }
  }

  func backward(_ pool: ThreadPool) {
    runRows(pool) { rows in Product.backward(delta.matrix, w.panels, into: inputGradient.matrix, rows: rows) }
  }

  func gradient(_ pool: ThreadPool) {
    pool.run(cut.tasks) { task in
      Product.weightGradient(x.matrix, delta.matrix, into: weightGradient.panels, cut, task: task)
    }
  }

  /// Calls `body` with one part of the samples per thread.
  @inline(__always)
  private func runRows(_ pool: ThreadPool, _ body: (Range<Int>) -> Void) {
    let parts = pool.threads
    pool.run(parts) { part in body(size * part / parts..<size * (part + 1) / parts) }
  }
}
