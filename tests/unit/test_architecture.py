"""Dependencies run one way, and each third-party library has one door. Reads the sources, imports nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "interviewer"

# A room may import from its own and from earlier ones.
ORDER = [
    ["models"],
    ["text"],
    ["errors", "messages", "paths", "log_redaction", "garbage", "private_files"],
    ["observability"],
    ["addresses", "env_file", "misspelt", "network", "spreadsheets", "sqlite_version"],
    ["config"],
    ["contradictions"],
    ["endpoint"],
    ["grading", "questions"],
    ["dialogue"],
    ["drafting"],
    ["records"],
    ["access"],
    ["interview", "housekeeping", "jobs"],
    ["insight"],
    ["training", "authoring", "telling"],
    ["posting"],
    ["cohort"],
    ["ui"],
    ["wiring"],
    ["bootstrap", "operator_access", "operator_questions"],
    ["web"],
    [
        "lazy_app",
        "before_gradio",
        "server",
        "starting",
        "connections",
        "evaluation",
        "doctor",
        "regrade",
        "readiness",
        "commands",
        "settings_table",
    ],
    ["cli"],
]
DOORS = {
    "gradio": ["ui", "server"],
    "fastapi": ["server", "lazy_app", "web"],
    "argon2": ["access/passwords"],
    "authlib": ["access/openid"],
    "joserfc": ["access/openid"],
    "chromadb": ["questions"],
    "confusable_homoglyphs": ["text/lookalikes"],
    "sqlalchemy": ["records"],
    "alembic": ["records"],
    "fsrs": ["training/schedule"],
    "genanki": ["training/anki"],
    "icalendar": ["training/calendar"],
    "tiktoken": ["endpoint/tokens"],
    "langchain": ["endpoint/langchain_model"],
    "langchain_core": ["endpoint/langchain_model"],
    "langsmith": ["endpoint/langchain_model"],
    "langchain_openai": [],
    "openai": ["endpoint/connection", "endpoint/request"],
    "httpx2": ["endpoint/connection", "endpoint/langchain_model", "access/openid", "telling/sending"],
    "lxml": ["drafting/formats"],
    "mammoth": ["drafting/formats/docx"],
    "markdown_it": ["drafting/formats/markdown"],
    "pdfminer": ["drafting/formats/pdf", "drafting/formats/pdf_letters"],
    "opencc": ["text/chinese"],
    "prometheus_client": ["observability/metrics"],
    "pythonjsonlogger": ["observability/logs"],
    "sklearn": ["evaluation", "grading/rubric/training", "grading/rubric/reference_training", "dialogue/training"],
    "trafilatura": ["drafting/formats/main_content"],
    "xlsxwriter": ["ui/spreadsheet"],
    "threadpoolctl": ["grading/rubric/training"],
    "scipy": ["evaluation", "grading/rubric/training", "dialogue/training"],
}
MODULES = sorted(PACKAGE.rglob("*.py"))
OPENS = re.compile(r"engine\w*\.(begin|connect|raw_connection)\(")
MAY_OPEN = {"records/base", "records/database", "records/secure_vacuum"}
"""`Database` itself, what makes one, and what cannot be done within a transaction."""


def imports(path: Path) -> set[str]:
    """Every module named in an import, wherever it stands; type-checking imports do not count."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hints = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    skipped = {id(inner) for node in hints for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) not in skipped and isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if id(node) not in skipped and isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def room(name: str) -> int:
    """The place in ORDER of `models`, `grading` …; what is not listed may import anything."""
    return next((place for place, rooms in enumerate(ORDER) if name in rooms), len(ORDER))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way_and_through_the_doors(path: Path) -> None:
    here = path.relative_to(PACKAGE).with_suffix("").as_posix()
    for module in imports(path):
        first, *rest = module.split(".")
        if first == "interviewer" and rest:
            assert room(rest[0]) <= room(here.split("/")[0]), f"{here} imports {module}"
        if first in DOORS:
            assert any(here == door or here.startswith(f"{door}/") for door in DOORS[first]), f"{here} imports {first}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_transactions_are_opened_in_one_way(path: Path) -> None:
    here = path.relative_to(PACKAGE).with_suffix("").as_posix()
    opens = OPENS.search(path.read_text(encoding="utf-8"))
    assert not opens or here in MAY_OPEN, f"{here}: {opens[0]}) → use Database.reading() or Database.writing()"
