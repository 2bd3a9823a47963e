"""What the child that reads documents is kept from: the network, other processes, the secrets in their environment.

Three walls, each put up where the system lets it; the last one holds everywhere.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

# What an interpreter needs to start and to find its libraries, and nothing that a configuration may put there.
_NEEDED: Final = frozenset({"PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT"})

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # linux/sched.h
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # linux/prctl.h, linux/seccomp.h
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
# By machine: its number (linux/audit.h), and those of socket, connect, execve, execveat, ptrace, process_vm_readv,
# process_vm_writev, io_uring_setup (a way round socket) and pidfd_getfd (a way to the sockets of others).
_CALLS: Final[Mapping[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 310, 311, 425, 438)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 270, 271, 425, 438)),
}
_X32: Final = 0x40000000  # the other numbers by which x86_64 takes the same calls
_REFUSED_EVENTS: Final = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.spawn")
_OWN_MEMORY: Final = "/proc/self/statm"


def clean_environment() -> dict[str, str]:
    """Return what of the environment a child gets."""
    return {name: value for name, value in os.environ.items() if name in _NEEDED}


def isolate() -> list[str]:
    """Put up every wall that the system lets this process put up around itself; return their names.

    To be called before a thread is started, and once.
    """
    walls: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("namespaces", _leave_for_namespaces),
        ("seccomp", _filter_calls),
        ("guard", _guard),
    )
    return [name for name, put_up in walls if put_up()]


def reached() -> list[str]:
    """Try what must not be reached, and return what was, by name: « network », « environment »."""
    tries: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("network", _open_socket),
        ("environment", _read_environment_of_parent),
    )
    return [name for name, attempt in tries if _works(attempt)]


def _leave_for_namespaces() -> bool:
    """Move to a network without interfaces; and to users of its own, so that other processes cannot be looked into."""
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    # The second is for root where users of their own are turned off.
    return any(unshare(flags) == 0 for flags in (_NEW_USER | _NEW_NETWORK, _NEW_NETWORK))


def _filter_calls() -> bool:
    """Have the kernel refuse sockets, other programs, and looking into other processes."""
    known = _CALLS.get(platform.machine()) if sys.platform == "linux" else None
    if known is None:
        return False
    program = _program(*known)
    buffer = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the number of instructions, and where they are.
    header = ctypes.create_string_buffer(struct.pack("HL", len(program) // 8, ctypes.addressof(buffer)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_SECCOMP, _FILTER, ctypes.byref(header), 0, 0) == 0)


def _program(machine: int, calls: tuple[int, ...]) -> bytes:
    """Return the filter as classic BPF: a wrong machine kills, the calls named are refused, all else is allowed."""
    load, equal, at_least, end = 0x20, 0x15, 0x35, 0x06
    number, architecture = 0, 4  # where struct seccomp_data has them
    tests = [(at_least, _X32), *((equal, call) for call in calls)]
    lines = [(load, 0, 0, architecture), (equal, 1, 0, machine), (end, 0, 0, _KILL), (load, 0, 0, number)]
    lines += [(test, len(tests) - place, 0, value) for place, (test, value) in enumerate(tests)]
    lines += [(end, 0, 0, _ALLOW), (end, 0, 0, _REFUSE)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _guard() -> bool:
    """Have this interpreter refuse the same; it cannot be taken back, but native code is not held by it."""

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_REFUSED_EVENTS) or (event == "open" and _is_of_a_process(arguments[0])):
            raise PermissionError(errno.EPERM, event)

    sys.addaudithook(refuse)
    return True


def _is_of_a_process(path: object) -> bool:
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    return isinstance(path, str) and path.startswith("/proc/") and path != _OWN_MEMORY


def _open_socket() -> None:
    # Of this machine: the walls are to be tried, not the network. A packet would leave, without an answer.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.connect(("127.0.0.1", 9))
        opened.send(b"")


def _read_environment_of_parent() -> None:
    with open(f"/proc/{os.getppid()}/environ", "rb") as file:  # noqa: PTH123 - pathlib would bring nothing here
        file.read(1)


def _works(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True
