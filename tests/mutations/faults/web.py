"""Faults at the faces: visitors would be attacked through us, or see what is not for them."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="text is put into pages unescaped",
        file="web/rendering.py",
        before="autoescape=select_autoescape(default=True)",
        after="autoescape=False",
        killed_by=("tests/pages/test_pages.py::test_hostile_words_are_shown_as_words",),
        why="A program's name runs a script in the reader's browser.",
    ),
    Fault(
        name="pages carry no security policy",
        file="asgi.py",
        before="for name, value in HEADERS.items():",
        after="for name, value in ():",
        killed_by=("tests/pages/test_api.py::test_every_answer_carries_the_security_headers",),
        why="The last line of defence is gone.",
    ),
    Fault(
        name="an upload may be of any size",
        file="asgi.py",
        before="            if self._read > self._limit:\n",
        after="            if False:\n",
        killed_by=("tests/pages/test_refusals.py::test_an_uploaded_body_is_cut_off_at_its_limit_whatever_it_says_of_itself",),
        why="One upload fills the memory.",
    ),
    Fault(
        name="there is no rate limit",
        file="asgi.py",
        before="        if bucket.tokens < 1:\n",
        after="        if False:\n",
        killed_by=("tests/pages/test_refusals.py::test_who_asks_too_often_waits_and_nobody_else_does",),
        why="One client takes the service from all.",
    ),
    Fault(
        name="one client's haste slows down all",
        file="asgi.py",
        before="bucket = self._buckets.pop(client, None)",
        after='bucket = self._buckets.pop(client := "all", None)',
        killed_by=("tests/pages/test_refusals.py::test_who_asks_too_often_waits_and_nobody_else_does",),
        why="Anybody can lock everybody out.",
    ),
    Fault(
        name="a failure's innards are shown",
        file="problems.py",
        before='"title": message.text,',
        after='"title": f"{message.text} {error.detail}.",',
        killed_by=("tests/pages/test_refusals.py::test_what_the_database_said_goes_to_the_log_and_not_to_the_visitor",),
        why="A stranger reads our tables' names and more.",
    ),
    Fault(
        name="a missing passphrase is the visitor's fault",
        file="bootstrap.py",
        before="            if not self._serving:\n",
        after="            if True:\n",
        killed_by=(
            "tests/pages/test_refusals.py::test_without_its_passphrase_the_public_side_serves_and_the_private_side_says_it_is_closed",
        ),
        why="Visitors read how the server is set up.",
    ),
    Fault(
        name="an invalid record ends with 0",
        file="cli/exits.py",
        before='"invalid": Exit.NEGATIVE',
        after='"invalid": Exit.DONE',
        killed_by=("tests/cli/test_exits.py::test_each_verdict_has_its_code",),
        why="A script lets a forged record pass.",
    ),
    Fault(
        name="what could not be checked ends with 0",
        file="cli/exits.py",
        before='"undetermined": Exit.UNDETERMINED',
        after='"undetermined": Exit.DONE',
        killed_by=("tests/cli/test_exits.py::test_each_verdict_has_its_code",),
        why="A script takes silence for yes.",
    ),
    Fault(
        name="hostile text reaches the terminal",
        file="cli/terminal.py",
        before="return text.translate(_CONTROL)",
        after="return text",
        killed_by=("tests/cli/test_registry.py::test_a_files_name_cannot_drive_the_terminal_either",),
        why="A document's name drives the operator's terminal.",
    ),
)
