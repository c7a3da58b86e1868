// SPDX-License-Identifier: GPL-3.0-or-later
func completions(_ line: UnsafePointer<CChar>?, _ start: Int32, _ point: Int32) -> UnsafeMutablePointer<CChar>? { nil }
