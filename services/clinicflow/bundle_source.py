"""What was read of a bundle's files."""

from typing import Any

from clinicflow.bundle_check.problems import Place, Report


class Source:
    """What was read: the document, the place of every value, and what was wrong with the form of the files.

    ``whole`` is false when a file is so wrong that the rest cannot be judged.
    """

    def __init__(self) -> None:
        self.document: dict[str, Any] = {
            "org": "",
            "name": "",
            "languages": [],
            "packs": [],
            "clinics": {},
            "staff": {},
            "feeds": {},
            "protocols": [],
            "tables": {},
            "scope": {},
            "activities": {},
            "work": {},
            "zones": {},
        }
        self.places: dict[Place, str] = {}
        self.report = Report(self.places)
        self.whole = True
