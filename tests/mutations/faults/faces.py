"""Faults in the holder's pages, shares and reports."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="a page takes forms of strangers",
        file="web/session.py",
        before="    session.check_form(token_of(request), shown)\n",
        after="    session.check_form\n",
        killed_by=("tests/pages/test_record.py::test_no_form_is_taken_without_its_token",),
        why="A page elsewhere shares her record in her name.",
    ),
    Fault(
        name="scripts can read the session's cookie",
        file="web/session.py",
        before='response.set_cookie(COOKIE, token.reveal(), path="/", httponly=True,',
        after='response.set_cookie(COOKIE, token.reveal(), path="/", httponly=False,',
        killed_by=("tests/pages/test_record.py::test_the_cookie_is_for_this_service_and_this_browser_session_alone",),
        why="One script in one page takes over her wallet.",
    ),
    Fault(
        name="forms that another site sends are taken",
        file="web/session.py",
        before='if site not in {"same-origin", "none"}:',
        after="if False:",
        killed_by=("tests/pages/test_record.py::test_another_site_can_sign_nobody_in",),
        why="A page elsewhere signs her in to somebody else's wallet.",
    ),
    Fault(
        name="private pages stay in caches",
        file="web/session.py",
        before='"cache-control": "no-store"',
        after='"cache-control": "max-age=60"',
        killed_by=("tests/pages/test_record.py::test_a_private_page_leads_to_signing_in_and_back",),
        why="The next person at the library computer presses Back.",
    ),
    Fault(
        name="signing in leads to any site",
        file="web/session.py",
        before='or address.startswith("//")',
        after="",
        killed_by=("tests/pages/test_record.py::test_signing_in_leads_on_to_this_service_only",),
        why="A link to us ends at a page that asks for her passphrase.",
    ),
    Fault(
        name="who can write to the database puts off a share's end",
        file="actions/holding/share.py",
        before="    rules.check_open(expires=expires, withdrawn=None, now=now)\n",
        after="",
        killed_by=(
            "tests/unit/actions/holding/test_share.py::test_who_writes_to_the_database_neither_prolongs_a_link_nor_takes_its_code_away",
        ),
        why="An operator reads what she meant to have ended.",
    ),
    Fault(
        name="the session before stays open",
        file="actions/holding/session.py",
        before="        sign_out(ports, previous)\n",
        after="        pass\n",
        killed_by=("tests/unit/actions/holding/test_session.py::test_signing_in_again_ends_the_session_it_replaces",),
        why="A cookie planted before she signed in opens her wallet.",
    ),
    Fault(
        name="a record that is not valid earns points",
        file="actions/matching/match_held.py",
        before='return Held(str(credential.get("id") or otherwise), credential, report.verdict, reasons)',
        after='return Held(str(credential.get("id") or otherwise), credential, "valid", reasons)',
        killed_by=(
            "tests/unit/actions/matching/test_match.py::test_a_suspended_credential_supports_nothing_is_told_and_costs_exactly_its_points",
        ),
        why="A revoked badge still gets an interview.",
    ),
    Fault(
        name="a cell runs as a formula",
        file="insight/tables.py",
        before='return f"\'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell',
        after="return cell",
        killed_by=("tests/unit/insight/test_gaps.py::test_a_name_that_is_a_formula_does_nothing_in_a_spreadsheet",),
        why="A program's name runs on the clerk's computer.",
    ),
)
