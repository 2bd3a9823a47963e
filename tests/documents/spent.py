"""Processor time, which a loaded machine does not lengthen."""

import resource
import time

import psutil


def processor_time() -> float:
    """Return the seconds of processor that this process and its children, ended or not, have had."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.process_time() + ended.ru_utime + ended.ru_stime
    for child in psutil.Process().children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds += times.user + times.system
    return seconds
