"""One converter a file: rows or documents of another format become CTDL, or the reverse. Pure."""
