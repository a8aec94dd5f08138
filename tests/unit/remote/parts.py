"""The parts of a remote stack, as far as a check of addresses asks them: small HTTP servers on this machine."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

ANSWERS: Mapping[str, tuple[int, str]] = {
    "/metrics": (200, "# TYPE config_service_build_info gauge\nconfig_service_build_info 1\ncadvisor_version_info 1\n"),
    "/api/v1/status/buildinfo": (200, '{"status": "success", "data": {"goVersion": "go1.22"}}'),
    "/api/health": (200, '{"database": "ok"}'),
    "/api/v1/provisioning/policies": (200, '{"receiver": "plumbline-webhook"}'),
    "/v1/metrics": (200, ""),
}


@asynccontextmanager
async def part(changed: Mapping[str, tuple[int, str]] | None = None) -> AsyncIterator[str]:
    """Serve the answers of every part, some of them changed; yield the base URL."""
    answers = {**ANSWERS, **(changed or {})}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        status, body = answers.get(path, (404, "not here"))
        head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
