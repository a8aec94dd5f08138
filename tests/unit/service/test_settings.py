"""Settings come from the environment only, and a bad value is refused by the name of its variable."""

from pathlib import Path

import pytest

from service.settings import SettingsError, load


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    (tmp_path / "password").write_text("secret\n")
    given = {"HOST": "h", "NAME": "n", "USER": "u", "PASSWORD_FILE": str(tmp_path / "password")}
    for name, value in given.items():
        monkeypatch.setenv(f"DATABASE_{name}", value)
    return monkeypatch


def test_password_is_the_files_content(environment: pytest.MonkeyPatch) -> None:
    assert load().password() == "secret"


def test_password_is_not_shown(environment: pytest.MonkeyPatch) -> None:
    assert "secret" not in repr(load())


def test_empty_variable_means_its_default(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HTTP_PORT", "")

    assert load().http_port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_PORT", "0"),
        ("DATABASE_PASSWORD_FILE", "/no/such/file"),
        ("DATABASE_POOL_MIN", "11"),
        ("DATABASE_ACQUIRE_TIMEOUT", "nan"),
        ("HTTP_PORT", "http"),
        ("DOCUMENT_LIMIT_BYTES", "-1"),
        ("LOG_LEVEL", "LOUD"),
        ("OTEL_SDK_DISABLED", "perhaps"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1"),
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_TRACES_EXPORTER", "otlp"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.1"),
    ],
)
def test_bad_value_is_refused_by_name(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)

    with pytest.raises(SettingsError) as refused:
        load()

    assert name in str(refused.value)


def test_missing_variables_are_named_together(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("DATABASE_HOST")
    environment.delenv("DATABASE_USER")

    with pytest.raises(SettingsError, match=r"DATABASE_HOST: is required\nDATABASE_USER: is required"):
        load()
