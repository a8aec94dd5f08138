"""What can go wrong with the machine, as one small tree.

MachineError
├── CommandFailed      a command ended with another exit code than 0
└── CommandTimedOut    a command did not end in its time and was killed
"""


class MachineError(Exception):
    """Something the run needs of the machine is missing or failed; says what, where and what to do."""

    def __init__(self, what: str, *, where: str, to_do: str) -> None:
        super().__init__(f"{what}\n  where: {where}\n  to do: {to_do}")
        self.what = what
        self.where = where
        self.to_do = to_do


class CommandFailed(MachineError):
    """A command ended with another exit code than 0."""

    def __init__(self, what: str, *, where: str, to_do: str, exit_code: int, stderr: str) -> None:
        super().__init__(what, where=where, to_do=to_do)
        self.exit_code = exit_code
        self.stderr = stderr


class CommandTimedOut(MachineError):
    """A command did not end in its time and was killed with everything it had started."""
