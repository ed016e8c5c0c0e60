"""The guide: five phases, every step, who owns it and what shows that it is met. Package data, in our own words.

Ids are stable: a phase is ``engage``, a step ``engage.stakeholders``, a criterion ``engage.stakeholders.roles``, a figure
``share.ctid``. A person's statements are kept under them, so an id is never given another meaning.
"""

from openler.initiative.guide.load import guide
from openler.initiative.guide.model import Criterion, Duty, FigureDefinition, Guide, Phase, Resource, Role, Step, Text

__all__ = ["Criterion", "Duty", "FigureDefinition", "Guide", "Phase", "Resource", "Role", "Step", "Text", "guide"]
