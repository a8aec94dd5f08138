"""What layer 0 looks at: every file of the stack, read once. No Docker, no stack."""

from pathlib import Path

import pytest

from fixtures.configuration import Configuration, load


@pytest.fixture(scope="session")
def files() -> Configuration:
    """Everything that could be read, with what could not be."""
    return load(Path(__file__).parents[3])


@pytest.fixture(scope="session")
def configuration(files: Configuration) -> Configuration:
    """Every file, readable; otherwise one test says which is not, and the others wait for it."""
    if files.broken:
        pytest.skip("a file cannot be read: see test_every_file_can_be_read")
    return files
