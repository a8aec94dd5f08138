"""The list of fixture modules; nothing else."""

pytest_plugins = [
    "fixtures.checked",
    "fixtures.collecting",
    "fixtures.failures",
    "fixtures.workers",
    "fixtures.reporting",
    "fixtures.terminal",
    "fixtures.interrupts",
    "fixtures.github",
    "fixtures.explain",
    "fixtures.remote.session",
    "fixtures.stack",
    "fixtures.readiness",
    "fixtures.clients",
    "fixtures.data",
    "fixtures.early",
    "fixtures.stories",
    "fixtures.grafana.session",
]
