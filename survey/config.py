"""Settings: one table of name, default and meaning; read from ``GONGPING_*``; refuses to start half-configured."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from survey.errors import SetupError

LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 - named to be refused, not bound to


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
        elif name in {"demonstration", "secure_cookies"}:
            if text not in {"0", "1"}:
                raise SetupError("GONGPING_%(name)s is %(text)s; allowed: 0 or 1", name=name.upper(), text=text)
            values[name] = text == "1"
        elif name == "proxies":
            if not (text.isascii() and text.isdigit()):
                raise SetupError("GONGPING_PROXIES is %(text)s; allowed: a number such as 1", text=text)
            values[name] = int(text)
        else:
            values[name] = text
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
        parts = urlsplit(settings.public_address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise SetupError(
                "GONGPING_PUBLIC_ADDRESS is %(found)s; allowed: an address such as https://cp.example.gov.cn",
                found=settings.public_address,
            )
