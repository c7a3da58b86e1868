// SPDX-License-Identifier: GPL-3.0-or-later

/// Loads a vector from the address of any element, aligned or not.
@inlinable @inline(__always)
public func load<V: Lanes>(_ pointer: UnsafePointer<V.Scalar>) -> V {
  UnsafeRawPointer(pointer).loadUnaligned(as: V.self)
}

/// Stores a vector at the address of any element, aligned or not.
@inlinable @inline(__always)
public func store<V: Lanes>(_ vector: V, _ pointer: UnsafeMutablePointer<V.Scalar>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: V.self)
}
