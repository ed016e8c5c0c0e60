"""openler: the open system for Learning and Employment Records.

Where to look first:

- :mod:`openler.actions` - what openler does, one use case a module
- :mod:`openler.ctdl` - what is offered: public descriptions in CTDL
- :mod:`openler.credentials` - what is earned: verifiable credentials and their verdicts
- :mod:`openler.meaning` - how the two meet
- :mod:`openler.skills`, :mod:`openler.insight`, :mod:`openler.initiative` - what stands on that
- :mod:`openler.bootstrap` - the one place that wires it to the outside world
"""

__version__ = "0.1.0"
