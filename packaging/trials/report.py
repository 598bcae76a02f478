"""What was tried, one line each."""

from __future__ import annotations

failures: list[str] = []
not_tried: list[str] = []


def tell(name: str, value: str, is_fine: bool = True) -> None:
    """Print one line, and remember a failure."""
    print(f"{'ok    ' if is_fine else 'FAILED'}  {name}: {value}", flush=True)
    if not is_fine:
        failures.append(name)


def tell_not_tried(name: str, reason: str) -> None:
    """Print that something could not be tried here: it is neither fine nor a failure."""
    print(f"not tried  {name}: {reason}", flush=True)
    not_tried.append(name)


def close_report() -> int:
    """Print the last line and return the exit status: 1 where something failed."""
    line = f"{len(failures)} failures" + (f": {', '.join(failures)}" if failures else "")
    if not_tried:
        line += f"; {len(not_tried)} not tried: {', '.join(not_tried)}"
    print(line)
    return 1 if failures else 0
