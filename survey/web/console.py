"""The desk of who runs a round: prepare, print, open, watch, close."""

from flask import Blueprint

bp = Blueprint("console", __name__, url_prefix="/desk")
