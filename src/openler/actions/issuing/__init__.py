"""What is earned, signed: records of every kind, their issuers' identities and keys, and their standing afterwards."""
