"""Where what is earned meets what is offered: a badge and its CTDL description. Pure."""
