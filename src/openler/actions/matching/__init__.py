"""What it is worth: learners matched to work, with every point explained and the way across each gap."""
