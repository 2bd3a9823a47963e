"""What a fuzz found, in words and numbers."""

import re
import statistics
from collections import Counter

from benchmarks.fuzz_field import Field

_RECORD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?P<level>[A-Z]+) (?P<logger>\S+) (?P<said>.*)")
_FRAME = re.compile(r'File ".*?((?:bot|site-packages)/[^"]+)", line (\d+)')


def traces(log: str, field: Field) -> Counter[str]:
    """Return the kinds of fault of a log, each with how often it came; a trace without a reference breaks a promise."""
    found: Counter[str] = Counter()
    head, trace = "", []
    for line in [*log.splitlines(), "0000-00-00 00:00:00,000 END x x"]:
        record = _RECORD.match(line)
        if record is None:
            trace.append(line)
            continue
        if trace and any("Traceback" in one for one in trace):
            kind = _kind(trace)
            if "fault reference=" in head:
                found[kind] += 1
            else:
                field.breaks("une trace sans référence", f"{head[:200]} … {kind}")
        elif "fault reference=" in head:
            found[re.sub(r"reference=\S+|[!$@]\S+", "…", _RECORD.match(head)["said"])] += 1  # type: ignore[index]
        head, trace = line, []
    return found + _warnings(log)


def _warnings(log: str) -> Counter[str]:
    """Return the kinds of warning, ids and numbers taken out."""
    said = [one for one in map(_RECORD.match, log.splitlines()) if one and one["level"] == "WARNING"]
    return Counter(
        "attention : " + re.sub(r"[!$@]\S+|\d+", "…", one["logger"] + " " + one["said"])[:110] for one in said
    )


def _kind(trace: list[str]) -> str:
    frames = [f"{place}:{line}" for place, line in _FRAME.findall("\n".join(trace))]
    last = next((line for line in reversed(trace) if line.strip(" |")), "").strip(" |")
    return f"{re.sub(r'[!$@][^ ]+|[0-9a-f]{8,}', '…', last)[:200]} ({', '.join(frames[-2:])})"


def show(field: Field, seed: int, minutes: float) -> None:
    """Print what was sent by kind, what was found, and what does not hold."""
    print(f"fuzz : {minutes:g} minutes, graine {seed}")
    for kind in sorted({kind for kind, _ in field.counted}):
        print(f"  {kind:45} {field.counted[kind, 'sent']:6} envoyés, {field.counted[kind, 'refused']:5} refusés")
    waits = sorted(field.waits)
    if waits:
        p95 = waits[int(len(waits) * 0.95)]
        print(f"  Alice attend : p50 {statistics.median(waits):.1f} s, p95 {p95:.1f} s, max {waits[-1]:.1f} s")
    for title, found in (
        ("Fautes et avertissements du journal", field.traces),
        ("Ce que nio ou le serveur refusent", field.ours),
    ):
        print(title)
        for kind, number in found.most_common(60):
            print(f"  {number:6}  {kind}")
    print("Promesses rompues" if field.broken else "Toutes les promesses tiennent.")
    for what, how in field.broken:
        print(f"  {what} : {how}")
