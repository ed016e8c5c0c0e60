"""A holder's record: what she holds, what she adds, what she shares. One record's page comes last: its address would catch the others."""

from __future__ import annotations

from fastapi import APIRouter

from openler.web.pages.record import add, one, overview, shares

router = APIRouter()
for part in (overview, add, shares, one):
    router.include_router(part.router)
