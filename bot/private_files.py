"""Files that the bot alone may read, whatever others have put where they are written."""

import errno
import os
import secrets
import stat
from pathlib import Path
from typing import Final

_OWNER_ONLY: Final = 0o600
_NOT_FOLLOWED: Final = os.O_NOFOLLOW | os.O_CLOEXEC


def write_secret(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, in one step that outlives a power cut.

    What stood there (a file with another mode, a link) is replaced, not written to. Raises OSError; it is then as it
    was.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A name that nobody can have known, and so planted something under.
    partial = path.with_name(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _NOT_FOLLOWED, _OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, _OWNER_ONLY)  # the umask may have taken our own rights away
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def make_private(path: Path) -> None:
    """Make an empty file where there is none, and have its owner alone read it. Raises OSError, for a link too."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NONBLOCK | _NOT_FOLLOWED, _OWNER_ONLY)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        os.fchmod(descriptor, _OWNER_ONLY)
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    """Have the name of a file outlive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
