"""Stored values as JSON responses; a document is inserted as the text it is stored as."""

import json
from collections.abc import Sequence

from fastapi import Response

from service.conditions import etag
from service.repository import Application, Configuration

Stored = Application | Configuration


def resource(item: Stored, status: int = 200, location: str | None = None) -> Response:
    """One stored thing with its ETag."""
    headers = {"ETag": etag(item.version)}
    if location is not None:
        headers["Location"] = location
    return Response(_json(item), status, headers=headers, media_type="application/json")


def page(items: Sequence[Stored], total: int, limit: int, offset: int) -> Response:
    """A page of stored things."""
    # Encoded one by one into one buffer: a page of the largest documents is megabytes, and held once is enough.
    body = bytearray(b'{"items":[')
    for item in items:
        body += _json(item).encode()
        body += b","
    del body[len(body) - bool(items) :]
    body += f'],"total":{total},"limit":{limit},"offset":{offset}}}'.encode()
    return Response(memoryview(body), media_type="application/json")


def unmodified(item: Stored) -> Response:
    """A 304: the client has this version already."""
    return Response(status_code=304, headers={"ETag": etag(item.version)})


def _json(item: Stored) -> str:
    fields = {
        "id": str(item.id),
        "name": item.name,
        "version": item.version,
        "created_at": item.created_at.isoformat(),
        "updated_at": item.updated_at.isoformat(),
    }
    if isinstance(item, Application):
        return json.dumps(fields | {"description": item.description})
    head = json.dumps(fields | {"application_id": str(item.application_id)})
    return f'{head[:-1]}, "document": {item.document}}}'
