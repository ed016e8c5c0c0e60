"""What people can do, and what work asks for: align, profile, match, explain, find the way across.

Pure. The tables come out of CTDL documents (``framework``, ``entries``), what a learner has shown out of credentials that were
verified elsewhere (``profile``), and every point of a score can be followed back to both (``match``, ``explain``). ``pathway``
names the programs that close a gap, ``align`` proposes competencies for a phrase.
"""
