"""By which name this server may be asked for: its public address, and this machine's own names for whoever tends it.

Nothing is ever linked from the name of a request, so that a foreign one can't lead anybody away; refusing it as well
keeps a page of somebody else's from being read under this server's address (DNS rebinding).
"""

import re
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, current_app, request

from survey.config import Settings
from survey.errors import GongpingError

OWN: Final = frozenset({"localhost", "127.0.0.1", "::1"})
NAMES: Final = "GONGPING_HOSTS"
HOST: Final = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]{1,5})?")


class OtherHostError(GongpingError):
    """A request under a name that is not this server's."""


def init_app(app: Flask, settings: Settings) -> None:
    """Have `app` answer under the names of `settings` alone; templates may ask whether these are a hall's network."""
    app.config[NAMES] = names(settings)
    app.jinja_env.globals["hall_network"] = settings.hall_network
    app.before_request(_check)


def names(settings: Settings) -> frozenset[str]:
    """Return the names that a request may ask for; this machine's own alone, while no address was set."""
    host = urlsplit(settings.public_address).hostname
    return OWN | {_one_form(host.encode("idna").decode() if ":" not in host else host)} if host else OWN


def asked_for(header: str) -> str:
    """Return the name in a ``Host`` header, without its port; nothing where it is none.

    Examples
    --------
    >>> asked_for("CP.example.gov.cn:8443"), asked_for("[::0001]:8000"), asked_for("a, b"), asked_for("")
    ('cp.example.gov.cn', '::1', '', '')
    """
    found = HOST.fullmatch(header)
    return _one_form(found[1] or found[2]) if found else ""


def _one_form(host: str) -> str:
    try:
        return str(IPv6Address(host))
    except ValueError:
        return host.lower()


def _check() -> None:
    if asked_for(request.headers.get("Host", "")) not in current_app.config[NAMES]:
        raise OtherHostError(
            "This server does not answer under this address. Check the address. If you run the server: it answers "
            "under GONGPING_PUBLIC_ADDRESS alone."
        )
