"""Files and other systems: what comes into the registry from them, and what goes out."""
