// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// Returns the failure that `errno` or the given error number describes.
func systemFailure(_ code: Int32 = errno) -> HostFailure {
  var limit = rlimit()
  if code == EFBIG, getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max {
    return .system("files are limited to \(limit.rlim_cur) bytes here (ulimit -f)")
  }
  return .system(String(cString: strerror(code)))
}
