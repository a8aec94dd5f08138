"""A wrong address ends the run and says which and why; a part that is silent while others answer is not one."""

import pytest

from fixtures.errors import PlumblineError
from fixtures.remote.addresses import Addresses
from fixtures.remote.check import check
from tests.unit.remote.parts import part

REFUSED = "http://127.0.0.1:9"
EVERY = ("config_service", "prometheus", "collector", "otlp_http", "otlp_grpc", "cadvisor", "grafana")


def everywhere(url: str, **other: str) -> Addresses:
    return Addresses.model_validate({**dict.fromkeys(EVERY, url), "grafana_token": "glsa_1", **other})


async def test_right_addresses_are_silently_accepted() -> None:
    async with part() as url:
        assert await check(everywhere(url)) == []


@pytest.mark.parametrize(
    ("path", "answer", "message"),
    [
        ("/metrics", (200, "<html>"), "PLUMBLINE_REMOTE_COLLECTOR: .*not as the Collector's Prometheus exporter does"),
        ("/metrics", (200, "# TYPE up gauge\n"), "PLUMBLINE_REMOTE_CONFIG_SERVICE: .*not as the Configuration Service"),
        ("/api/v1/status/buildinfo", (404, ""), "PLUMBLINE_REMOTE_PROMETHEUS: .* answered 404"),
        ("/api/v1/status/buildinfo", (401, ""), "PLUMBLINE_REMOTE_PROMETHEUS: Prometheus refuses the login"),
        ("/api/v1/provisioning/policies", (403, ""), "PLUMBLINE_REMOTE_GRAFANA: Grafana refuses the login"),
    ],
)
async def test_wrong_address_is_named(path: str, answer: tuple[int, str], message: str) -> None:
    async with part({path: answer}) as url:
        with pytest.raises(PlumblineError, match=message):
            await check(everywhere(url))


async def test_address_that_leads_nowhere_is_named() -> None:
    async with part() as url:
        with pytest.raises(PlumblineError, match="PLUMBLINE_REMOTE_CADVISOR: http://nowhere"):
            await check(everywhere(url, cadvisor="http://nowhere.invalid"))


@pytest.mark.parametrize("name", ["collector", "otlp_grpc"])
async def test_silent_part_is_told_and_left_to_its_layer(name: str) -> None:
    async with part() as url:
        (silent,) = await check(everywhere(url, **{name: REFUSED}))

    assert silent.startswith(f"PLUMBLINE_REMOTE_{name.upper()}: {REFUSED}")


async def test_part_that_is_ill_is_told_and_left_to_its_layer() -> None:
    async with part({"/api/health": (503, "")}) as url:
        assert await check(everywhere(url)) == [f"PLUMBLINE_REMOTE_GRAFANA: {url}/api/health answered 503"]


async def test_stack_that_is_silent_altogether_is_refused() -> None:
    with pytest.raises(PlumblineError, match="nothing answers at any address"):
        await check(everywhere(REFUSED))
