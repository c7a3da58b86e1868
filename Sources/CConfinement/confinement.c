// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "CConfinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef NATIVE_ARCHITECTURE

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
// The low half of an argument, on little-endian machines such as both of the above.
#define LOAD_ARGUMENT(number) LOAD(args[number])
#define REFUSE(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE_CALL(number, error) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), REFUSE(error)
#define REFUSE_CALL_WITH(number, argument, bits) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4), LOAD_ARGUMENT(argument), \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1), REFUSE(EACCES), ALLOW

enum { writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC };

// System calls that are newer than the headers of some systems. Their numbers are the same on all architectures.
enum {
  call_pidfd_send_signal = 424,
  call_io_uring_setup = 425,
  call_open_tree = 428,
  call_move_mount = 429,
  call_pidfd_getfd = 438,
  call_fchmodat2 = 452,
  call_setxattrat = 463,
  call_removexattrat = 466,
};

static void confine(void) {
  const struct sock_filter rules[] = {
    // On another architecture, the calls have other numbers.
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCHITECTURE, 1, 0),
    REFUSE(ENOSYS),
    LOAD(nr),
#ifdef __x86_64__
    // The same applies to x32.
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
    REFUSE(ENOSYS),
#endif
    // Allow threads, but not processes. A filter cannot inspect the flags of clone3; if it is refused, the C library
    // falls back to clone.
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
    LOAD_ARGUMENT(0),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
    REFUSE(EPERM),
    ALLOW,
    REFUSE_CALL(SYS_clone3, ENOSYS),
    // abort() sends a signal to its own process.
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4),
    LOAD_ARGUMENT(0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 1, 0),
    REFUSE(EPERM),
    ALLOW,
    REFUSE_CALL_WITH(SYS_openat, 2, writing),
    REFUSE_CALL(SYS_openat2, ENOSYS),
    // io_uring opens files without passing the rule above.
    REFUSE_CALL(call_io_uring_setup, ENOSYS),
    REFUSE_CALL(SYS_open_by_handle_at, EPERM),
    REFUSE_CALL(SYS_unlinkat, EACCES),
    REFUSE_CALL(SYS_renameat2, EACCES),
    REFUSE_CALL(SYS_mkdirat, EACCES),
    REFUSE_CALL(SYS_mknodat, EACCES),
    REFUSE_CALL(SYS_linkat, EACCES),
    REFUSE_CALL(SYS_symlinkat, EACCES),
    // None of these requires a descriptor that is open for writing.
    REFUSE_CALL(SYS_fchmod, EACCES),
    REFUSE_CALL(SYS_fchmodat, EACCES),
    REFUSE_CALL(call_fchmodat2, ENOSYS),
    REFUSE_CALL(SYS_fchown, EACCES),
    REFUSE_CALL(SYS_fchownat, EACCES),
    REFUSE_CALL(SYS_utimensat, EACCES),
    REFUSE_CALL(SYS_setxattr, EACCES),
    REFUSE_CALL(SYS_lsetxattr, EACCES),
    REFUSE_CALL(SYS_fsetxattr, EACCES),
    REFUSE_CALL(call_setxattrat, ENOSYS),
    REFUSE_CALL(SYS_removexattr, EACCES),
    REFUSE_CALL(SYS_lremovexattr, EACCES),
    REFUSE_CALL(SYS_fremovexattr, EACCES),
    REFUSE_CALL(call_removexattrat, ENOSYS),
    REFUSE_CALL(SYS_truncate, EACCES),
    REFUSE_CALL(SYS_mount, EPERM),
    REFUSE_CALL(SYS_umount2, EPERM),
    REFUSE_CALL(call_open_tree, EPERM),
    REFUSE_CALL(call_move_mount, EPERM),
    REFUSE_CALL(SYS_unshare, EPERM),
    REFUSE_CALL(SYS_setns, EPERM),
    REFUSE_CALL(SYS_socket, EACCES),
    REFUSE_CALL(SYS_socketpair, EACCES),
    REFUSE_CALL(SYS_mq_open, EACCES),
    REFUSE_CALL(SYS_kill, EPERM),
    REFUSE_CALL(SYS_tkill, EPERM),
    REFUSE_CALL(SYS_rt_sigqueueinfo, EPERM),
    REFUSE_CALL(SYS_rt_tgsigqueueinfo, EPERM),
    REFUSE_CALL(call_pidfd_send_signal, EPERM),
    REFUSE_CALL(SYS_ptrace, EPERM),
    REFUSE_CALL(SYS_process_vm_writev, EPERM),
    REFUSE_CALL(call_pidfd_getfd, EPERM),
#ifdef __x86_64__
    REFUSE_CALL(SYS_fork, EPERM),
    REFUSE_CALL(SYS_vfork, EPERM),
    REFUSE_CALL_WITH(SYS_open, 1, writing),
    REFUSE_CALL(SYS_creat, EACCES),
    REFUSE_CALL(SYS_unlink, EACCES),
    REFUSE_CALL(SYS_rmdir, EACCES),
    REFUSE_CALL(SYS_rename, EACCES),
    REFUSE_CALL(SYS_mkdir, EACCES),
    REFUSE_CALL(SYS_mknod, EACCES),
    REFUSE_CALL(SYS_link, EACCES),
    REFUSE_CALL(SYS_symlink, EACCES),
    REFUSE_CALL(SYS_chmod, EACCES),
    REFUSE_CALL(SYS_chown, EACCES),
    REFUSE_CALL(SYS_lchown, EACCES),
    REFUSE_CALL(SYS_utime, EACCES),
    REFUSE_CALL(SYS_utimes, EACCES),
    REFUSE_CALL(SYS_futimesat, EACCES),
#endif
    REFUSE_CALL(SYS_renameat, EACCES),
    ALLOW,
  };
  struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = (struct sock_filter *)rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

static void confine(void) {}

#endif

/// Replaces the process with the program. Uses only what is safe between fork and exec in a multithreaded program.
/// Returns only on failure, with errno set.
static void exec_confined(char *const *arguments, char *const *environment, const int streams[3]) {
  // The threads of this process may block signals that must be able to end the program.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int stream = 0; stream < 3; stream++) {
    if (dup2(streams[stream], stream) < 0) return;
  }
  // In a session of its own, the program has no terminal into whose input it could write.
  if (setsid() < 0 || chdir("/") != 0) return;
  confine();
  execvpe(arguments[0], arguments, environment);
}

int gf_spawn_confined(char *const *arguments, char *const *environment, const int streams[3], pid_t *process) {
  // Closed by a successful exec. Otherwise it carries errno.
  int failure_pipe[2];
  if (pipe2(failure_pipe, O_CLOEXEC) != 0) return errno;
  pid_t child = fork();
  if (child == 0) {
    exec_confined(arguments, environment, streams);
    int failure = errno;
    ssize_t written = write(failure_pipe[1], &failure, sizeof failure);
    (void)written;
    _exit(127);
  }
  int failure = child < 0 ? errno : 0;
  close(failure_pipe[1]);
  if (child > 0) {
    ssize_t count;
    do count = read(failure_pipe[0], &failure, sizeof failure);
    while (count < 0 && errno == EINTR);
    if (count != sizeof failure) failure = 0;
    if (failure != 0) {
      while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
      }
    }
  }
  close(failure_pipe[0]);
  *process = child;
  return failure;
}
