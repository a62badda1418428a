"""The arrows. When one of these fails, move the code rather than the arrow."""

import ast
from pathlib import Path

from tests.each import each

APP = Path(__file__).parent.parent / "app"

# A feature imports only from features named here, and from itself.
ARROWS: dict[str, set[str]] = {
    "accounts": set(),
    "exercises": {"accounts"},
    "members": {"accounts"},
    "money": {"accounts", "members"},
    "desk": {"accounts", "members", "money"},
    "plans": {"accounts", "exercises"},
    "training": {"accounts", "exercises", "members", "plans"},
    "progress": {"accounts", "exercises", "members", "plans", "training"},
    "insights": {"accounts", "backups", "exercises", "members", "money", "desk", "plans", "training", "progress"},
    "today": {"accounts", "exercises", "members", "money", "desk", "plans", "training", "progress", "insights"},
    "help": {"accounts"},
    "staff": {"accounts"},
    "moving": {"accounts", "members", "money", "desk"},
    "office": {"accounts", "moving", "members", "money", "desk", "exercises", "backups", "insights"},
    "backups": {"accounts"},
}
HTTP = {"pages", "api", "web", "main"}


def modules() -> list[Path]:
    return sorted(APP.rglob("*.py"))


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def name(path: Path) -> str:
    return str(path.relative_to(APP))


def feature_of(path: Path) -> str:
    parts = path.relative_to(APP).parts
    return parts[0] if len(parts) > 1 else ""


def place(path: Path) -> str:
    """pages, rules, queries…; a package counts by its folder's name."""
    parts = path.relative_to(APP).parts
    return parts[1].removesuffix(".py") if len(parts) > 1 else parts[0].removesuffix(".py")


@each(modules(), name)
def test_imports_follow_the_arrows(path: Path) -> None:
    feature = feature_of(path)
    wrong = []
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "app" or len(parts) < 2:
            if parts[0] == "litestar" and feature in ARROWS and place(path) not in HTTP:
                wrong.append(f"{name}: HTTP stays in pages and api")
            if parts[0] == "sqlalchemy" and place(path) in {"pages", "api", "forms", "rules"}:
                wrong.append(f"{name}: SQL stays in models, queries and actions")
            continue
        other = parts[1]
        if other in {"main", "sync"} and feature not in {"", "demo", "cli", "supervisor"}:
            wrong.append(f"{name}: nothing imports {other}")
        if feature in ARROWS and other in ARROWS and other != feature:
            if other not in ARROWS[feature]:
                wrong.append(f"{name}: {feature} must not know {other}")
            elif len(parts) > 2 and parts[2] in {"pages", "api"}:
                wrong.append(f"{name}: another feature's pages")
        if feature == "web" and other in ARROWS:
            wrong.append(f"{name}: web knows no feature")
        if feature in ARROWS and place(path) == "rules" and not (len(parts) > 2 and parts[2].startswith("rules")):
            wrong.append(f"{name}: rules import only rules")
    assert not wrong, "\n".join(wrong)


@each([path for path in modules() if place(path) == "rules"], name)
def test_rules_are_pure(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    awaits = [node.lineno for node in ast.walk(tree) if isinstance(node, (ast.Await, ast.AsyncFunctionDef))]
    clocks = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"} and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date", "clock", "time"}
    ]  # fmt: skip
    assert not awaits, f"a rule that awaits is not a rule: lines {awaits}"
    assert not clocks, f"a rule takes the moment as an argument: lines {clocks}"


def test_every_feature_is_on_the_map() -> None:
    plain = {"web", "demo", "locales", "cli", "__pycache__", "_bundled", "supervisor", "jobs", "mail"}
    features = {path.name for path in APP.iterdir() if path.is_dir()} - plain
    assert features <= set(ARROWS), f"draw the arrows of {sorted(features - set(ARROWS))}"
