"""The organisations of the town and the twelve who can sign in to the demo."""

from __future__ import annotations

from dataclasses import dataclass

from portal.models import OrganisationKind
from portal.permissions import Role

CITY = "Helsingborgs stad"
LABOUR = "Arbetsmarknadsförvaltningen"
SOCIAL = "Socialförvaltningen"

GUIDES = "Guiderna Söder"
COACHES = "Jobbcoacherna"
CASE_MANAGERS = "Vård- och stödsamordningen"
CORNER = "Corner"
EMPLOYER = "Norra Hamnens Lager AB"

KIND = OrganisationKind

# kind, name, and the units; departments stand under the city
TREE: tuple[tuple[OrganisationKind, str, tuple[str, ...]], ...] = (
    (
        KIND.DEPARTMENT,
        LABOUR,
        (
            GUIDES,
            "Guiderna Norr",
            COACHES,
            "Näringsliv och matchning",
            "Hantverkshuset",
            "Smart väg",
            "Ung framtid",
            "Ekonomiskt bistånd",
        ),
    ),
    (
        KIND.DEPARTMENT,
        SOCIAL,
        (CASE_MANAGERS, "Sysselsättningen", "Boendestöd", "Hälsofrämjande aktiviteter"),
    ),
    (KIND.DEPARTMENT, "Skol- och fritidsförvaltningen", ("Vuxenutbildningen",)),
    (
        KIND.DEPARTMENT,
        "Stadsledningsförvaltningen",
        ("Digitalisering", "Dataskydd och arkiv", "Överförmyndarenheten"),
    ),
    (KIND.AGENCY, "Arbetsförmedlingen", ("Arbetsförmedlingen Helsingborg",)),
    (KIND.AGENCY, "Försäkringskassan", ("Försäkringskassan Helsingborg",)),
    (KIND.AGENCY, "Kriminalvården", ("Frivården Helsingborg",)),
    (KIND.REGION, "Region Skåne", ("Psykiatrimottagningen",)),
    (KIND.ASSOCIATION, "Pingstkyrkan", (CORNER, "Pingstkyrkan second hand", "Kyrkans kafé")),
    (KIND.ASSOCIATION, "LP-föreningen", ("LP-kontakten",)),
    (KIND.ASSOCIATION, "Verdandi Helsingborg Söder", ("Kämpen", "Verdandis kvällar")),
    (KIND.ASSOCIATION, "Föreningen Fontänhuset", ("Fontänhuset",)),
    (KIND.ASSOCIATION, "Föreningen Varmestugan", ("Varmestugan",)),
    (KIND.ASSOCIATION, "Hemlösas hus", ("Cykelverkstaden",)),
    (KIND.ASSOCIATION, "IM", ("IM Helsingborg",)),
    (KIND.ASSOCIATION, "ABF", ("ABF Helsingborg",)),
    (KIND.ASSOCIATION, "Gatulaget", ("Gatulaget fotboll",)),
    (KIND.ASSOCIATION, "Kamratföreningen G7", ("G7 metodstöd",)),
    (KIND.COMPANY, EMPLOYER, ("Lagret i hamnen",)),
)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the cast: a role in a unit, and where to send mail that nobody reads."""

    first_name: str
    last_name: str
    role: Role
    unit: str
    hours: str = ""
    caseload_limit: int = 30

    @property
    def email(self) -> str:
        """Return the address of the demo account."""
        return (
            f"{'admin' if self.role == Role.ADMINISTRATOR else self.first_name.lower()}@example.org"
        )


# The accounts of portal/invented.py; Robin is in robin.py.
CAST = (
    Known("Samira", "Lund", Role.GUIDE, GUIDES, "måndag till fredag, 9 till 16", 25),
    Known("Noor", "Haddad", Role.CASE_MANAGER, CASE_MANAGERS, "måndag till torsdag, 9 till 15", 15),
    Known("Petra", "Nyman", Role.JOB_COACH, COACHES, "måndag till fredag, 8 till 17", 20),
    Known("Lars", "Ek", Role.ACTIVITY_LEADER, CORNER),
    Known("Karin", "Holm", Role.MANAGER, LABOUR),
    Known("Erik", "Dahl", Role.EMPLOYER_CONTACT, "Lagret i hamnen"),
    Known("Maja", "Ström", Role.BENEFITS_OFFICER, "Ekonomiskt bistånd"),
    Known("Loke", "Åberg", Role.LOG_REVIEWER, "Dataskydd och arkiv"),
    Known("Alma", "Berg", Role.ADMINISTRATOR, "Digitalisering"),
    Known("Jonas", "Frisk", Role.PEER_SUPPORTER, "G7 metodstöd"),
    Known("Berit", "Lind", Role.REPRESENTATIVE, "Överförmyndarenheten"),
)
