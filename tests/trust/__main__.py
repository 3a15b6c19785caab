"""``python -m tests.trust``: see report.py."""

from tests.trust.report import main

if __name__ == "__main__":
    main()
