"""Who may see and who may change: nobody without a login, and a viewer changes nothing."""

import json
import re
import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.grafana.client import Grafana, Refused
from fixtures.grafana.dashboards import shipped
from fixtures.prometheus import client

pytestmark = pytest.mark.pipeline
LOCKED = ("/search", "/datasources", "/folders", "/org", "/v1/provisioning/alert-rules", "/admin/settings")
DASHBOARD = shipped()[0].uid


@pytest_asyncio.fixture(loop_scope="session")
async def viewer(grafana: Grafana) -> AsyncIterator[Grafana]:
    """Grafana as somebody who may only look; the user is deleted afterwards."""
    name, password = f"viewer-{secrets.token_hex(4)}", secrets.token_hex(16)
    made = await grafana.call("POST", "/admin/users", json={"login": name, "password": password, "OrgId": 1})
    async with Grafana(grafana.url, (name, password)) as client:
        yield client
    await grafana.call("DELETE", f"/admin/users/{made['id']}")


IN_FORCE = {
    ("auth.anonymous", "enabled"): "false",
    ("auth.proxy", "enabled"): "false",
    ("users", "allow_sign_up"): "false",
    ("users", "allow_org_create"): "false",
    ("security", "allow_embedding"): "false",
    ("security", "disable_gravatar"): "true",
    ("snapshots", "external_enabled"): "false",
    ("analytics", "reporting_enabled"): "false",
    ("analytics", "check_for_updates"): "false",
    ("analytics", "check_for_plugin_updates"): "false",
    ("plugins", "plugin_admin_enabled"): "false",
    ("plugins", "allow_loading_unsigned_plugins"): "",
    ("log", "mode"): "console",
    ("database", "type"): "sqlite3",
    ("paths", "data"): "/var/lib/grafana",
}


async def test_grafana_runs_closed_and_calls_nobody(grafana: Grafana) -> None:
    settings = await grafana.call("GET", "/admin/settings")

    assert {key: settings[key[0]].get(key[1], "") for key in IN_FORCE} == IN_FORCE
    assert settings["log"]["level"] in ("debug", "info", "warn"), "a log that keeps errors to itself"


async def test_settings_show_no_secret(grafana: Grafana, stack: Stack) -> None:
    shown = json.dumps(await grafana.call("GET", "/admin/settings"))

    assert [name for name, value in stack.secrets.items() if value in shown] == []


async def test_session_is_for_this_site_and_no_script(grafana: Grafana, stack: Stack) -> None:
    login = {"user": stack.grafana_user, "password": stack.secret("grafana_admin_password")}
    async with client(stack.url("grafana")) as http:
        answer = await http.post("/login", json=login)

    cookies = [each.lower() for each in answer.headers.get_list("set-cookie") if "grafana_session=" in each]
    assert len(cookies) == 1, answer.text
    assert "httponly" in cookies[0]
    assert re.search("samesite=(strict|lax)", cookies[0])


@pytest.mark.parametrize("path", LOCKED)
async def test_anonymous_is_refused(grafana: Grafana, path: str) -> None:
    async with Grafana(grafana.url, None) as anonymous:
        with pytest.raises(Refused, match="401"):
            await anonymous.call("GET", path)


async def test_wrong_password_is_refused(grafana: Grafana, stack: Stack) -> None:
    async with Grafana(grafana.url, (stack.grafana_user, "not-" + secrets.token_hex(8))) as stranger:
        with pytest.raises(Refused, match="401"):
            await stranger.call("GET", "/search")


async def test_default_password_is_refused(grafana: Grafana) -> None:
    async with Grafana(grafana.url, ("admin", "admin")) as stranger:
        with pytest.raises(Refused, match="401"):
            await stranger.call("GET", "/search")


async def test_viewer_sees_dashboards(viewer: Grafana) -> None:
    assert (await viewer.dashboard(DASHBOARD))[0]["uid"] == DASHBOARD


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("POST", "/dashboards/db", {"dashboard": {"title": "mine"}}, id="a new dashboard"),
        pytest.param("DELETE", f"/dashboards/uid/{DASHBOARD}", None, id="deleting a dashboard"),
        pytest.param("POST", "/folders", {"title": "mine"}, id="a new folder"),
        pytest.param("POST", "/datasources", {"name": "mine", "type": "prometheus", "access": "proxy"}, id="a source"),
        pytest.param("DELETE", "/v1/provisioning/alert-rules/service-down", None, id="deleting a rule"),
        pytest.param("POST", "/annotations", {"text": "mine"}, id="an annotation"),
        pytest.param("GET", "/admin/settings", None, id="reading the settings"),
    ],
)
async def test_viewer_is_refused(viewer: Grafana, method: str, path: str, body: object) -> None:
    with pytest.raises(Refused, match="403"):
        await viewer.call(method, path, json=body)


async def test_provisioned_dashboard_cannot_be_saved_even_by_the_administrator(grafana: Grafana) -> None:
    model, _ = await grafana.dashboard(DASHBOARD)

    with pytest.raises(Exception, match="Cannot save provisioned dashboard"):
        await grafana.call(
            "POST", "/dashboards/db", json={"dashboard": {**model, "title": "changed"}, "overwrite": True}
        )
