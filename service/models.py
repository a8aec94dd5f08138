"""Request and response types: what is checked on the way in, and what the OpenAPI document says of the way out."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

NAME_LENGTH, DESCRIPTION_LENGTH = 128, 1024
Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH, pattern=r"^[^\x00-\x1f\x7f]*$")]
Description = Annotated[str, Field(max_length=DESCRIPTION_LENGTH, pattern=r"^[^\x00]*$")]
Document = Annotated[
    dict[str, Any],
    Field(
        description="A JSON object, kept as it is meant: numbers exactly, keys in no order. At most 64 levels deep, no "
        "NUL character and no lone surrogate in any text, no number beyond the range of a double."
    ),
]


class ApplicationIn(BaseModel):
    """What a client says of an application."""

    model_config = ConfigDict(extra="forbid", strict=True, title="ApplicationIn")

    name: Name
    description: Description = ""


class ConfigurationIn(BaseModel):
    """What a client says of a configuration."""

    model_config = ConfigDict(extra="forbid", strict=True, title="ConfigurationIn")

    name: Name
    document: Document


class Resource(BaseModel):
    """What every stored thing has; the version is also its strong ETag."""

    id: UUID
    version: Annotated[int, Field(ge=1)]
    created_at: datetime
    updated_at: datetime


class Application(Resource):
    """An application as it is stored."""

    name: str
    description: str


class Configuration(Resource):
    """A configuration as it is stored."""

    application_id: UUID
    name: str
    document: dict[str, JsonValue]


class Page(BaseModel):
    """A part of a list in order of name, and how long the whole list is."""

    total: Annotated[int, Field(ge=0)]
    limit: int
    offset: int


class Applications(Page):
    """A page of applications."""

    items: list[Application]


class Configurations(Page):
    """A page of an application's configurations."""

    items: list[Configuration]


class ProblemOut(BaseModel):
    """An error, as RFC 9457 has it; ``errors`` says which parts of the request are wrong."""

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = None
