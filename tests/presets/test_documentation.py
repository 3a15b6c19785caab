import re
from pathlib import Path

from sqlalchemy.orm import Session

from survey.prepare import documents
from tests.hall import NOON

DOCS = Path(__file__).parents[2] / "docs"
BLOCKS = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def test_the_examples_of_a_towns_own_documents_work_as_written(session: Session) -> None:
    own = [block for block in BLOCKS.findall((DOCS / "presets.md").read_text(encoding="utf-8")) if "extends" in block]

    for block in own:
        documents.add(session, block, "presets.md", "tester", NOON)

    assert [item.id for item in documents.questionnaire(session, "云陂镇干部测评").items][-1] == "治水"
    assert set(documents.scheme(session, "云陂镇三三制").leaf("居民").asks) == {
        item.id for item in documents.questionnaire(session, "云陂镇干部测评").items
    }


def test_every_preset_is_named() -> None:
    text = (DOCS / "presets.md").read_text(encoding="utf-8")

    assert all(preset.name in text for preset in documents.presets())
