from accounts.versions import Version

VERSION = Version("2026-11-01", "The first version.")
