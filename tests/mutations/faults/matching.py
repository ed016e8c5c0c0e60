"""Faults in matching: a score would not mean what its explanation says."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="the score is constant",
        file="skills/match.py",
        before="            score += worth.milli\n",
        after="            score = 50_000\n",
        killed_by=("tests/property/test_matching.py::test_removing_a_credential_lowers_every_score_by_exactly_the_points_explained",),
        why="Everybody fits everything.",
    ),
    Fault(
        name="rarity is ignored",
        file="skills/match.py",
        before="importance * (1 - share) ** RARITY_POWER",
        after="importance",
        killed_by=("tests/unit/skills/test_match.py::test_what_most_occupations_ask_for_weighs_little",),
        why="Reading and writing get a job as a surgeon.",
    ),
    Fault(
        name="importance is ignored",
        file="skills/match.py",
        before="importance * (1 - share) ** RARITY_POWER",
        after="(1 - share) ** RARITY_POWER",
        killed_by=("tests/unit/skills/test_match.py::test_importance_scales_the_worth_and_missing_importance_is_the_middle",),
        why="A trifle counts as much as the core of the work.",
    ),
    Fault(
        name="what is inferred is added in",
        file="skills/match.py",
        before='        if claims["verified"]:\n',
        after='        if claims["verified"] or claims["inferred"]:\n',
        killed_by=("tests/unit/skills/test_match.py::test_inferred_and_self_asserted_claims_never_enter_the_score",),
        why="A guess is shown as a proof.",
    ),
    Fault(
        name="her own word counts as verified",
        file="skills/match.py",
        before='        if claims["verified"]:\n',
        after='        if claims["verified"] or claims["self_asserted"]:\n',
        killed_by=("tests/unit/skills/test_match.py::test_inferred_and_self_asserted_claims_never_enter_the_score",),
        why="Who claims most is ranked first.",
    ),
    Fault(
        name="the gap is not in order of what helps most",
        file="skills/match.py",
        before="key=lambda point: (-point.milli, point.requirement.key)",
        after="key=lambda point: point.requirement.key",
        killed_by=("tests/unit/skills/test_match.py::test_an_explanation_tells_requirement_credential_issuer_and_chain",),
        why="A learner is told to take the course that helps least.",
    ),
    Fault(
        name="an invalid record supports points",
        file="skills/evidence.py",
        before='        if one.verdict == "valid":\n',
        after="        if True:\n",
        killed_by=("tests/unit/skills/test_evidence.py::test_only_valid_credentials_count_and_the_others_are_told",),
        why="A revoked badge still gets an interview.",
    ),
    Fault(
        name="one record counts for another",
        file="skills/match.py",
        before="all(claim.credential == credential for claim in point.verified)",
        after="any(claim.credential == credential for claim in point.verified)",
        killed_by=("tests/property/test_matching.py::test_removing_a_credential_lowers_every_score_by_exactly_the_points_explained",),
        why="The explanation does not add up to the score.",
    ),
    Fault(
        name="points do not add up to a hundred",
        file="skills/match.py",
        before="for place in order[: FULL - sum(whole)]:",
        after="for place in order[:0]:",
        killed_by=("tests/unit/skills/test_match.py::test_what_most_occupations_ask_for_weighs_little",),
        why="A perfect fit scores 99.",
    ),
    Fault(
        name="what is silent is inferred although something was said",
        file="skills/evidence.py",
        before="        if not competencies:\n",
        after="        if True:\n",
        killed_by=("tests/unit/skills/test_evidence.py::test_nothing_is_inferred_where_the_entry_names_a_competency",),
        why="What an issuer assessed is drowned in guesses.",
    ),
    Fault(
        name="the fan-out of a guess is forgotten",
        file="skills/evidence.py",
        before="share = Fraction(1, len(socs) * len(rated))",
        after="share = Fraction(1)",
        killed_by=("tests/unit/skills/test_evidence.py::test_where_the_data_is_silent_skills_are_inferred_with_their_chain_and_fan_out",),
        why="One of nine possible occupations is as good as the only one.",
    ),
    Fault(
        name="a record of work that names skills is guessed about as well",
        file="skills/evidence.py",
        before="codes = () if named else tuple(",
        after="codes = tuple(",
        killed_by=("tests/unit/skills/test_evidence.py::test_a_record_of_work_that_names_competencies_is_not_guessed_about",),
        why="What follows from a code alone would stand beside what the employer said.",
    ),
)
