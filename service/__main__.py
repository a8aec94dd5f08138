"""``python -m service``: serve; with ``--reload`` restart whenever a source file changes."""

import os
import signal
import sys
from types import FrameType


def _leave(signum: int, frame: FrameType | None) -> None:
    """End quietly; PID 1 without a handler ignores SIGTERM, and uvicorn raises it again when it is done."""
    raise SystemExit(0)


def main(arguments: list[str]) -> int:
    """Serve until told to stop; 0 after a stop, 2 when the environment cannot be used."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)

    # Loaded only now, so that a stop during the half second this takes is obeyed as well.
    from service.logs import configure
    from service.server import serve
    from service.settings import SettingsError, load

    try:
        settings = load()
    except SettingsError as error:
        sys.stderr.write(f"The environment cannot be used:\n{error}\n")
        return 2
    configure(settings.log_level)
    serve(settings, reload="--reload" in arguments)
    return 0


def run() -> None:
    """Run main and end the process at once with its code: a thread in a hanging name look-up must not hold it."""
    try:
        code = main(sys.argv[1:])
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
