"""Which column is what, guessed from its header in three languages; a person corrects the guess."""

import unicodedata
from collections.abc import Sequence

MEMBERS = (
    "name", "first_name", "last_name", "email", "phone", "born_on", "joined_on", "card", "alert", "type", "starts_on", "ends_on",
    "visits_left", "price", "state", "owes", "credit", "key",
)  # fmt: skip
VISITS = ("at", "day", "time", "card", "email", "name", "key")
TYPES = ("name", "days", "visits", "price", "until_hour", "is_active")
FIELDS = {"members": MEMBERS, "visits": VISITS, "types": TYPES}

HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("name", "full name", "member", "member name", "nombre completo", "socio", "miembro", "ime i prezime", "clan", "puno ime"),
    "first_name": ("first name", "given name", "nombre", "ime"),
    "last_name": ("last name", "surname", "family name", "apellido", "apellidos", "prezime"),
    "email": ("email", "e mail", "mail", "correo", "correo electronico", "eposta", "e posta", "elektronska posta", "imejl"),
    "phone": ("phone", "mobile", "telephone", "phone number", "cell", "telefono", "movil", "celular", "telefon", "mobilni", "broj telefona"),
    "born_on": ("birthday", "date of birth", "birth date", "born", "dob", "cumpleanos", "fecha de nacimiento", "nacimiento", "rodjendan",
                "rodendan", "datum rodjenja", "datum rodenja"),
    "joined_on": ("joined", "member since", "join date", "joined on", "registered", "alta", "fecha de alta", "miembro desde", "se unio",
                  "uclanjen", "clan od", "datum uclanjenja", "pristupio"),
    "card": ("card", "card number", "card id", "card code", "barcode", "fob", "tarjeta", "numero de tarjeta", "codigo", "kartica",
             "broj kartice", "kod kartice"),
    "alert": ("alert", "note", "notes", "comment", "nota", "notas", "observaciones", "aviso", "napomena", "beleska"),
    "type": ("membership", "membership type", "type", "plan", "package", "membresia", "tipo", "tipo de membresia", "cuota", "tarifa", "abono",
             "clanarina", "vrsta", "vrsta clanarine", "paket"),
    "starts_on": ("start", "starts", "start date", "from", "valid from", "begin", "inicio", "fecha de inicio", "desde", "pocetak", "od",
                  "vazi od", "datum pocetka"),
    "ends_on": ("end", "ends", "end date", "until", "valid until", "expires", "expiry", "expiry date", "expiration", "fin", "fecha de fin",
                "hasta", "vence", "vencimiento", "caduca", "kraj", "do", "vazi do", "istice", "datum isteka"),
    "visits_left": ("visits left", "remaining visits", "visits", "entries left", "remaining", "visitas restantes", "visitas", "entradas",
                    "preostale posete", "preostalo poseta", "posete", "dolasci", "preostalo dolazaka"),
    "price": ("price", "amount", "fee", "precio", "importe", "cena", "iznos"),
    "state": ("status", "state", "estado", "stanje"),
    "owes": ("owes", "balance due", "balance", "debt", "owed", "outstanding", "debe", "deuda", "saldo", "pendiente", "dug", "duguje",
             "dugovanje"),
    "credit": ("credit", "prepaid", "credito", "a favor", "saldo a favor", "pretplata", "kredit", "preplata"),
    "at": ("date and time", "entry time", "check in", "checkin", "checked in", "visit", "timestamp", "fecha y hora", "entrada", "visita",
           "datum i vreme", "ulazak", "poseta", "dolazak"),
    "day": ("date", "day", "fecha", "dia", "datum", "dan"),
    "time": ("time", "hour", "hora", "vreme", "sat"),
    "key": ("old number", "member id", "old id", "id de socio", "numero antiguo", "stari broj"),
}  # fmt: skip
SPECIAL = str.maketrans({"đ": "dj", "Đ": "dj", "ł": "l", "ø": "o", "ß": "ss"})


def fold(text: str) -> str:
    """Case, accents and double spaces do not tell people or columns apart."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(SPECIAL))
    return " ".join("".join(ch for ch in plain if not unicodedata.combining(ch)).split())


def header(text: str) -> str:
    return " ".join("".join(ch if ch.isalnum() else " " for ch in fold(text)).split())


def guess(headers: Sequence[str], sheet: str) -> list[str]:
    """A field for each column, each field once, nothing where no guess is good: whole headers first, then those that begin so."""
    found = [""] * len(headers)
    for is_whole in (True, False):
        for n, text in enumerate(headers):
            found[n] = found[n] or next(
                (field for field in FIELDS[sheet] if field not in found and says(text, field, is_whole)), ""
            )
    return found


def says(text: str, field: str, is_whole: bool) -> bool:
    said = header(text)
    return any(said == known or (not is_whole and said.startswith(known + " ")) for known in HEADERS.get(field, ()))
