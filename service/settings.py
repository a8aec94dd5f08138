"""One frozen settings object, read from the environment only; a bad value is refused by its variable's name."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)]


class SettingsError(Exception):
    """The environment cannot be used; the message has one line for each bad variable and no value of any."""


class Settings(BaseSettings):
    """What the service may be told. Times are in seconds unless the name's documentation says otherwise."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    database_host: str = Field(min_length=1)
    database_port: Port = 5432
    database_name: str = Field(min_length=1)
    database_user: str = Field(min_length=1)
    database_password_file: Path
    database_pool_min: Annotated[int, Field(ge=0, le=1000)] = 2
    database_pool_max: Annotated[int, Field(ge=1, le=1000)] = 10
    database_acquire_timeout: Seconds = 2.0
    database_command_timeout: Seconds = 5.0

    http_port: Port = 8000
    document_limit_bytes: Annotated[int, Field(ge=64, le=16 * 1024 * 1024)] = 65536
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    otel_sdk_disabled: bool = False
    otel_service_name: str = Field(default="config-service", min_length=1)
    otel_exporter_otlp_endpoint: str | None = None
    """Base URL of an OTLP/HTTP receiver; unset means that nothing is pushed."""
    otel_metric_export_interval: Annotated[int, Field(ge=100, le=3_600_000)] = 60_000
    """Milliseconds, as OpenTelemetry defines it."""
    otel_traces_exporter: Literal["none", "otlp"] = "none"
    otel_traces_sampler_arg: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 1.0

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("database_password_file")
    @classmethod
    def _readable(cls, path: Path) -> Path:
        try:
            path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"is not a readable text file ({type(error).__name__})") from None
        return path

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _http_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be http://host[:port][/path] or https://…")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.database_pool_min > self.database_pool_max:
            raise ValueError("DATABASE_POOL_MIN must not be greater than DATABASE_POOL_MAX")
        if self.otel_traces_exporter == "otlp" and not self.otel_exporter_otlp_endpoint:
            raise ValueError("OTEL_TRACES_EXPORTER=otlp needs OTEL_EXPORTER_OTLP_ENDPOINT")
        return self

    def password(self) -> str:
        """The database password, read anew each time so that a rotated file is taken up by the next connection."""
        return self.database_password_file.read_text(encoding="utf-8").rstrip("\r\n")

    @property
    def export_interval(self) -> float:
        """Seconds between two exports, which is also how often the stored rows are counted."""
        return self.otel_metric_export_interval / 1000


def load() -> Settings:
    """The settings of this process; raises SettingsError that names each bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [_line(item["loc"], item["type"], item["msg"]) for item in error.errors(include_input=False)]
        raise SettingsError("\n".join(lines)) from None


def _line(loc: tuple[int | str, ...], kind: str, message: str) -> str:
    if kind == "missing":
        message = "is required"
    message = message.removeprefix("Value error, ")
    return f"{str(loc[0]).upper()}: {message}" if loc else message
