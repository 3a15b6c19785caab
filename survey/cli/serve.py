"""``gongping serve``: the pages by waitress, a pure-Python server that runs on Linux and Windows alike."""

import signal
import sys
from contextlib import suppress
from datetime import datetime
from threading import Thread
from time import sleep
from types import FrameType
from typing import Any, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from survey.cli.installation import installed
from survey.config import Settings
from survey.db import make_engine, make_session
from survey.office import shredding

HOUR = 3600


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free port.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256), help="Requests at a time.")
def command(host: str, port: int, threads: int) -> None:
    """Serve the pages until Ctrl-C. No access log is written: it would say when a ballot came, and from where."""
    serve(installed().settings, host, port, threads)


def serve(settings: Settings, host: str, port: int, threads: int) -> None:
    """Serve the installation of `settings` until it is interrupted."""
    from waitress.server import BaseWSGIServer, create_server  # noqa: PLC0415 - no other command needs a server

    from survey import create_app  # noqa: PLC0415 - nor the pages
    from survey.cli import connections  # noqa: PLC0415

    app = create_app(settings)
    waiting: dict[int, Any] = {}  # by file descriptor: a name such as localhost may stand for two addresses
    server = create_server(
        app,
        map=waiting,
        host=host,
        port=port,
        threads=threads,
        clear_untrusted_proxy_headers=settings.proxies == 0,
        **connections.ADJUSTMENTS,
    )
    connections.harden([each for each in waiting.values() if isinstance(each, BaseWSGIServer)], app)
    signal.signal(signal.SIGTERM, _stop)
    for at, on in _addresses(server):
        click.echo(f"Serving on http://{f'[{at}]' if ':' in at else at}:{on} until Ctrl-C", err=True)
    Thread(target=_end_appeals, args=(settings,), daemon=True).start()
    server.run()


def _end_appeals(settings: Settings) -> None:
    """Destroy, hour by hour, the appeal files whose last day is over: a server may run for months."""
    engine = make_engine(settings.database)
    while True:
        sleep(HOUR)
        with suppress(SQLAlchemyError):  # a database that is away now will be there in an hour
            shredding.end_appeals(make_session(engine), settings.key_folder, datetime.now(settings.zone).date())


def _addresses(server: Any) -> list[tuple[str, int]]:  # noqa: ANN401 - waitress is untyped
    """Return what is listened on: a name such as localhost may stand for two addresses."""
    if hasattr(server, "effective_listen"):
        return [(at, on) for at, on, *_ in server.effective_listen]
    return [(server.effective_host, server.effective_port)]


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)  # waitress lets what it has begun come to its end
