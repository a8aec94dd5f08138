"""How the tables of pairs write their scrapes."""

from tests.unit.exposition.documents import h, text

START = "process_start_time_seconds"


def counter(*samples: str, name: str = "a", start: int | None = None) -> str:
    """A scrape with one counter, and the process's start time if given."""
    started = () if start is None else (f"# TYPE {START} gauge", f"{START} {start}")
    return text(f"# TYPE {name} counter", *(name + sample for sample in samples), *started)


def many(count: int, first: int = 0, kind: str = "counter") -> str:
    """A scrape with so many label sets."""
    return text(f"# TYPE a {kind}", *(f'a{{id="{number}"}} 1' for number in range(first, first + count)))


def histogram(one: int, two: int, total: float = 9.0, bounds: tuple[str, str] = ("1", "2"), extra: str = "") -> str:
    """A scrape with one histogram."""
    low, high = bounds
    return text(
        *h(f'_bucket{{le="{low}"}} {one}', f'_bucket{{le="{high}"}} {two}', f'_bucket{{le="+Inf"}} {two}'),
        f"h_sum {total}",
        f"h_count {two}",
        *filter(None, [extra]),
    )


def summary(count: int, total: float, median: float = 1.0) -> str:
    """A scrape with one summary."""
    return text(*h(f'{{quantile="0.5"}} {median}', f"_sum {total}", f"_count {count}", name="s", kind="summary"))


def gauge(*samples: str) -> str:
    """A scrape with one gauge."""
    return text("# TYPE g gauge", *("g" + sample for sample in samples))


LONG = text("# HELP a one", "# TYPE a counter", "a 5")
