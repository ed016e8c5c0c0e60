"""The holder's side: records, collections, consent, shares. Pure."""
