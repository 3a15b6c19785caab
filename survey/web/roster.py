"""The roster's pages: what it holds, and a workbook read in with a dry run first."""

from flask import Blueprint

bp = Blueprint("roster", __name__, url_prefix="/roster")
