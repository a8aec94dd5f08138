"""How the case tables write their bodies."""


def text(*lines: str) -> str:
    """A classic body of these lines."""
    return "".join(line + "\n" for line in lines)


def om(*lines: str) -> str:
    """An OpenMetrics body of these lines, ended as it should be."""
    return text(*lines, "# EOF")


def h(*samples: str, name: str = "h", kind: str = "histogram") -> tuple[str, ...]:
    """The lines of a family with its TYPE; each sample is given without the family's name."""
    return (f"# TYPE {name} {kind}", *(name + sample for sample in samples))
