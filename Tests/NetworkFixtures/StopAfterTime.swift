// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc

/// Runs `body` and requests a stop of it from another thread after some time.
package func stopping<Result>(after microseconds: UInt32, _ body: () throws -> Result) rethrows -> Result {
  let token = StopToken()
  guard
    let thread = startThread({
      usleep(microseconds)
      token.request()
    })
  else { fatalError("the system refuses a thread") }
  defer { pthread_join(thread, nil) }
  return try StopToken.$current.withValue(token, operation: body)
}

/// Runs `body` with a stop already requested.
package func stopped<Result>(_ body: () throws -> Result) rethrows -> Result {
  let token = StopToken()
  token.request()
  return try StopToken.$current.withValue(token, operation: body)
}
