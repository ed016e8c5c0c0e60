"""Faults in the guarded fetch: strangers would read what lies behind our walls."""
# ruff: noqa: E501 - a change is quoted as it stands

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="private addresses may be reached",
        file="net/guard.py",
        before="if origin not in self._allowed and not all(is_public(address) for address in found):",
        after="if False:",
        killed_by=("tests/unit/net/test_guard.py::test_a_listed_origin_allows_itself_alone",),
        why="A link makes our server read the cloud's secrets.",
    ),
    Fault(
        name="one public address is enough",
        file="net/guard.py",
        before="not all(is_public(address)",
        after="not any(is_public(address)",
        killed_by=("tests/unit/net/test_guard.py::test_one_private_address_among_public_ones_refuses_them_all",),
        why="A name with two addresses leads inside.",
    ),
    Fault(
        name="IPv4 hidden in IPv6 is not unwrapped",
        file="net/guard.py",
        before="if inner is not None:",
        after="if False:",
        killed_by=("tests/unit/net/test_guard.py::test_addresses_that_are_not_public_are_known",),
        why="::ffff:169.254.169.254 leads inside.",
    ),
    Fault(
        name="http is good enough",
        file="net/guard.py",
        before='if origin.scheme != "https" and origin not in self._allowed:',
        after="if False:",
        killed_by=("tests/unit/net/test_guard.py::test_only_https_is_read",),
        why="Anybody on the way answers for the issuer.",
    ),
    Fault(
        name="only the first address of a redirect is guarded",
        file="net/fetch.py",
        before="            location = answer.headers.get(",
        after="            self._guard.addresses = lambda origin, seconds: self._guard._look_up(origin, seconds)\n            self._guard.origin = Origin.parse\n            location = answer.headers.get(",
        killed_by=("tests/unit/net/test_fetch.py::test_each_hop_is_guarded",),
        why="A public address sends us to a private one.",
    ),
    Fault(
        name="a body may be of any size",
        file="net/body.py",
        before="        if size > limit:\n",
        after="        if False:\n",
        killed_by=("tests/unit/net/test_fetch.py::test_a_body_over_the_limit_is_refused",),
        why="One answer fills the memory.",
    ),
    Fault(
        name="a redirect may go on for ever",
        file="net/fetch.py",
        before="for _ in range(MAX_REDIRECTS + 1):",
        after="for _ in range(20 * MAX_REDIRECTS):",
        killed_by=("tests/unit/net/test_fetch.py::test_redirects_end",),
        why="Two addresses that point at each other keep us busy.",
    ),
)
