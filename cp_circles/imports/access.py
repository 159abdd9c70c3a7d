"""The importer's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import Door

IMPORTERS = (Role.ADMINISTRATOR, Role.DEPARTMENT)

DOORS = (
    Door("imports.list_imports", IMPORTERS, scope="company"),
    Door("imports.take_file", IMPORTERS, scope="company"),
    Door("imports.preview", IMPORTERS, scope="own"),
    Door("imports.start_import", IMPORTERS, scope="own"),
    Door("imports.show_import", IMPORTERS, scope="own"),
    Door("imports.download_findings", IMPORTERS, scope="own"),
)
