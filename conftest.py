"""The list of fixture modules; nothing else."""

pytest_plugins = [
    "fixtures.reporting",
    "fixtures.failures",
    "fixtures.stack",
    "fixtures.readiness",
    "fixtures.clients",
    "fixtures.data",
]
