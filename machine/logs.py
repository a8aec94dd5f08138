"""The end of a log file, for error messages."""

from pathlib import Path


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, indented; its absence is said."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-count:]
    except OSError as error:
        return f"  (no log: {error.strerror})"
    return "\n".join(f"  {line[:300]}" for line in lines)
