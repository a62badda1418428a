"""What a run found, held against the budgets, as docs/bench.md with its plots."""

import html
import json
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "bench.md"
PLOTS = HERE.parent / "docs" / "bench"
RESULTS = HERE / "results"
PARTS = RESULTS / "pieces"
PART = {"web": "#3b6fd4", "base": "#d9822b", "pooler": "#7a9e3f", "cache": "#9b59b6"}


def merged() -> list[dict[str, Any]]:
    """What all pieces found, the newest of each, as one result, and the page of it."""
    pieces = {path.stem: json.loads(path.read_text()) for path in sorted(PARTS.glob("*.json"))}
    results: dict[str, Any] = {"pieces": pieces, "costs": {}}
    for name in (*ORDER, *(pieces.keys() - set(ORDER))):
        results["costs"] |= pieces.get(name, {}).get("costs", {})
        results |= pieces.get(name, {}).get("more", {})
    results["budgets"] = judged = judge(results)
    (RESULTS / "latest.json").write_text(
        json.dumps({name: found for name, found in results.items() if name != "pieces"}, indent=1) + "\n"
    )
    write(results)
    return judged


ORDER = ("hub", "stack", "workers", "start", "growth")


def judge(results: dict[str, Any]) -> list[dict[str, Any]]:
    """Each budget with what was found; what was not measured in this run is not judged."""
    budgets = tomllib.loads((HERE / "budgets.toml").read_text())
    lines = []
    for kind in FOUND:
        for what, rule in budgets.get(kind, {}).items():
            found = FOUND[kind](results, rule)
            if found is not None:
                most, least = rule.get("most"), rule.get("least")
                kept = found <= most if most is not None else found >= least
                lines.append(
                    {
                        "what": what,
                        "found": round(found, 2),
                        "most": most,
                        "least": least,
                        "kept": kept,
                        "why": rule.get("why", ""),
                    }
                )
    return lines


def ratio(results: dict[str, Any], rule: dict[str, Any]) -> float | None:
    costs, share = results["costs"], rule.get("of", "app")
    path, floor = costs.get(rule["path"]), costs.get(rule["floor"])
    return path[share] / floor[share] if path and floor and floor[share] else None


def one(results: dict[str, Any], rule: dict[str, Any]) -> float | None:
    path = results["costs"].get(rule["path"])
    return float(path[rule["of"]]) if path else None


def told(results: dict[str, Any], rule: dict[str, Any]) -> float | None:
    found: Any = results
    for name in rule["at"]:
        found = found.get(name) if isinstance(found, dict) else None
    return None if found is None else float(found)


FOUND = {"ratio": ratio, "path": one, "told": told}


def beside(results: dict[str, Any]) -> list[tuple[str, float, str, float]]:
    """Ours in all parts beside what others took for the same on the machine of the budgets: path, ours, who, theirs."""
    peers = tomllib.loads((HERE / "budgets.toml").read_text())["peer"]
    found = [(peer["path"], results["costs"].get(f"hub: {peer['path']}"), who, peer["us"]) for who, peer in peers.items()]
    return [(path, cost["total"], who, float(us)) for path, cost, who, us in found if cost]


def write(results: dict[str, Any]) -> None:
    PLOTS.mkdir(exist_ok=True)
    modes = sorted({name.split(":")[0] for name in results["costs"] if ":" in name})
    for mode in modes:
        rows = {name.partition(": ")[2]: each["cpu"] for name, each in results["costs"].items() if name.startswith(mode + ":")}
        (PLOTS / f"{slug(mode)}.svg").write_text(bars(f"CPU per request, {mode}", rows))
    (PLOTS / "floors.svg").write_text(
        bars("CPU per request, floors", {name: each["cpu"] for name, each in results["costs"].items() if name.startswith("(")})
    )
    PAGE.write_text(page(results, modes))


def slug(text: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in text.lower())


def bars(title: str, rows: dict[str, dict[str, float]]) -> str:
    """Stacked bars, one colour per part of the house; the numbers stand beside them."""
    widest = max((sum(cpu.values()) for cpu in rows.values()), default=1) or 1
    lines = [f'<text x="8" y="20" font-size="15" font-weight="600">{html.escape(title)} (µs)</text>']
    for number, (part, colour) in enumerate(PART.items()):
        lines.append(
            f'<rect x="{380 + number * 90}" y="9" width="12" height="12" fill="{colour}"/><text x="{396 + number * 90}" y="20">{part}</text>'
        )
    for row, (name, cpu) in enumerate(rows.items()):
        x, y = 190.0, 36 + row * 26
        lines.append(f'<text x="182" y="{y + 14}" text-anchor="end">{html.escape(name)}</text>')
        for part, spent in cpu.items():
            width = spent / widest * 460
            lines.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="18" fill="{PART[part]}"/>')
            x += width
        lines.append(f'<text x="{x + 6:.1f}" y="{y + 14}">{sum(cpu.values()):.0f}</text>')
    height = 44 + len(rows) * 26
    style = 'font-family="system-ui, sans-serif" font-size="13" fill="#222"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 {height}" role="img" aria-label="{html.escape(title)}" {style}>'
        f'<rect width="740" height="{height}" fill="#fff"/>{"".join(lines)}</svg>\n'
    )


def page(results: dict[str, Any], modes: list[str]) -> str:
    costs = "\n".join(
        f"| {name} | {each['app']:.0f} | {each['cpu'].get('base', 0):.0f} | {each['total']:.0f} | {each['rate']:.0f} | {each['p50']:.1f}"
        f" | {each['p99']:.1f} | {each['spread']:.0%} |"
        for name, each in results["costs"].items()
    )
    judged = "\n".join(
        f"| {line['what']} | {line['found']:g} | {'at most' if line['most'] is not None else 'at least'}"
        f" {line['most'] if line['most'] is not None else line['least']:g} | {'kept' if line['kept'] else '**missed**'} |"
        for line in results["budgets"]
    )
    missed = "\n".join(
        f"* **{line['what']}**: {line['found']:g}. {line['why']}" for line in results["budgets"] if not line["kept"]
    )
    more = "\n".join(f"* {told_of(name, results[name])}" for name in MORE if name in results)
    plots = "\n".join(f"![CPU per request, {mode}](bench/{slug(mode)}.svg)" for mode in modes)
    peers = "\n".join(
        f"| {path} | {ours:.0f} | {who} | {theirs:,.0f} | {theirs / ours:.1f} {'' if theirs >= 5 * ours else '**less than five**'} |"
        for path, ours, who, theirs in beside(results)
    )
    pieces = "\n".join(
        f"| {name} | {each['at']} | {each['seconds']} | {each['requests']} | {each['load'][0]} to {each['load'][1]} |"
        for name, each in results["pieces"].items()
    )
    missing = ", ".join(name for name in ORDER if name not in results["pieces"])
    return TEXT.format(
        machine=next(iter(results["pieces"].values()))["machine"],
        rows=costs,
        judged=judged,
        missed=missed or "Nothing.",
        missing=f"Not run yet: {missing}.\n" if missing else "",
        more=more,
        plots=plots,
        peers=peers,
        pieces=pieces,
    )


MORE = {
    "memory_idle_mb": "Memory (PSS) idle, MB",
    "memory_loaded_mb": "Memory (PSS) after the load, MB",
    "cold_start_s": "From `spotter up` to the first answer, the database's start included, seconds",
    "pgbench": "(d) pgbench, one row into the same table",
    "signing_in": "Twenty people sign in while the desk works",
    "watching": "Two hundred watch the board",
    "growth": "Growth, median ms",
}


def told_of(name: str, found: Any) -> str:
    return f"{MORE[name]}: {flat(found)}"


def flat(found: Any) -> str:
    if isinstance(found, dict):
        return ", ".join(
            f"{key} {f'({flat(value)})' if isinstance(value, dict) else flat(value)}" for key, value in found.items()
        )
    return f"{found:.4g}" if isinstance(found, float) else str(found)


TEXT = """# What a request costs

Written by `make bench` ({machine}). CPU in µs per request as the operating system counts it: *web* is our process, *base* is Postgres,
*total* also the pooler and the cache. Eight clients on the same cores in a closed loop, median of three rounds; *spread* is the
difference between them. The floors do the same work with less around it, in the same run: (a) bare Granian, (b) a bare Litestar handler,
(c) that with the path's very statements on asyncpg: no rules, no dataclasses, no session, no form, no page, no log.
On a busy machine rates and times say little; the ratios hold. The load generator shares the two cores.

| Piece | When | Seconds | Requests a round | Load of the machine |
|---|---|--:|--:|---|
{pieces}

{missing}
| Path | web µs | base µs | total µs | per second | p50 ms | p99 ms | spread |
|---|--:|--:|--:|--:|--:|--:|--:|
{rows}

![CPU per request, floors](bench/floors.svg)
{plots}

## Budgets

| Budget | Found | Asked | |
|---|--:|--:|---|
{judged}

### What missed its budget, and why

{missed}

## Beside others

What three other programs took for the nearest thing they do, in all parts, on a machine like this one (two cores of a Xeon guest), measured
apart from this run; the bare floors of both runs are alike.

| Ours | µs | Theirs | µs | times |
|---|--:|---|--:|--:|
{peers}

## More

{more}
"""
