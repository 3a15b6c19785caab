"""Settings: one table of name, default and meaning; read from ``GONGPING_*``; refuses to start half-configured."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from survey.errors import SetupError

LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 - named to be refused, not bound to
# Addresses that no stranger's traffic is routed to: RFC 1918, RFC 3927, unique local and link-local IPv6.
PRIVATE = tuple(
    ipaddress.ip_network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)
LOCAL_NAME = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+local")
SWITCHES = {"demonstration", "hall_network", "secure_cookies"}


def _setting(default: Any, meaning: str) -> Any:  # noqa: ANN401 - as dataclasses.field itself
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """What an installation is set to; each field is the environment variable ``GONGPING_<NAME>``."""

    home: Path = _setting(Path("gongping-data"), "folder that holds database/, keys/ and secret")
    database_url: str = _setting("", "SQLAlchemy address of the database; empty: SQLite in HOME/database")
    keys: Path | None = _setting(None, "folder of the rounds' key files, never in backups; empty: HOME/keys")
    public_address: str = _setting("", "how raters reach this server, e.g. https://cp.example.gov.cn")
    locale: str = _setting("zh_CN", "language of pages: zh_CN or en")
    timezone: str = _setting("Asia/Shanghai", "clock that windows are written in and pages show")
    office: str = _setting("公评", "name of the office, shown at the head of the desks")
    demonstration: bool = _setting(default=False, meaning="slips may carry a loopback address and say so")
    secure_cookies: bool = _setting(default=True, meaning="staff cookies only over https; off for loopback")
    hall_network: bool = _setting(
        default=False,
        meaning="a hall's own network without a certificate: an http:// public address, private or .local only; "
        "staff cookies then go without https",
    )
    proxies: int = _setting(0, "how many proxies of ours stand before this server and say who asks; 0: none")

    @property
    def database(self) -> str:
        """Address of the database."""
        return self.database_url or f"sqlite:///{(self.home / 'database' / 'gongping.db').absolute()}"

    @property
    def key_folder(self) -> Path:
        """Folder of the key files."""
        return self.keys or self.home / "keys"

    @property
    def zone(self) -> ZoneInfo:
        """Time zone that windows are written in."""
        return ZoneInfo(self.timezone)

    @property
    def secret(self) -> bytes:
        """Secret that signs form tokens, made by ``gongping init``.

        Raises
        ------
        SetupError
            When the installation was never initialised.
        """
        path = self.home / "secret"
        if not path.is_file():
            raise SetupError("%(path)s is missing. Run: gongping init", path=path)
        return path.read_bytes()

    def loopback_address(self) -> bool:
        """Return whether raters could not reach this server: no public address, or one of this machine."""
        return not self.public_address or urlsplit(self.public_address).hostname in LOOPBACK


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment` (the process's own where none is given).

    Raises
    ------
    SetupError
        For a name that is no setting, or a value of the wrong form; the message names both.
    """
    given = {
        name.removeprefix("GONGPING_").lower(): text
        for name, text in (os.environ if environment is None else environment).items()
        if name.startswith("GONGPING_")
    }
    known = {f.name: f for f in fields(Settings)}
    if unknown := sorted(set(given) - set(known)):
        raise SetupError(
            "GONGPING_%(name)s is not a setting. Known: %(known)s",
            name=unknown[0].upper(),
            known=", ".join(sorted(name.upper() for name in known)),
        )
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name in {"home", "keys"}:
            values[name] = Path(text)
        elif name in SWITCHES:
            if text not in {"0", "1"}:
                raise SetupError("GONGPING_%(name)s is %(text)s; allowed: 0 or 1", name=name.upper(), text=text)
            values[name] = text == "1"
        elif name == "proxies":
            if not (text.isascii() and text.isdigit()):
                raise SetupError("GONGPING_PROXIES is %(text)s; allowed: a number such as 1", text=text)
            values[name] = int(text)
        else:
            values[name] = text
    if values.get("hall_network"):
        _check_hall(values)
        values["secure_cookies"] = False
    settings = Settings(**values)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if settings.locale not in {"zh_CN", "en"}:
        raise SetupError("GONGPING_LOCALE is %(found)s; allowed: zh_CN or en", found=settings.locale)
    try:
        ZoneInfo(settings.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise SetupError(
            "GONGPING_TIMEZONE is %(found)s; allowed: a name such as Asia/Shanghai", found=settings.timezone
        ) from error
    if settings.public_address:
        _check_address(settings)


def _check_address(settings: Settings) -> None:
    """Refuse a public address that is none, and one without https that is neither this machine nor a hall's."""
    host = _host_of(settings.public_address)
    if not host:
        raise SetupError(
            "GONGPING_PUBLIC_ADDRESS is %(found)s; allowed: an address such as https://cp.example.gov.cn",
            found=settings.public_address,
        )
    https = urlsplit(settings.public_address).scheme == "https"
    if https and not settings.secure_cookies:
        raise SetupError(
            "GONGPING_SECURE_COOKIES is 0, but GONGPING_PUBLIC_ADDRESS is https; leave GONGPING_SECURE_COOKIES away"
        )
    if not https and not settings.hall_network and host not in LOOPBACK:
        raise SetupError(
            "GONGPING_PUBLIC_ADDRESS is %(found)s, without https; allowed: an https address, or, "
            "in a hall's own network without a certificate, an http address with GONGPING_HALL_NETWORK=1",
            found=settings.public_address,
        )


def _check_hall(values: Mapping[str, Any]) -> None:
    """Refuse what contradicts a hall's network, by the names of the settings."""
    address = values.get("public_address", "")
    if urlsplit(address).scheme != "http" or not _in_hall(_host_of(address)):
        raise SetupError(
            "GONGPING_HALL_NETWORK is 1 and GONGPING_PUBLIC_ADDRESS is %(found)s; allowed: http:// with a private "
            "address such as http://192.168.1.10:8000, or with a name that ends in .local",
            found=address or "not set",
        )
    if values.get("secure_cookies"):
        raise SetupError("GONGPING_SECURE_COOKIES is 1, but GONGPING_HALL_NETWORK is 1: a hall's network has no https")


def _host_of(address: str) -> str:
    """Return the host that an http or https address names; nothing where it is no such address."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and (parts.port or 1) > 0
    except ValueError:
        return ""
    return (parts.hostname or "") if usable and not (parts.query or parts.fragment or parts.username) else ""


def _in_hall(host: str) -> bool:
    """Return whether `host` is a private address, or a name that only the own network resolves."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return LOCAL_NAME.fullmatch(host) is not None
    return any(address in block for block in PRIVATE)
