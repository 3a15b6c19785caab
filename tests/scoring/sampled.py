"""Small sampled rounds for tests, written down as files."""

from scoring.ballots.marks import tally_marks
from scoring.ballots.ratings import read_ratings
from scoring.samples.sample_files import weigh
from scoring.score import score
from tests.scoring.counted import make_scheme

HEADER = "ballot,group,target,item,mark"


def text(header, *rows):
    return "\n".join([header, *rows, ""]).encode()


def weighed(scheme, rows, sample, margins):
    """Return the marks and samples of rows of files; the first row of each is its header."""
    ratings = read_ratings(text(*rows), "R.csv", scheme)
    marks, samples = weigh(scheme, ratings, ratings.marks, (text(*sample), "P.csv"), (text(*margins), "M.csv"))
    return ratings, marks, samples


def scored(scheme, rows, sample, margins, **more):
    """Return the results of a round with a sample."""
    ratings, marks, samples = weighed(scheme, rows, sample, margins)
    tally = tally_marks(ratings.tally, marks)
    beside = {"release": False, "draws": 0} | more
    return score(scheme, tally, marks=marks, samples=samples, **beside)


def one_mark_each(marks, group="居民", target="甲", item="德"):
    """Return a ratings file in which each ballot, numbered from 1, has one mark."""
    return [HEADER, *(f"{number},{group},{target},{item},{mark}" for number, mark in enumerate(marks, 1))]


def one_trait_each(levels, name="性别", group="居民"):
    """Return a sample file in which one thing is known of each ballot, numbered from 1."""
    return [f"ballot,group,{name}", *(f"{number},{group},{level}" for number, level in enumerate(levels, 1))]


ONE = make_scheme(["居民"], ["德"])
