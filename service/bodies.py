"""Reads request bodies: never more of one than could be accepted, and only as JSON."""

import asyncio
from typing import Annotated

from fastapi import Depends, Request

from service.documents import NotStorable, check, members
from service.models import ApplicationIn, ConfigurationIn
from service.problems import Problem, invalid

ENVELOPE_BYTES = 16384
"""What a body may hold besides the document: the longest name and description, every character escaped."""
PATIENCE = 10.0
"""Seconds that the whole body may take to arrive."""


async def _read(request: Request, limit: int) -> bytes:
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        raise Problem(415, "The body must be application/json.")
    too_large = Problem(413, f"The body is larger than {limit} bytes.")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
    except TimeoutError as error:
        late = f"The body was not complete after {PATIENCE:g} seconds."
        raise Problem(408, late, headers={"Connection": "close"}) from error
    return bytes(body)


async def _application(request: Request) -> ApplicationIn:
    body = await _read(request, ENVELOPE_BYTES)
    try:
        found = members(body)
    except NotStorable as error:
        raise invalid("", str(error), "json_invalid") from error
    return ApplicationIn.model_validate({name: value for name, (value, _) in found.items()})


async def _configuration(request: Request) -> tuple[ConfigurationIn, str]:
    limit: int = request.app.state.settings.document_limit_bytes
    body = await _read(request, limit + ENVELOPE_BYTES)
    try:
        found = members(body)
        document, text = found.get("document", (None, ""))
        if len(text.encode("utf-8")) > limit:
            raise Problem(413, f"The document is larger than {limit} bytes.")
        check(document, text)
    except NotStorable as error:
        raise invalid("document", str(error), "json_invalid") from error
    return ConfigurationIn.model_validate({name: value for name, (value, _) in found.items()}), text


ApplicationBody = Annotated[ApplicationIn, Depends(_application)]
ConfigurationBody = Annotated[tuple[ConfigurationIn, str], Depends(_configuration)]
"""The checked body, and the document's exact text."""
