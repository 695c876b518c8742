"""Settings of Collective, read top to bottom.

Everything the environment decides is read here, at the head; nothing else in the project looks at it.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from collective import embedded

BASE_DIR = Path(__file__).resolve().parent.parent


def read_flag(name: str, *, default: bool = False) -> bool:
    """Return the environment variable `name` as a truth value (1/true/yes/on)."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def read_list(name: str) -> list[str]:
    """Return the comma-separated environment variable `name` as a list without empty items."""
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def read_json_object(name: str) -> dict[str, Any]:
    """Return the environment variable `name` as a JSON object, empty if it is not set."""
    try:
        value = json.loads(os.environ.get(name, "") or "{}")
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object.")
    return value


# --- what the environment decides ---------------------------------------------------------------

PRODUCTION = read_flag("PRODUCTION")
DEBUG = read_flag("DEBUG")
# Webhooks may lead to machines of our own network and go without TLS: for trying, and for closed networks.
WEBHOOKS_MAY_BE_PRIVATE = read_flag("WEBHOOKS_MAY_BE_PRIVATE")
DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / ".data"))
DATABASE_URL = os.environ.get("DATABASE_URL", "")
REDIS_URL = os.environ.get("REDIS_URL", "")
SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = read_list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = read_list("TRUSTED_ORIGINS")
# A proxy of ours stands before the web server and sets X-Forwarded-Proto and X-Forwarded-For.
BEHIND_PROXY = read_flag("BEHIND_PROXY")
SITE_URL = os.environ.get("SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")

# smtp://user:password@host:587 (STARTTLS), smtps://...:465 (TLS from the start), smtp://host:25?tls=0 (neither).
# Without it no mail leaves this machine: mails are written into files, and pages say so.
EMAIL_URL = os.environ.get("EMAIL_URL", "")
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "")

OPENAI_API_KEY = os.environ.get("OPENAI_API_KEY", "")
OPENAI_BASE_URL = os.environ.get("OPENAI_BASE_URL", "")
# "responses" or "chat": which of the two structured-answer APIs the server speaks.
OPENAI_API_STYLE = os.environ.get("OPENAI_API_STYLE", "responses")
# How long one request may take, and how long one question may with all its waits and tries.
OPENAI_TIMEOUT_SECONDS = float(os.environ.get("OPENAI_TIMEOUT_SECONDS", "120"))
OPENAI_DEADLINE_SECONDS = float(os.environ.get("OPENAI_DEADLINE_SECONDS", "300"))
# Reasoning counts as output. 0 leaves it to the server.
OPENAI_MAX_OUTPUT_TOKENS = int(os.environ.get("OPENAI_MAX_OUTPUT_TOKENS", "16000"))
# US dollars for a million tokens by model: {"gpt-5": {"input": 1.25, "output": 10}}. A model not named costs "unknown".
LLM_PRICES = read_json_object("LLM_PRICES")

# Which model translates a study's texts, and for researchers what people write: "openai:NAME". Empty: none does, and
# no text leaves the machine for this. The limit is for each study in all.
TRANSLATION_MODEL = os.environ.get("TRANSLATION_MODEL", "")
TRANSLATION_MAX_TOKENS = int(os.environ.get("TRANSLATION_MAX_TOKENS", "2000000"))

# --- refusing to start insecurely -----------------------------------------------------------------

if PRODUCTION:
    missing = [
        name for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS") if not os.environ.get(name)
    ]
    if missing:
        raise ImproperlyConfigured(f"PRODUCTION is set, so these must be set too: {', '.join(missing)}.")
    if len(SECRET_KEY) < 50:
        raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters in production.")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG must be off in production.")


def stored_secret_key() -> str:
    """Return the key kept in the data directory, made on first use, for runs outside production."""
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)  # the first process to get here wins; the others read its key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


SECRET_KEY = SECRET_KEY or stored_secret_key()
ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]", "testserver"]

# --- services ---------------------------------------------------------------------------------------

DATABASE_URL = DATABASE_URL or embedded.postgres_url(DATA_DIR)
REDIS_URL = REDIS_URL or embedded.redis_url(DATA_DIR)


def database_settings(url: str) -> dict[str, object]:
    """Return Django's database settings for a `postgresql://` URL (a socket directory may be its `host`)."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://, the only engine supported.")
    options = dict(item.split("=", 1) for item in parts.query.split("&") if "=" in item)
    host = unquote(options.pop("host", "")) or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {key: unquote(value) for key, value in options.items()},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database_settings(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

redis_cache = {
    "LOCATION": embedded.cache_location(REDIS_URL),
    "KEY_PREFIX": "collective",
    "OPTIONS": {"socket_timeout": 5},
}
CACHES = {
    "default": redis_cache | {"BACKEND": "collective.web.caching.DispensableRedisCache"},
    # Raises where Redis is away: what is counted here must not be forgotten.
    "counters": redis_cache | {"BACKEND": "django.core.cache.backends.redis.RedisCache"},
}

CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
# A task is only a wake-up call: work and its results are rows, so nothing is kept in a result back end.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# Names of periodic wake-ups; each app's tasks module documents its own.
CELERY_BEAT_SCHEDULE = {
    "translate-texts": {"task": "elicitation.tasks.translate_texts", "schedule": 10.0, "options": {"expires": 10}},
    "read-texts": {"task": "elicitation.tasks.read_texts", "schedule": 30.0, "options": {"expires": 30}},
    "sweep-runs": {"task": "spec_loop.tasks.sweep", "schedule": 10.0},
    "forget-old-answers": {"task": "collective.api.tasks.forget_old_answers", "schedule": 3600.0},
    "deliver-webhooks": {"task": "elicitation.tasks.deliver_webhooks", "schedule": 5.0, "options": {"expires": 5}},
    "check-alerts": {"task": "elicitation.tasks.check_alerts", "schedule": 300.0},
    "sweep-quality": {"task": "elicitation.tasks.sweep_quality", "schedule": 60.0},
    "send-invitations": {"task": "elicitation.tasks.send_invitations", "schedule": 20.0},
    "release-expired-assignments": {"task": "elicitation.tasks.release_expired", "schedule": 60.0},
    "end-overdue-people": {"task": "elicitation.tasks.end_overdue", "schedule": 300.0},
    "apply-retention": {"task": "elicitation.tasks.apply_retention", "schedule": 3600.0},
    "measure-disagreement": {"task": "elicitation.tasks.measure_disagreement", "schedule": 60.0},
}

# --- e-mail -----------------------------------------------------------------------------------------


def email_settings(url: str) -> dict[str, Any]:
    """Return Django's e-mail settings for an `smtp://` or `smtps://` URL; files in the data directory without one."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:587 or smtps://host:465.")
    encrypted = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if encrypted else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": encrypted,
        "EMAIL_USE_TLS": not encrypted and "tls=0" not in parts.query.split("&"),
    }


if EMAIL_URL and not DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("EMAIL_URL is set, so EMAIL_FROM must be set too: the address that mails come from.")
globals().update(email_settings(EMAIL_URL))
DEFAULT_FROM_EMAIL = DEFAULT_FROM_EMAIL or "collective@localhost"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 20
# Whether mails reach anybody.
SENDS_EMAIL = bool(EMAIL_URL)

# --- the application --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "collective.audit",
    "collective.accounts",
    "collective.work",
    "collective.web",
    "collective.site",
    "llm",
    "elicitation",
    "rubrics",
    "spec_loop",
    "datasets",
    "collective.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "collective.web.csp.ContentSecurityPolicyMiddleware",
    "collective.web.unfit.UnfitRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "collective.urls"
WSGI_APPLICATION = "collective.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Fields are drawn by templates/django/forms/field.html.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LANGUAGE_CODE = "en"
# Only what there is a catalogue of in `locale/`: a page must not claim a language that its sentences are not in.
LANGUAGES = [
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("pt", "Português"),
    ("nl", "Nederlands"),
    ("tr", "Türkçe"),
    ("ja", "日本語"),
    ("hi", "हिन्दी"),
    ("ar", "العربية"),
]
# What people may write in, whatever the study's languages are: the languages texts are told apart from.
READ_LANGUAGES = ["en", "es", "fr", "de", "pt", "nl", "tr", "ja", "hi", "ar"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["collective.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "collective.web.static_files.CollectedOrPlainStorage"},
}
WHITENOISE_USE_FINDERS = not PRODUCTION

# --- accounts and security --------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Sessions are signed cookies' opposite: a row that can be revoked; the cache spares the read.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "collective.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = PRODUCTION and read_flag("SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# Files included: a little more than `datasets.uploads` takes.
MAX_REQUEST_BYTES = 260 * 1024 * 1024

# --- API --------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "collective.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "collective.api.scopes.WithinScope",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["collective.api.filters.NamedFilters"],
    "EXCEPTION_HANDLER": "collective.api.errors.answer_for",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Collective",
    "DESCRIPTION": "Public input on how an AI system should behave, from a ranking to an adopted sentence.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "AnswerState": "elicitation.models.AnswerState",
        "ResponseSource": "elicitation.models.Response.Source",
        "VersionSource": "spec_loop.models.SpecVersion.Source",
        "MailKind": "elicitation.models.panel.InvitationLetter.Kind",
        "ParticipantSource": "elicitation.models.Participant.Source",
        "StudyStatus": "elicitation.models.Study.Status",
        "RunStatus": "spec_loop.models.Run.Status",
        "ProposalStatus": "spec_loop.models.Proposal.Status",
        "ProposalKind": "spec_loop.models.Proposal.Kind",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # The HTTP client of the OpenAI library tells every request at level INFO.
    "loggers": {"httpx2": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
