"""The results, for the personnel department."""

from flask import Blueprint

bp = Blueprint("personnel", __name__, url_prefix="/results")
