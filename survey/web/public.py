"""Pages for everyone: the front page and the look-up of a receipt."""

from flask import Blueprint

bp = Blueprint("public", __name__)
