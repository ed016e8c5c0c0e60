"""Which addresses may be reached."""

from __future__ import annotations

import time

import pytest

from openler.errors import Malformed, Refused, Unavailable
from openler.net.guard import Guard, Origin, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0",  # noqa: S104
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1", "2001:db8::1", "3fff::1",
        "100::1", "5f00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
        "64:ff9b:1::1", "2001:0:0:0:0:0:80ff:fffe", "::127.0.0.1", "not an address", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://", "https://user@a.example/", "https://a.example\\@b.example/", "https://a.example/ b", "https://a.example:99999/", "https://a\n.example/",
        "https://[::1", "https://" + "a" * 3000,
    ],
)  # fmt: skip
def test_addresses_that_two_readers_could_read_differently_are_refused(url: str) -> None:
    with pytest.raises(Malformed):
        Guard().origin(url)


@pytest.mark.parametrize(
    "url", ["http://a.example/", "ftp://a.example/", "file:///etc/passwd", "gopher://a.example", "a.example", "", "javascript:1"]
)
def test_only_https_is_read(url: str) -> None:
    with pytest.raises(Refused) as caught:
        Guard().origin(url)
    assert caught.value.code == "net.scheme_refused"


def test_an_origin_is_scheme_host_and_port_whatever_its_case() -> None:
    assert Origin.parse("HTTPS://A.Example./x?y#z") == Origin("https", "a.example", 443)
    assert Origin.parse("http://localhost:8000") == Origin("http", "localhost", 8000)


@pytest.mark.parametrize("url", ["http://localhost:8001/", "https://localhost:8000/", "http://127.0.0.1:8000/", "http://localhost/"])
def test_a_listed_origin_allows_itself_alone(url: str) -> None:
    guard = Guard([Origin("http", "localhost", 8000)], resolve=lambda _host, _port: ["127.0.0.1"])
    assert guard.addresses(guard.origin("http://localhost:8000/x"), seconds=1) == ("127.0.0.1",)
    with pytest.raises(Refused):
        guard.addresses(guard.origin(url), seconds=1)


def test_one_private_address_among_public_ones_refuses_them_all() -> None:
    guard = Guard(resolve=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(Refused) as caught:
        guard.addresses(guard.origin("https://a.example/"), seconds=1)
    assert caught.value.code == "net.address_refused"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_this_machine_spelt_oddly_is_still_this_machine(host: str) -> None:
    guard = Guard()
    with pytest.raises((Refused, Unavailable)):
        guard.addresses(guard.origin(f"https://{host}/"), seconds=5)


def test_a_name_that_is_not_known_is_unavailable() -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise OSError

    guard = Guard(resolve=resolve)
    with pytest.raises(Unavailable) as caught:
        guard.addresses(guard.origin("https://a.example/"), seconds=1)
    assert caught.value.code == "net.name_unknown"


def test_a_resolver_that_hangs_is_left_behind() -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        time.sleep(2)
        return []

    guard = Guard(resolve=resolve)
    started = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        guard.addresses(guard.origin("https://a.example/"), seconds=0.1)
    assert caught.value.code == "net.name_timeout"
    assert time.monotonic() - started < 1
