"""The Content-Security-Policy of pages: what a browser may load on them."""

import base64
import hashlib


def allowed(*texts: str) -> str:
    """Sources of scripts or styles: the site's own files, and inline texts by their hashes."""
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(["'self'", *(f"'sha256-{value}'" for value in hashes)])


def policy(changes: dict[str, str]) -> str:
    """A page's policy: strict, but for these directives (``{"connect-src": "'self' ws:"}``)."""
    strict = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    return "; ".join(f"{key} {value}" for key, value in {**strict, **changes}.items())
