"""Docker compose's own reading of the files, where its command line is at hand; it needs no engine."""

import pytest

from fixtures.configuration import Configuration
from fixtures.configuration.programs import compose_refuses, has_compose

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.skipif(not has_compose(), reason="the docker command line is not on this machine"),
]


@pytest.mark.parametrize("override", [False, True], ids=["alone", "with the development override"])
async def test_docker_compose_accepts_the_files(configuration: Configuration, override: bool) -> None:
    refusal = await compose_refuses(configuration, with_override=override)

    assert not refusal, refusal
