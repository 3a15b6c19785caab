"""``gongping demo``: carry a whole round of an invented township, from roster to ranked results."""

import shutil
from pathlib import Path

import click

from survey.cli.demonstration import story
from survey.cli.files import write_files
from survey.cli.ranking import ranking_lines
from survey.cli.serve import serve
from survey.config import Settings
from survey.errors import ConflictError

ADDRESS = "http://127.0.0.1:8000"
MARKER = "demonstration"


@click.command(name="demo")
@click.option("--ballots", type=click.IntRange(1), default=1600, show_default=True, help="How many ballots come in.")
@click.option("--seed", type=int, default=2026, show_default=True, help="Which invented marks.")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"),
              show_default=True, help="Where the files go; an earlier demonstration there is replaced.")  # fmt: skip
@click.option("--no-serve", is_flag=True, help="End after the files.")
def command(ballots: int, seed: int, folder: Path, *, no_serve: bool) -> None:
    """Carry a round of the invented township 云陂镇 through the whole product and serve its pages.

    Everything is real but the people: the roster is imported, codes are minted, every ballot is sealed and cast one by
    one, the envelopes are opened, the key is destroyed, the result is scored and written to files.
    """
    settings = _fresh(folder)
    told = story.tell(settings, ballots, seed, click.echo)
    written = write_files(told.snapshot, folder)
    (folder / "slips.pdf").write_bytes(told.slips)
    click.echo("\n".join(ranking_lines(told.snapshot)))
    click.echo(f"\nFiles in {folder}/: " + ", ".join([*written, "slips.pdf"]))
    click.echo("\nPages, once it is serving:")
    click.echo(f"  fill in a ballot   {ADDRESS}/b#{told.spare_code}   (a second round is open for you to try)")
    click.echo(f"  staff sign in      {ADDRESS}/login")
    for login in told.logins:
        click.echo(f"    {login.role:<14} login {login.login:<11} password {login.password}")
    if no_serve:
        return
    click.echo(f"\nServing {ADDRESS} until Ctrl-C")
    serve(settings, "127.0.0.1", 8000, threads=8)


def _fresh(folder: Path) -> Settings:
    """Return the settings of a new installation under `folder`, replacing an earlier demonstration's."""
    home = folder / "home"
    if home.exists():
        if not (home / MARKER).is_file():
            raise ConflictError(
                "%(path)s holds an installation that is no demonstration; choose another --dir.", path=home
            )
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / MARKER).touch()
    return Settings(home=home, public_address=ADDRESS, office="云陂镇", demonstration=True, secure_cookies=False)
