"""Results as files for spreadsheets: one CSV of the ranking, one workbook with everything that is released."""

from exports.tables.ranking import ranking_csv
from exports.tables.workbook import workbook

__all__ = ["ranking_csv", "workbook"]
