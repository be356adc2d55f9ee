"""What an evaluator may not do: reach a network, outlive its broker, take all memory.

Linux only; each function says whether the system granted it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import resource
import socket
import struct
import sys
import time
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

# linux/prctl.h
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
# linux/sched.h
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000

#: machine → (AUDIT_ARCH, number of socket(2)); linux/audit.h, asm/unistd.h
_SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}


def die_with_parent(signal: int) -> None:
    """Have the system send this process the signal when its parent ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0)


def leave_network() -> bool:
    """Move this process, and those it starts, to a network that has nothing in it.

    Needs to be root, or a system that lets everybody make user namespaces; whether it did.
    """
    for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
        if _libc.unshare(flags) == 0:
            return True
    return False


def raise_loopback() -> None:
    """Switch on the loopback interface of a network that was just entered."""
    with socket.socket() as any_socket:
        # linux/sockios.h SIOCGIFFLAGS, SIOCSIFFLAGS; linux/if.h struct ifreq, IFF_UP
        request = struct.pack("16sH14x", b"lo", 0)
        _, flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, 0x8913, request))
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", flags | 1))


def forbid_sockets() -> bool:
    """Make socket(2) fail with EACCES in this process from now on; whether that is so.

    Works for everybody, but only on the machines in the table above.
    """
    known = _SOCKET_CALL.get(os.uname().machine)
    if known is None or sys.byteorder != "little":
        return False
    architecture, number = known
    allow, deny = 0x7FFF0000, 0x00050000 | errno.EACCES  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO
    # linux/seccomp.h: struct seccomp_data has the call's number at 0, the architecture at 4.
    # A call of another architecture (32 bits on x86-64) is denied whatever it is, and so
    # are the x32 ones, whose numbers have bit 30 set.
    program = b"".join(
        struct.pack("<HBBI", *instruction)
        for instruction in (
            (0x20, 0, 0, 4),  # load the architecture
            (0x15, 0, 4, architecture),  # another one: deny
            (0x20, 0, 0, 0),  # load the number
            (0x35, 2, 0, 0x40000000),  # x32: deny
            (0x15, 1, 0, number),  # socket: deny
            (0x06, 0, 0, allow),
            (0x06, 0, 0, deny),
        )
    )
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the number of instructions and a pointer to them
    holder = ctypes.create_string_buffer(
        struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    )
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    granted: int = _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, holder, 0, 0)
    return granted == 0


def cap_memory(extra: int) -> None:
    """Let this process use that many bytes beyond what it uses now, and leave no core file.

    Past the cap an allocation fails, on which the engine ends the process (SIGABRT).
    """
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    cap = now + extra if hard == resource.RLIM_INFINITY else min(now + extra, hard)
    resource.setrlimit(resource.RLIMIT_AS, (cap, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def processor_time(process: int) -> float:
    """Seconds of processor that a process has used, all threads together."""
    # The clock of another process, as clock_getcpuclockid(3) makes its number.
    return time.clock_gettime((~process << 3) | 2)


def wants_processor(process: int) -> bool:
    """Whether a process runs or waits for a processor, and not for somebody else."""
    # proc(5): the state comes after the name, which may hold anything
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "R"


def give_way(process: int) -> None:
    """Let a process run only while no other wants to (sched(7), SCHED_IDLE)."""
    os.sched_setscheduler(process, os.SCHED_IDLE, os.sched_param(0))
