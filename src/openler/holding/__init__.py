"""The holder's side: records, collections, presentations, shares, consent, disclosures. Pure.

``record`` tells what she holds, ``collection`` what she chooses from it, ``presentation`` what a reader gets,
``share`` for how long, ``consent`` what she allowed, ``disclosure`` who looked.
"""
