"""Disks that are small, full or read-only: file systems in memory, which root alone mounts."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a disk of a size (« 1m ») on a folder, which is made."""
    folder.mkdir(parents=True)
    mounted = os.geteuid() == 0 and shutil.which("mount")
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]).returncode:
        pytest.skip("mounting a small disk takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path) -> Path:
    """Leave not a byte on a disk; return the file to remove for it to have room again."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return filler


def make_read_only(disk: Path) -> None:
    """Let nothing more be written on a disk."""
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
