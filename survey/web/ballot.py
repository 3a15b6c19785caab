"""The ballot's pages: no cookie, no sign-in; the code on the slip is the credential."""

from flask import Blueprint

bp = Blueprint("ballot", __name__)
