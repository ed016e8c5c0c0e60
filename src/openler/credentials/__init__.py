"""What is earned: verifiable credentials, their proofs and their verdicts. Pure."""
