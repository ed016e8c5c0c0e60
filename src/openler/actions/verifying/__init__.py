"""Is this record real and current? The evidence, the issuers known here, and what custodians kept of those that closed."""
