"""What every answer carries, and where static files are found: the browser is told to trust nothing else."""

import hashlib
import secrets
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, g, request
from werkzeug.wrappers import Response

from survey.config import Settings

STATIC = Path(__file__).parents[1] / "static"
YEAR = 365 * 24 * 60 * 60
PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def init_app(app: Flask, settings: Settings) -> None:
    """Give every answer of `app` its headers, and the templates ``nonce()`` and ``static_url(name)``."""
    https = urlsplit(settings.public_address).scheme == "https"

    def finish(response: Response) -> Response:
        response.headers.extend(PLAIN)
        response.headers["Content-Security-Policy"] = _policy()
        response.headers["Cache-Control"] = _caching()
        if https or request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
        return response

    app.after_request(finish)
    app.jinja_env.globals.update(nonce=nonce, static_url=static_url)


def nonce() -> str:
    """Return this answer's nonce: a script without it is not run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return cast("str", g.nonce)


def static_url(name: str) -> str:
    """Return the address of the static file `name`, with its digest: it may be kept for ever."""
    return f"{request.script_root}/static/{name}?v={digest(name)}"


@cache
def digest(name: str) -> str:
    """Return the first half of the SHA-256 of the static file `name`; a name that is none is an error."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:32]


def _policy() -> str:
    # data: for the empty icon alone, which spares every page a request for one.
    return (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        f"script-src 'nonce-{nonce()}'; require-trusted-types-for 'script'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def _caching() -> str:
    name = (request.view_args or {}).get("filename") if request.endpoint == "static" else None
    if name and (STATIC / name).is_file() and request.args.get("v") == digest(name):
        return f"public, max-age={YEAR}, immutable"
    return "no-cache" if name else "no-store"
