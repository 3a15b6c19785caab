"""From counted marks to scores, ranks and grades: arrays and exact fractions, nothing else.

Use it like this::

    scheme = scoring.document.scheme.load_scheme(text, "S.yaml")          # or scheme_from_document(dict)
    tally = scoring.ballots.tally.tally_blocks(scheme, targets, blocks)  # or scoring.ballots.ratings.read_ratings(...)
    results = scoring.score.score(scheme, tally, information=..., entitled=..., turnout=..., release=True)

``results`` is a ``scoring.outcome.results.Results``. Every document or file that cannot be used raises a
``scoring.document.problems.DocumentError`` that lists all its problems.
"""
