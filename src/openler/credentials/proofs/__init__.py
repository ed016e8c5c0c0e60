"""Proofs embedded in documents (Verifiable Credential Data Integrity 1.0): one module a cryptosuite, one table of them."""
