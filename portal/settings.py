"""Settings, from the environment only; nothing imports this module."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = env.bool("DEBUG", False)
PORTAL_DEMO = env.bool(
    "PORTAL_DEMO", False
)  # invented people, one-click sign-in, /stil/, mail page

# Commands that own the tables; everything else, web and worker included, is portal_app.
OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "seed", "demo_town"}


def required(name: str, what: str, development: str) -> str:
    """Return a variable; without one, stop the start with a sentence unless DEBUG is on."""
    try:
        return env.str(name)
    except EnvError:
        if DEBUG:
            return development
        message = f"Set {name}: {what}."
        raise ImproperlyConfigured(message) from None


def pool(sizes: str) -> dict[str, object]:
    """Read DATABASE_POOL: how many connections a process keeps, as `8` or as least and most `2,8`.

    Empty is no pool: each thread keeps a connection of its own.
    """
    if not sizes:
        return {}
    try:
        least, most = map(int, (sizes if "," in sizes else f"{sizes},{sizes}").split(","))
    except ValueError:
        least, most = 1, 0
    if not 0 <= least <= most or not most:
        message = "Set DATABASE_POOL to a number of connections, or to least and most: 2,8."
        raise ImproperlyConfigured(message)
    return {"pool": {"min_size": least, "max_size": most, "timeout": 10}}  # seconds to wait for one


def database(url: str, sizes: str = "") -> dict[str, object]:
    """Read postgresql://role:password@host:port/name; a socket directory goes in ?host=."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", "")) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": query | pool(sizes),
        "CONN_MAX_AGE": 0 if sizes else 60,  # a pool keeps them itself
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # PgBouncer in transaction mode
    }


# Core
SECRET_KEY = required("SECRET_KEY", "a long random text that signs sessions and links", "dev" * 17)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
PORTAL_DATA_KEY = required(
    "PORTAL_DATA_KEY",
    "the key of personal numbers and drafts, as id:base64 of 32 bytes",
    "dev:" + "A" * 43 + "=",
)
ALLOWED_HOSTS = required("PORTAL_HOSTS", "the host names, comma-separated", "localhost").split(",")
INSTALLED_APPS = [
    "portal",
    "portal.reminders",
    "participants",
    "activities",
    "employers",
    "portal.pages.overview",
    "portal.pages.record",
    "portal.pages.log",
    "portal.pages.administration",
    "portal.pages.retention",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "django_linear_migrations",
    "django_structlog",
    "phonenumber_field",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "portal.health.answer",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.headers",
    "portal.middleware.speaking",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.sessions.watch",
    "portal.middleware.acting",
    "portal.middleware.second_factor",
    "portal.middleware.PortalLoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("vag",)
CRISPY_TEMPLATE_PACK = "vag"
PHONENUMBER_DEFAULT_REGION = "SE"
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"

# Cache: rate limits only, in PostgreSQL, so that sign-in lives when the broker does not
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # pages that are the same for everybody, at most 30 s old, one copy a process
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 30,
    },
}

# Database
_as_owner = len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS
DATABASES = {
    "default": database(
        required(
            "MIGRATION_DATABASE_URL",
            "PostgreSQL as portal_owner, for migrations",
            "postgresql:///portal",
        )
    )
    if _as_owner
    else database(
        required("DATABASE_URL", "PostgreSQL as portal_app", "postgresql:///portal"),
        env.str("DATABASE_POOL", ""),
    )
}

# E-mail
_smtp = urlsplit(required("SMTP_URL", "smtp://user:password@host:port", "smtp://localhost:1025"))
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": _smtp.hostname or "localhost",
            "port": _smtp.port or 25,
            "username": unquote(_smtp.username or ""),
            "password": unquote(_smtp.password or ""),
            "use_tls": _smtp.scheme == "smtp+tls",
            "use_ssl": _smtp.scheme == "smtps",
            "timeout": 10,
        },
    }
}
MAILERS["reminders"] = MAILERS["default"] | {"BACKEND": "portal.reminders.channels.smtp.Backend"}
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "En väg in <svara-inte@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SMS_URL = env.str("SMS_URL", "")

# Signs in the browser: our key (32 bytes in base64url), and the browsers' own services
PUSH_KEY = env.str("PUSH_KEY", "")
PUSH_SERVICES: list[str] = env.list(
    "PUSH_SERVICES",
    [
        "https://fcm.googleapis.com",
        "https://updates.push.services.mozilla.com",
        "https://*.push.apple.com",
        "https://*.notify.windows.com",
    ],
)

PORTAL_DEMO_MAIL = env.str("PORTAL_DEMO_MAIL", "")  # where the demo's catcher keeps each message

# Languages and time
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# Logging: one line an event, without personal data; Django's own formatter
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"quiet": {"()": "portal.logs.Discreet"}},
    "formatters": {"line": {"()": "portal.logs.LineFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["quiet"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        "httpx": {"level": "WARNING"},  # else it writes each address it calls, with the number
    },
}

# Templates and static files
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.acting",
                "participants.context_processors.own_contact",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Authentication and allauth
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["portal.backends.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "portal.accounts.LoginForm",
    "reauthenticate": "portal.accounts.ReauthenticateForm",
    "change_password": "portal.accounts.ChangePasswordForm",
    "request_login_code": "portal.pages.sign_in.forms.CodeRequestForm",
    "confirm_login_code": "portal.pages.sign_in.forms.CodeForm",
    "reset_password": "portal.accounts.ResetPasswordForm",
    "reset_password_from_key": "portal.accounts.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# allauth's own writes a row for who is known, and for nobody else: it can be told apart
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 (a name)
ACCOUNT_LOGOUT_REDIRECT_URL = "activities:today"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT, ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 180, 3
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,5/h/key,10/d/key",  # an SMS costs money
    "handed_code": "10/m/ip,60/h/ip",
    "card": "10/m/ip,60/h/ip",
    "kiosk": "30/m/key,600/h/key",  # a door, where many come at once
    "door_code": "5/10m/key",  # wrong ones, at a door
    "unmet": "20/m/ip,200/h/ip",  # a library has one address for all who sit there
    "guest_sign_up": "60/m/ip,600/h/ip,5/h/key",  # one library may be the address of many
    "calendar": "120/m/ip",  # a calendar service asks for many people from one address
    "calendar_address": "30/h/key",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # when a way to sign in is changed
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"

# OpenID Connect: one broker for e-ID, one directory for staff; by their names in addresses
OIDC_EID, OIDC_STAFF = "e-legitimation", "personal"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": provider_id,
                "name": env.str(f"{prefix}_NAME", name),
                "client_id": required(f"{prefix}_CLIENT", "our name at the provider", ""),
                "secret": required(f"{prefix}_SECRET", "our secret at the provider", ""),
                "settings": {
                    "server_url": env.str(f"{prefix}_URL"),
                    "uid_field": env.str(f"{prefix}_KEY", "sub"),
                },
            }
            for provider_id, prefix, name in (
                (OIDC_EID, "OIDC_EID", "BankID"),
                (OIDC_STAFF, "OIDC_STAFF", "Jobbkonto"),
            )
            if env.str(f"{prefix}_URL", "")
        ],
    }
}
# Which values of `acr` (or of `amr`, for the directory) prove enough; and the claim with a number.
OIDC_ACCEPTED = {
    OIDC_EID: set(env.list("OIDC_EID_ACR", ["http://id.elegnamnden.se/loa/1.0/loa3"])),
    OIDC_STAFF: set(env.list("OIDC_STAFF_ACR", ["mfa"])),
}
OIDC_EID_NUMBER = env.str("OIDC_EID_NUMBER", "personalIdentityNumber")
OIDC_STAFF_AGE = 12 * 3600  # seconds since the directory last asked who it was
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address proves nothing
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_ADAPTER = "portal.pages.sign_in.oidc.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead away from us (form-action)

# Second factors: required of staff by portal.middleware.second_factor
MFA_ADAPTER = "portal.factors.FactorAdapter"
MFA_FORMS = {
    "authenticate": "portal.factors.FactorForm",
    "reauthenticate": "portal.factors.FactorAgainForm",
    "activate_totp": "portal.factors.AppForm",
    "add_webauthn": "portal.factors.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute wrong
MFA_TOTP_ISSUER = "En väg in"

# Sessions and cookies: over TLS, save in the demo, which is plain http at localhost
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not (DEBUG or PORTAL_DEMO)
SESSION_COOKIE_NAME = "__Host-session" if SESSION_COOKIE_SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if CSRF_COOKIE_SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "portal.pages.errors.csrf_failure"

# Security
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SESSION_COOKIE_SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if proxy_header := env.str("PROXY_SSL_HEADER", ""):  # such as X-Forwarded-Proto
    SECURE_PROXY_SSL_HEADER = ("HTTP_" + proxy_header.upper().replace("-", "_"), "https")
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}

# Celery's broker; its settings stand in portal/celery.py
REDIS_URL = required("REDIS_URL", "redis://host:port/number of the broker", "redis://localhost")

# Who watches: a token for /metrics (without one there is no such page), and an address of a service
# outside that tells somebody when it no longer hears from us, at a host that is named
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
PING_URL = env.str("PING_URL", "")
PING_HOSTS = env.list("PING_HOSTS", ["hc-ping.com"])
if PING_URL and urlsplit(PING_URL).hostname not in PING_HOSTS:
    message = "Set PING_HOSTS to the host of PING_URL as well."
    raise ImproperlyConfigured(message)

# Where the portal stands, for links in letters to colleagues
_scheme = "http" if DEBUG or PORTAL_DEMO else "https"
PORTAL_URL = env.str("PORTAL_URL", f"{_scheme}://{ALLOWED_HOSTS[0]}").rstrip("/")

# The portal's own numbers
PORTAL_PHONE = env.str("PORTAL_PHONE", "040-628 04 00")  # who answers when nobody else does
PORTAL_HOURS_STALE = env.int("PORTAL_HOURS_STALE", 14)  # days until hours are said to be unsure
# A map that one opens oneself; nothing of it is loaded before that
PORTAL_MAP = env.str(
    "PORTAL_MAP", "https://www.openstreetmap.org/search?query={address}%2C%20Helsingborg"
)
PORTAL_MUNICIPALITY = env.str("PORTAL_MUNICIPALITY", "Helsingborgs stad")
# What a yes opens from now on: "push", what is handed out one by one, or "consented_view", all of
# its kind. Each yes keeps what it was said to.
PORTAL_SHARING = env.str("PORTAL_SHARING", "push")
if PORTAL_SHARING not in {"push", "consented_view"}:
    message = "Set PORTAL_SHARING to push or to consented_view."
    raise ImproperlyConfigured(message)
PORTAL_LOG_NAMES = env.bool("PORTAL_LOG_NAMES", False)  # *Vem har tittat* names colleagues (R14)
PORTAL_LOG_SAMPLE = env.int("PORTAL_LOG_SAMPLE", 5)  # lines a month and unit, drawn by lot
PORTAL_LOG_MANY = env.int("PORTAL_LOG_MANY", 60)  # people opened in a day, above which one asks

# Retention: where packages for the archive are written (without it they wait), and how long a
# confirmed decision can still be stopped, in seconds
PORTAL_ARCHIVE_DIR = env.str("PORTAL_ARCHIVE_DIR", "")
RETENTION_WAIT = env.float("RETENTION_WAIT", 24 * 3600)

# How long one stays signed in
BORROWED_IDLE, BORROWED_LONGEST = 600, 3600  # seconds, on a telephone that is somebody else's
BORROWED_EXIT = "/konto/slut/"
STAFF_IDLE, STAFF_LONGEST = 1800, 12 * 3600

# Reminders, in seconds; the fault tests shrink the times, never the logic
REMINDER_TICK = env.float("REMINDER_TICK", 15)  # between two looks of beat
REMINDER_PASS = env.float("REMINDER_PASS", 8)  # after which a pass makes no new claim
REMINDER_AT_ONCE = 32  # rows in hand, and threads that send them: judged by 16 or more at a time
REMINDER_LEASE = env.float("REMINDER_LEASE", 90)
REMINDER_MARGIN = env.float("REMINDER_MARGIN", 30)  # of its lease that a call must have left
REMINDER_CONNECT = env.float("REMINDER_CONNECT", 3)
REMINDER_CALL = env.float("REMINDER_CALL", 10)  # from the first byte to the last
REMINDER_WAIT = env.float("REMINDER_WAIT", 30)  # after the first failure; then it doubles
REMINDER_LONGEST_WAIT = 1800
REMINDER_LOOK_UP = env.float("REMINDER_LOOK_UP", 30)  # until a gateway is asked what it has sent
REMINDER_FAILURES = env.int("REMINDER_FAILURES", 5)  # in a row, after which a gateway rests
REMINDER_REST = env.float("REMINDER_REST", 60)
REMINDER_TRIES = 8
# Whoever takes over asks what has gone: by then the call of the one before must have ended.
if not REMINDER_LEASE > REMINDER_MARGIN > REMINDER_CALL:
    message = "Set REMINDER_LEASE above REMINDER_MARGIN, and that above REMINDER_CALL."
    raise ImproperlyConfigured(message)
