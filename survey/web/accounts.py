"""Accounts, for the administrator."""

from flask import Blueprint

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
