"""What can go wrong with load, as a small tree.

```text
PlumblineError
└── LoadError          what, where, what to do: printed in one line, without a traceback
    ├── ScenarioError  scenarios.yml, or what was asked of a scenario, is wrong
    └── TargetError    nothing answers at the URL, or it refuses what the run needs
```
"""

from fixtures.errors import PlumblineError


class LoadError(PlumblineError):
    """Load could not be run."""


class ScenarioError(LoadError):
    """A scenario is wrong: its file, or what was asked of it."""


class TargetError(LoadError):
    """The target does not answer, or refuses what a run needs."""
