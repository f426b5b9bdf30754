"""The accounts of the invented town: what the demonstration offers, and the seed makes."""

PASSWORD = "demo-en-vag-in"  # noqa: S105 (told to everybody: the people are invented)
ACCOUNTS = {
    "robin@example.org": "participant",
    "samira@example.org": "guide",
    "noor@example.org": "case manager",
    "petra@example.org": "job coach",
    "lars@example.org": "activity leader at Corner",
    "karin@example.org": "manager",
    "erik@example.org": "employer contact",
    "maja@example.org": "benefits officer",
    "loke@example.org": "log reviewer",
    "admin@example.org": "administrator",
    "jonas@example.org": "peer supporter",
    "berit@example.org": "representative",
}
