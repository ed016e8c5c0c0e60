"""GET under guard, against a server on this machine that the test lists as allowed."""

from __future__ import annotations

import socket
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from openler.errors import Malformed, OpenlerError, Refused, TooLarge, Unavailable
from openler.net.fetch import MAX_REDIRECTS, GuardedFetch
from tests.support.loopback import BOMB_BYTES, Loopback, serve


@pytest.fixture(scope="module")
def running() -> Iterator[Loopback]:
    with serve() as loopback:
        yield loopback


@pytest.fixture
def server(running: Loopback) -> Loopback:
    running.seen.clear()
    running.redirects.clear()
    running.busy.clear()
    return running


def fetcher(server: Loopback, **settings: float) -> GuardedFetch:
    return GuardedFetch([server.origin], **settings)  # type: ignore[arg-type]


def code(fetch: GuardedFetch, url: str) -> str:
    with pytest.raises(OpenlerError) as caught:
        fetch.get(url)
    return caught.value.code


def test_an_answer_comes_back_with_its_type_and_address(server: Loopback) -> None:
    found = fetcher(server).get(f"{server.origin}/hello#here", accept="application/ld+json")
    assert (found.status, found.media_type, found.body) == (200, "application/json", b'{"hello": 1}')
    assert found.url == f"{server.origin}/hello"
    assert server.seen[0][1]["accept"] == "application/ld+json"


def test_any_status_is_an_answer(server: Loopback) -> None:
    assert fetcher(server).get(f"{server.origin}/nothing-here").status == 404


@pytest.mark.parametrize(
    ("told", "status", "waited"),
    [
        (["1"], 200, [1]),
        (["1", "0", "2"], 200, [1, 0, 2]),
        (["1", "1", "1", "1"], 429, [1, 1, 1]),
        (["6"], 429, []),
        (["86400"], 429, []),
        (["Wed, 21 Oct 2026 07:28:00 GMT"], 429, []),
        (["-1"], 429, []),
    ],
)
def test_who_is_told_to_come_back_soon_waits_and_who_is_told_more_does_not(
    server: Loopback, told: list[str], status: int, waited: list[float]
) -> None:
    slept: list[float] = []
    server.busy.extend(told)
    assert GuardedFetch([server.origin], wait=slept.append).get(f"{server.origin}/busy").status == status
    assert slept == waited


def test_nobody_waits_longer_than_everything_together_may_take(server: Loopback) -> None:
    slept: list[float] = []
    server.busy.append("5")
    assert GuardedFetch([server.origin], total_seconds=4, wait=slept.append).get(f"{server.origin}/busy").status == 429
    assert slept == []


@pytest.mark.parametrize(("path", "body"), [("gzipped", b'{"hello": 2}'), ("deflated", b'{"hello": 3}')])
def test_compressed_answers_are_unpacked(server: Loopback, path: str, body: bytes) -> None:
    assert fetcher(server).get(f"{server.origin}/{path}").body == body


def test_this_machine_is_refused_unless_listed(server: Loopback) -> None:
    assert code(GuardedFetch(), f"{server.origin}/hello") == "net.scheme_refused"
    assert code(GuardedFetch(), f"https://127.0.0.1:{server.port}/hello") == "net.address_refused"
    assert code(GuardedFetch(), f"https://localhost:{server.port}/hello") == "net.address_refused"
    assert server.seen == []


def test_redirects_are_followed(server: Loopback) -> None:
    server.redirects.update({"/a": "/b", "/b": f"{server.origin}/hello"})
    assert fetcher(server).get(f"{server.origin}/a").url == f"{server.origin}/hello"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://169.254.169.254/latest/meta-data", "net.address_refused"),
        ("https://[::1]/", "net.address_refused"),
        ("http://a.example/", "net.scheme_refused"),
        ("file:///etc/passwd", "net.scheme_refused"),
        ("https://user@a.example/", "net.url_malformed"),
        ("//10.0.0.1/x", "net.scheme_refused"),
    ],
)
def test_each_hop_is_guarded(server: Loopback, location: str, expected: str) -> None:
    server.redirects["/away"] = location
    assert code(fetcher(server), f"{server.origin}/away") == expected


def test_redirects_end(server: Loopback) -> None:
    server.redirects["/ring"] = "/ring"
    assert code(fetcher(server), f"{server.origin}/ring") == "net.too_many_redirects"
    assert len(server.seen) == MAX_REDIRECTS + 1


def test_a_name_that_changes_its_mind_reaches_only_what_was_checked(server: Loopback) -> None:
    answers = iter([["127.0.0.1"], ["10.255.255.1"]])
    asked = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    fetch = GuardedFetch([f"http://rebound.example:{server.port}"], resolve=resolve, total_seconds=3)
    assert fetch.get(f"http://rebound.example:{server.port}/hello").status == 200
    # Asked once: no second look-up stands between the check and the connection.
    assert asked == ["rebound.example"]
    assert server.seen[0][1]["host"] == f"rebound.example:{server.port}"


def test_a_name_that_turns_private_on_the_second_hop_is_refused(server: Loopback) -> None:
    server.redirects["/out"] = "https://rebound.example/secret"
    fetch = GuardedFetch([server.origin], resolve=lambda host, _port: ["127.0.0.1" if host != "rebound.example" else "192.168.0.1"])
    assert code(fetch, f"{server.origin}/out") == "net.address_refused"


@pytest.mark.parametrize("path", ["large", "larger-than-said", "bomb"])
def test_a_body_over_the_limit_is_refused(server: Loopback, path: str) -> None:
    with pytest.raises(TooLarge) as caught:
        fetcher(server).get(f"{server.origin}/{path}", limit=4999)
    assert caught.value.parameters["limit"] == 4999


def test_a_body_at_the_limit_is_read(server: Loopback) -> None:
    assert len(fetcher(server).get(f"{server.origin}/large", limit=5000).body) == 5000


def test_a_bomb_never_unfolds(server: Loopback) -> None:
    fetch = fetcher(server)
    fetch.get(f"{server.origin}/hello")
    tracemalloc.start()
    try:
        # The server's own thread builds the bomb: 50 MB of zeros. Ours must stay far below that on top.
        with pytest.raises(TooLarge):
            fetch.get(f"{server.origin}/bomb", limit=100_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < BOMB_BYTES * 1.2


@pytest.mark.parametrize("path", ["cut", "broken", "brotli"])
def test_what_cannot_be_unpacked_is_told(server: Loopback, path: str) -> None:
    assert code(fetcher(server), f"{server.origin}/{path}") == "net.bad_encoding"


@pytest.mark.parametrize("path", ["shorter-than-said", "nonsense", "long-head"])
def test_answers_that_are_no_http_are_told(server: Loopback, path: str) -> None:
    assert code(fetcher(server), f"{server.origin}/{path}") == "net.bad_answer"


@pytest.mark.parametrize("path", ["silent", "dripping", "dripping-head"])
def test_a_server_that_takes_its_time_is_given_up(server: Loopback, path: str) -> None:
    started = time.monotonic()
    assert code(fetcher(server, total_seconds=0.5), f"{server.origin}/{path}") == "net.timeout"
    assert time.monotonic() - started < 2


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert code(GuardedFetch([f"http://127.0.0.1:{port}"]), f"http://127.0.0.1:{port}/") == "net.unreachable"


def test_a_server_without_tls_is_told_as_such(server: Loopback) -> None:
    fetch = GuardedFetch([f"https://127.0.0.1:{server.port}"])
    assert code(fetch, f"https://127.0.0.1:{server.port}/hello") == "net.tls_failed"


def test_no_cookie_and_no_proxy_are_used(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    fetch = fetcher(server)
    fetch.get(f"{server.origin}/hello")
    fetch.get(f"{server.origin}/hello")
    assert [set(headers) & {"cookie", "authorization", "referer"} for _, headers in server.seen] == [set(), set()]


def test_the_cache_keeps_good_answers_for_its_time_only(server: Loopback) -> None:
    fetch = fetcher(server, cache_seconds=0.3)
    for _ in range(3):
        fetch.get(f"{server.origin}/hello")
        fetch.get(f"{server.origin}/missing")
    assert [path for path, _ in server.seen].count("/hello") == 1
    assert [path for path, _ in server.seen].count("/missing") == 3
    time.sleep(0.35)
    fetch.get(f"{server.origin}/hello")
    assert [path for path, _ in server.seen].count("/hello") == 2


def test_the_cache_does_not_lift_a_limit_or_mix_media_types(server: Loopback) -> None:
    fetch = fetcher(server, cache_seconds=60)
    fetch.get(f"{server.origin}/large")
    with pytest.raises(TooLarge):
        fetch.get(f"{server.origin}/large", limit=10)
    fetch.get(f"{server.origin}/large", accept="text/html")
    assert len(server.seen) == 2


def test_without_a_cache_every_answer_is_todays(server: Loopback) -> None:
    fetch = fetcher(server)
    fetch.get(f"{server.origin}/hello")
    fetch.get(f"{server.origin}/hello")
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "url", ["", "https://", "https://exa mple/", "https://\u0000/", "https://a..b/", "https://xn--/", "https://" + "a" * 70 + ".example/"]
)
def test_nonsense_ends_in_our_own_errors(url: str) -> None:
    with pytest.raises((Malformed, Refused, Unavailable)):
        GuardedFetch(resolve=lambda _host, _port: []).get(url)
