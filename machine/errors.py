"""What can go wrong with the machine: one error, with its three parts.

```text
MachineError              what happened, where, what to do: printed without a traceback
└── CommandError          a command ended badly, or not in time
```
"""


class MachineError(Exception):
    """Something the machine lacks or refuses: `what` happened, `where`, and what `to_do` about it."""

    def __init__(self, what: str, *, where: str = "", to_do: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.to_do = what, where, to_do

    def __str__(self) -> str:
        """The message for a person: one line for each part there is."""
        parts = [self.what]
        if self.where:
            parts.append(f"  where: {self.where}")
        if self.to_do:
            parts.append(f"  to do: {self.to_do}")
        return "\n".join(parts)


class CommandError(MachineError):
    """A command ended badly, or not in time; its last lines are in the message."""
