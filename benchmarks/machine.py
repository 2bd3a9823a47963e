"""What the figures were measured on: processor, cores, memory, Python, load."""

import os
import platform
from pathlib import Path


def load() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


def description() -> dict[str, str | int]:
    """Return what to say of this machine beside its figures."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": os.cpu_count() or 1,
        "memory": _field("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _field(file: str, name: str) -> str:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
