"""What every answer of the house carries: pages, fragments, files, refusals and errors alike."""

from tests.every_route import Answer, Route

WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
CSP = (
    "default-src 'none'",
    "script-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "form-action 'self'",
)


def missing(answer: Answer) -> list[str]:
    found = [f"{name} is {answer.header(name)!r}" for name, value in WANTED.items() if answer.header(name) != value]
    policy = answer.header("content-security-policy")
    sandboxed = "sandbox" in policy  # pictures and files that people brought
    found += [
        f"no {part} in the CSP" for part in CSP if part not in policy and not (sandboxed and not part.startswith("default"))
    ]
    found += [f"{word} in the CSP" for word in ("'unsafe-inline'", "'unsafe-eval'") if word in policy]
    if not answer.header("permissions-policy").startswith("camera=(self)"):
        found.append("no permissions-policy")
    if not answer.header("x-request-id"):
        found.append("no request id")
    if not answer.header("cache-control"):
        found.append("no cache-control")
    if answer.header("server"):
        found.append("says which server it is")
    return found + [f"cookie {line.split('=')[0]} is {fault}" for line in answer.cookies() for fault in loose(line)]


def loose(line: str) -> list[str]:
    parts = {part.strip().lower() for part in line.split(";")[1:]}
    wanted = {"httponly": "readable by scripts", "samesite=lax": "sent from other sites", "path=/": "not for the whole house"}
    faults = [fault for part, fault in wanted.items() if part not in parts]
    return faults + ([] if any(part.startswith("max-age=") for part in parts) else ["gone when a phone closes the app"])


def is_personal(route: Route) -> bool:
    return route.method == "GET" and route.policy.kind != "public" and not route.path.startswith("/api/")


def is_kept_by_nobody(answer: Answer) -> bool:
    """A shared desk keeps nothing; a member's phone may keep, and asks again each time."""
    return any(word in answer.header("cache-control") for word in ("no-store", "private", "no-cache"))
