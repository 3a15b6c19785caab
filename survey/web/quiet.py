"""What libraries may say in a log: that something failed and where in the code, never whose request or which rows.

At its most talkative SQLAlchemy writes down each statement and the rows that it reads, comments among them, and
waitress the page that somebody left too early: with the times that every log has, when ballots came.
"""

import logging
import traceback
from typing import Final

DATABASE: Final = ("sqlalchemy.engine.Engine", "sqlalchemy.pool.impl.QueuePool")
SERVER: Final = ("waitress", "waitress.queue")


def hush(*loggers: str) -> None:
    """Have `loggers` keep to faults and to where in the code these are, whatever level is asked of them."""
    for name in loggers:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _FaultsAlone) for each in logger.filters):
            logger.addFilter(_FaultsAlone())


class _FaultsAlone(logging.Filter):
    """Drops what is no fault; of a fault it keeps the kind and the places, and drops every word and value."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            return False
        kind, _error, frames = record.exc_info if isinstance(record.exc_info, tuple) else (None, None, None)
        where = "".join(traceback.format_tb(frames))
        record.msg, record.args = "Fault in %s\n%s%s", (record.name, where, kind.__name__ if kind else "")
        record.exc_info = record.exc_text = record.stack_info = None
        return True
