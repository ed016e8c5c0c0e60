"""Settings, read once, by :mod:`openler.bootstrap` only.

A setting comes from an option of the command line, else from an environment variable ``OPENLER_...``, else from its
default. What must never change for a data directory (its base URL, whether it is a demo) is written into the directory
when it is made and is read back from there.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import orjson
import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from openler.errors import Conflict, Malformed, Misused, Refused, declare

BASE_URL_FIXED = declare("config.base_url_fixed", by=__name__)
BASE_URL_MALFORMED = declare("config.base_url_malformed", by=__name__)
HOME_UNREADABLE = declare("config.home_unreadable", by=__name__)
SETTING_MALFORMED = declare("config.setting_malformed", by=__name__)
PASSPHRASE_MISSING = declare("config.passphrase_missing", by=__name__)
PASSPHRASE_UNREADABLE = declare("config.passphrase_unreadable", by=__name__)
NOT_A_DEMO = declare("config.not_a_demo", by=__name__)

DEFAULT_BASE_URL = "http://localhost:8000"
_MARK = "openler.json"
_FORMAT = 1


class Settings(BaseSettings):
    """Everything an operator may set."""

    model_config = SettingsConfigDict(env_prefix="OPENLER_", extra="ignore", frozen=True)

    data: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("openler", appauthor=False)))
    database: str | None = None
    base_url: str | None = None
    passphrase: SecretStr | None = None
    passphrase_file: Path | None = None
    wallet_passphrase: SecretStr | None = None
    """A holder's, for commands that open one wallet; the service never needs it."""
    pkcs11_module: Path | None = None
    """The library that speaks to the token with the signing keys (PKCS #11)."""
    pkcs11_pin: SecretStr | None = None
    """The token's PIN, for key URIs that name no other source."""
    registry_key: str = "file:registry"
    """The URI of the key by which the registry itself signs; made at its first use where it is a file of ours."""
    follow_seconds: int = Field(default=300, ge=0, le=86_400)
    """How often a service asks the registries that it follows for what is new; 0 for never."""
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins (scheme://host:port) that the guarded fetch may reach though they are private or plain http; commas between."""

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        origins = tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip()) if isinstance(value, str) else value
        for origin in origins if isinstance(origins, tuple) else ():
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
                raise ValueError(f"{origin} is not an origin such as http://localhost:8000")
        return origins


class DataHome(BaseModel):
    """What a data directory says of itself, fixed when it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = _FORMAT
    id: str
    base_url: str = DEFAULT_BASE_URL
    demo: bool = False


def read_settings(**given: object) -> Settings:
    """Settings from the environment, overridden by what was given on the command line (None means not given).

    :raises Misused: ``config.setting_malformed``
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise Misused(SETTING_MALFORMED, place=name, name=f"OPENLER_{name.upper()}", reason=first["msg"]) from error


def is_home(data: Path) -> bool:
    """Whether a data directory was made there already."""
    return (data / _MARK).exists()


def open_home(settings: Settings, *, demo: bool = False) -> DataHome:
    """The data directory's own facts; the directory is made, mode 0700, where there is none.

    :raises Conflict: ``config.base_url_fixed``: it was made for another address
    :raises Malformed: ``config.home_unreadable``
    """
    mark = settings.data / _MARK
    if mark.exists():
        home = _home(settings.data)
        if settings.base_url is not None and _clean(settings.base_url) != home.base_url:
            raise Conflict(BASE_URL_FIXED, asked=settings.base_url, fixed=home.base_url, path=str(settings.data))
        return home
    home = DataHome(id=secrets.token_hex(8), base_url=_clean(settings.base_url or DEFAULT_BASE_URL), demo=demo)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(mark, orjson.dumps(home.model_dump(), option=orjson.OPT_INDENT_2))
    return home


def _home(data: Path) -> DataHome:
    mark = data / _MARK
    try:
        return DataHome.model_validate_json(mark.read_bytes())
    except (ValidationError, OSError) as error:
        raise Malformed(HOME_UNREADABLE, place=str(mark), path=str(data)) from error


def _clean(base_url: str) -> str:
    parts = urlsplit(base_url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise Misused(BASE_URL_MALFORMED, place="base_url", seen=base_url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def demo_passphrase_file(home: DataHome) -> Path:
    """Where a demo's key passphrase is kept: outside its data directory, so that copying that gives nothing away."""
    return Path(platformdirs.user_config_dir("openler", appauthor=False)) / "demo-keys" / home.id


def make_demo_passphrase(home: DataHome) -> str | None:
    """Generate the demo's passphrase where there is none yet and return it, to be shown this once; None later."""
    path = demo_passphrase_file(home)
    return None if path.exists() else _keep_new_secret(path)


def demo_wallets_file(home: DataHome) -> Path:
    """Where the passphrase of a demo's invented learners is kept, so that whoever looks around can sign in as one of them."""
    path = demo_passphrase_file(home)
    return path.with_name(f"{path.name}.wallets")


def demo_wallets_passphrase(home: DataHome) -> str:
    """That passphrase, made at the first call. :raises Misused: ``config.passphrase_unreadable``"""
    path = demo_wallets_file(home)
    return _kept_secret(path) if path.exists() else _keep_new_secret(path)


def remove_demo(data: Path) -> None:
    """Delete a demo's data directory with its passphrases; nothing is done where there is none.

    :raises Refused: ``config.not_a_demo``: what lies there was not made by a demo, and is left alone
    :raises Malformed: ``config.home_unreadable``
    """
    if not data.exists():
        return
    if not (data / _MARK).exists():
        raise Refused(NOT_A_DEMO, place=str(data), path=str(data))
    home = _home(data)
    if not home.demo:
        raise Refused(NOT_A_DEMO, place=str(data), path=str(data))
    shutil.rmtree(data)
    for secret in (demo_passphrase_file(home), demo_wallets_file(home)):
        secret.unlink(missing_ok=True)


def _keep_new_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_urlsafe(18)
    write_private(path, secret.encode())
    return secret


def _kept_secret(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misused(PASSPHRASE_UNREADABLE, place=str(path), path=str(path)) from error


def passphrase(settings: Settings, home: DataHome) -> str:
    """The passphrase that unlocks this directory's keys.

    :raises Misused: ``config.passphrase_missing``, ``config.passphrase_unreadable``
    """
    # A demo's own comes first, so that one set for other work does not lock a demo that it never unlocked.
    if home.demo and (own := demo_passphrase_file(home)).exists():
        return _kept_secret(own)
    if settings.passphrase is not None:
        return settings.passphrase.get_secret_value()
    path = settings.passphrase_file
    if path is None:
        raise Misused(PASSPHRASE_MISSING)
    return _kept_secret(path)
