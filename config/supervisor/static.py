"""Have the static files changed since they were collected?"""

import hashlib

from django.contrib.staticfiles.finders import get_finders


def static_fingerprint() -> str:
    """Changes when a file is added, removed, or written again."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            modified = storage.get_modified_time(path).isoformat()
            digest.update(f"{path}\0{modified}\0{storage.size(path)}\n".encode())
    return digest.hexdigest()
