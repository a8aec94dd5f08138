"""Where a remote stack is: the environment's addresses, each refused by name, and none of their secrets shown."""

import pytest

from fixtures.errors import PlumblineError
from fixtures.remote.addresses import PREFIX, addresses, without_login
from fixtures.remote.stack import Remote

LEAST = {"CONFIG_SERVICE": "http://staging.example:8000/", "PROMETHEUS": "https://u:p%40ss@prometheus.example/base"}


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in {**LEAST, **values}.items():
        monkeypatch.setenv(PREFIX + name, value)


def test_given_addresses_are_the_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, OTLP_HTTP="http://staging.example:4318")

    assert addresses().urls == {
        ("config-service", 8000): "http://staging.example:8000",
        ("prometheus", 9090): "https://u:p%40ss@prometheus.example/base",
        ("otel-collector", 4318): "http://staging.example:4318",
    }


def test_missing_addresses_are_named_together() -> None:
    with pytest.raises(PlumblineError) as refused:
        addresses()

    assert "  PLUMBLINE_REMOTE_CONFIG_SERVICE: Field required" in str(refused.value)
    assert "  PLUMBLINE_REMOTE_PROMETHEUS: Field required" in str(refused.value)
    assert "to do: " in str(refused.value)


@pytest.mark.parametrize("value", ["staging.example:9090", "ftp://x", "http://", "nonsense"])
def test_address_that_is_no_url_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, PROMETHEUS=value)

    with pytest.raises(PlumblineError, match="PLUMBLINE_REMOTE_PROMETHEUS: "):
        addresses()


def test_grafana_without_a_login_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, GRAFANA="http://grafana.example")

    with pytest.raises(PlumblineError, match="needs PLUMBLINE_REMOTE_GRAFANA_TOKEN, or PLUMBLINE_REMOTE_GRAFANA_PASSW"):
        addresses()


@pytest.mark.parametrize(
    ("login", "wanted"),
    [
        ({"GRAFANA_TOKEN": "glsa_1"}, "glsa_1"),
        ({"GRAFANA_PASSWORD": "pw"}, ("admin", "pw")),
        ({"GRAFANA_USER": "me", "GRAFANA_PASSWORD": "pw"}, ("me", "pw")),
        ({"GRAFANA_TOKEN": "glsa_1", "GRAFANA_PASSWORD": "pw"}, "glsa_1"),
    ],
)
def test_login_is_a_token_or_a_password(monkeypatch: pytest.MonkeyPatch, login: dict[str, str], wanted: object) -> None:
    given(monkeypatch, GRAFANA="http://grafana.example", **login)

    assert addresses().grafana_login == wanted


def test_every_secret_is_known_and_none_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, GRAFANA="http://grafana.example", GRAFANA_TOKEN="glsa_1", GRAFANA_PASSWORD="pw")
    at = addresses()

    shown = f"{at!r} {Remote(at)!r} {Remote(at).shown()}"

    assert set(at.secrets.values()) == {"glsa_1", "pw", "p%40ss", "p@ss"}
    assert [each for each in at.secrets.values() if each in shown] == []
    assert "https://prometheus.example/base" in shown


def test_url_is_shown_without_its_login() -> None:
    assert without_login("https://u:p@x.example:1/a") == "https://x.example:1/a"
    assert without_login("http://x.example") == "http://x.example"
