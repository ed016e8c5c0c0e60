"""How the documentation is built; see ``make docs``."""

from __future__ import annotations

from openler import __version__

project = "openler"
author = "the openler maintainers"
copyright = "2026, the openler maintainers"
version = release = __version__
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_theme_options = {"description": "The open system for Learning and Employment Records", "fixed_sidebar": True, "show_powered_by": False}
nitpicky = True
