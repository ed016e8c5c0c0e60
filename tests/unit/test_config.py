"""Settings and what a data directory fixes for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from openler import config
from openler.errors import Conflict, Malformed, Misused


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENLER_DATA", "OPENLER_BASE_URL", "OPENLER_PASSPHRASE", "OPENLER_PASSPHRASE_FILE", "OPENLER_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_the_base_url_is_fixed_when_the_directory_is_made(tmp_path: Path) -> None:
    made = config.open_home(config.read_settings(data=tmp_path / "d", base_url="https://registry.example.org/"))
    assert made.base_url == "https://registry.example.org"
    assert config.open_home(config.read_settings(data=tmp_path / "d")) == made
    with pytest.raises(Conflict, match=r"config\.base_url_fixed"):
        config.open_home(config.read_settings(data=tmp_path / "d", base_url="https://other.example.org"))


@pytest.mark.parametrize(
    "address", ["registry.example.org", "ftp://example.org", "https://user:pw@example.org", "https://example.org/?q=1"]
)
def test_an_address_that_cannot_be_ours_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(Misused, match=r"config\.base_url_malformed"):
        config.open_home(config.read_settings(data=tmp_path / "d", base_url=address))


def test_a_broken_mark_is_told_not_overwritten(tmp_path: Path) -> None:
    config.open_home(config.read_settings(data=tmp_path))
    (tmp_path / "openler.json").write_text("{")
    with pytest.raises(Malformed, match=r"config\.home_unreadable"):
        config.open_home(config.read_settings(data=tmp_path))
    assert (tmp_path / "openler.json").read_text() == "{"


def test_a_demo_passphrase_is_shown_once_and_kept_outside_the_data_directory(tmp_path: Path) -> None:
    settings = config.read_settings(data=tmp_path / "d")
    home = config.open_home(settings, demo=True)
    shown = config.make_demo_passphrase(home)
    assert shown
    assert len(shown) >= 20
    assert config.make_demo_passphrase(home) is None
    place = config.demo_passphrase_file(home)
    assert not place.is_relative_to(settings.data)
    assert place.stat().st_mode & 0o777 == 0o600
    assert config.passphrase(settings, home) == shown


def test_without_a_passphrase_the_keys_stay_locked(tmp_path: Path) -> None:
    settings = config.read_settings(data=tmp_path / "d")
    with pytest.raises(Misused, match=r"config\.passphrase_missing"):
        config.passphrase(settings, config.open_home(settings))


def test_the_passphrase_is_not_shown_by_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLER_PASSPHRASE", "correct horse battery")
    settings = config.read_settings(data=tmp_path)
    assert "correct horse" not in repr(settings)
    assert config.passphrase(settings, config.open_home(settings)) == "correct horse battery"


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLER_ALLOWED_ORIGINS", "http://localhost:8000, ftp:/x")
    with pytest.raises(Misused, match=r"config\.setting_malformed") as caught:
        config.read_settings()
    assert caught.value.parameters["name"] == "OPENLER_ALLOWED_ORIGINS"


def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLER_ALLOWED_ORIGINS", "http://localhost:8000/, https://10.0.0.7:8443")
    assert config.read_settings().allowed_origins == ("http://localhost:8000", "https://10.0.0.7:8443")
