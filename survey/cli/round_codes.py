"""The codes of key slips, asked for one by one and never shown, nor taken from the command's own words."""

from collections.abc import Sequence

import click

from survey.crypto.shares import PARTIES

parties = click.option(
    "--party", "chosen", type=click.Choice(PARTIES), multiple=True, help="Who is there with a key slip; twice."
)


def asked_codes(chosen: Sequence[str]) -> dict[str, str]:
    """Return party → the code that it types."""
    return {party: click.prompt(f"Code of the {party}'s key slip", hide_input=True, err=True) for party in chosen}
