"""What is earned, kept: a holder's wallet, what she consents to, and what she shows to whom."""
