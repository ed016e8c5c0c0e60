"""How a command's exit code comes about, alone and in a batch."""

from __future__ import annotations

import itertools

import pytest

from openler import errors
from openler.cli.exits import Exit, of_batch, of_error, of_verdict

CODE = errors.Code("tests.code")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.Misused, 2), (errors.NotFound, 2), (errors.Unauthenticated, 2), (errors.Malformed, 1), (errors.TooLarge, 1),
        (errors.Refused, 1), (errors.Conflict, 1), (errors.Unavailable, 4), (errors.RateLimited, 4), (errors.Internal, 5),
        (errors.OpenlerError, 5),
    ],
)  # fmt: skip
def test_each_kind_of_failure_has_its_code(kind: type[errors.OpenlerError], code: int) -> None:
    assert of_error(kind(CODE)) == code


def test_each_verdict_has_its_code() -> None:
    assert [of_verdict(verdict) for verdict in ("valid", "invalid", "undetermined")] == [0, 1, 3]


def test_the_worst_of_a_batch_wins_in_the_documented_order() -> None:
    order = [5, 4, 1, 3, 0]
    for size in range(1, len(order) + 1):
        for chosen in itertools.combinations(order, size):
            assert of_batch(Exit(code) for code in reversed(chosen)) == chosen[0]
    assert of_batch([]) == 0
