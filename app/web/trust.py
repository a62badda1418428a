"""How devices reach this house, what that lets them do, and how they come to trust the gym's own authority."""

from dataclasses import dataclass
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException

from app import certificates
from app.settings import Settings
from app.web.asking import Request, public
from app.web.pages import page
from app.web.qr import qr

AGENTS = (
    ("iphone", "ios"),
    ("ipad", "ios"),
    ("android", "android"),
    ("windows", "windows"),
    ("mac os", "mac"),
    ("linux", "linux"),
)


@dataclass(frozen=True, slots=True)
class Connection:
    """`own`: https by the gym's own authority; `given`: by a certificate of a public one; `proxy`: by what stands in front;
    `plain`: http. Pages work in all of them; camera, passkeys and the installed app need one of the first three."""

    mode: str
    addresses: tuple[str, ...] = ()
    fingerprint: str = ""

    @property
    def is_secure(self) -> bool:
        return self.mode != "plain"


def connection(settings: Settings, *, is_secure: bool) -> Connection:
    authority = authority_of(settings)
    if settings.https and authority is not None:
        names = [name for name in certificates.own_names() if name not in {"localhost", "127.0.0.1"}]
        addresses = tuple(f"https://{name}:{settings.port}" for name in names)
        return Connection("own", (settings.origin,) if settings.origin else addresses, certificates.fingerprint(authority))
    if settings.https:
        return Connection("given", (settings.address,))
    return Connection("proxy" if is_secure else "plain", (settings.address,))


def authority_of(settings: Settings) -> Path | None:
    """The authority that devices must trust, when the certificate in use is signed by it."""
    folder = settings.data / "tls"
    ours = settings.certificate == folder / "server.crt" and (folder / "authority.crt").exists()
    return folder / "authority.crt" if ours else None


def of(request: Request) -> Connection:
    return connection(request.app.state.settings, is_secure=request.visit.secure)


@get("/trust", name="system.trust", guards=[public()])
async def trust(request: Request) -> Response[str]:
    """For the person with a new phone in their hand: what to do, once."""
    found, agent = of(request), request.headers.get("user-agent", "").lower()
    device = next((device for mark, device in AGENTS if mark in agent), "")
    return page(
        request,
        "plain/trust.html",
        connection=found,
        device=device,
        qr=qr(f"{found.addresses[0]}/trust") if found.addresses else "",
    )


@get("/trust/authority.crt", name="system.authority", guards=[public()])
async def authority(request: Request) -> Response[bytes]:
    """The certificate alone; its key never leaves the data folder."""
    path = authority_of(request.app.state.settings)
    if path is None or not request.app.state.settings.https:
        raise NotFoundException
    headers = {"Content-Disposition": 'attachment; filename="spotter-authority.crt"', "Cache-Control": "no-cache"}
    return Response(certificates.as_der(path), media_type="application/x-x509-ca-cert", headers=headers)


HANDLERS = [trust, authority]
