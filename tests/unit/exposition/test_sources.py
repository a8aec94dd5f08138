"""Bodies that never end, unfold without end, come too slowly or break off cost one line and exit code 2."""

import gzip
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fixtures.exposition import sources
from fixtures.exposition.__main__ import app

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
PACKED = HEAD + b"Content-Encoding: gzip\r\n"
BOMB = gzip.compress(b"a 1\n" * 2**21)


@contextmanager
def serving(pieces: Iterable[bytes], pause: float = 0.0) -> Iterator[str]:
    """Answer one request with these pieces until the client goes; gives the URL."""
    listener, going = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def answer() -> None:
        with suppress(OSError), listener.accept()[0] as client:
            client.recv(65536)
            for piece in pieces:
                client.sendall(piece)
                if going.wait(pause):
                    break

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/metrics"
    finally:
        going.set()
        listener.close()
        thread.join()


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGEST", 2**22)
    monkeypatch.setattr(sources, "TIMEOUT_SECONDS", 0.3)


def refusal(source: str) -> str:
    """What the command says of a source that it cannot read."""
    result = CliRunner().invoke(app, ["lint", source])

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    return result.stderr


HOSTILE = {
    "without end": (chain([HEAD + b"\r\n"], repeat(b"a 1\n" * 4096)), 0.0, "more than 4 MiB"),
    "unfolding": ([PACKED + b"Content-Length: %d\r\n\r\n" % len(BOMB) + BOMB], 0.0, "more than 4 MiB, uncompressed"),
    "drop by drop": (chain([HEAD + b"\r\n"], repeat(b"a")), 0.1, "not complete after"),
    "never beginning": ([b""], 5.0, "timed out"),
    "head without end": (chain([HEAD], repeat(b"x: y\r\n" * 99)), 0.0, "headers"),
    "line without end": (chain([b"HTTP/1.1 200 "], repeat(b"a" * 9999)), 0.0, "status line"),
    "no HTTP": ([b"SSH-2.0-x\x1b[2J\r\n"], 0.0, r"SSH-2.0-x\x1b[2J"),
    "broken off": ([HEAD + b"Content-Length: 100\r\n\r\na 1\n"], 0.0, "96 bytes before its end"),
    "broken off in a chunk": ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\na 1\n"], 0.0, "IncompleteRead"),
    "badly packed": ([PACKED + b"Content-Length: 4\r\n\r\na 1\n"], 0.0, "gzip"),
    "packed and cut": ([PACKED + b"Content-Length: 40\r\n\r\n" + gzip.compress(b"a 1\n" * 999)[:40]], 0.0, "ended"),
}


@pytest.mark.parametrize(("pieces", "pause", "reason"), HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_answer_is_refused_in_one_line(pieces: Iterable[bytes], pause: float, reason: str) -> None:
    with serving(pieces, pause) as url:
        said = refusal(url)

    assert f"{url}: cannot be read: " in said
    assert reason in said


def test_file_without_end_is_refused() -> None:
    assert "more than 4 MiB" in refusal("/dev/zero")


def test_large_file_below_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"".join(b"a%d 1\n" % number for number in range(50_000)))

    assert CliRunner().invoke(app, ["lint", str(tmp_path / "large")]).exit_code == 0
