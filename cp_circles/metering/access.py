"""The metering room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import Door

READERS = (
    Role.MEMBER,
    Role.LEADER,
    Role.FACILITATOR,
    Role.DEPARTMENT,
    Role.PROCESS_OWNER,
    Role.METERING,
    Role.FINANCE,
    Role.THIRD_PARTY,
    Role.ADMINISTRATOR,
)
KEEPERS = (Role.DEPARTMENT, Role.METERING, Role.ADMINISTRATOR)
TOKEN_KEEPERS = (Role.DEPARTMENT, Role.ADMINISTRATOR)

DOORS = (
    Door("metering.list_meters", READERS, scope="company"),
    Door("metering.new_meter", KEEPERS, scope="company"),
    Door("metering.add_meter", KEEPERS, scope="company"),
    Door("metering.show_meter", READERS, scope="company"),
    Door("metering.retire_meter", KEEPERS, scope="company"),
    Door("metering.my_meters", READERS, scope="company"),
    Door("metering.log_reading", READERS, scope="company"),
    Door("metering.show_photo", READERS, scope="company"),
    Door("metering.show_replacing", READERS, scope="company"),
    Door("metering.replace_counter", READERS, scope="company"),
    Door("metering.list_tokens", TOKEN_KEEPERS, scope="company"),
    Door("metering.make_token", TOKEN_KEEPERS, scope="company"),
    Door("metering.revoke_token", TOKEN_KEEPERS, scope="company"),
    Door("metering.record_reading", READERS, scope="company"),
    Door("metering.edit_reading", READERS, scope="company"),
    Door("metering.correct_reading", READERS, scope="company"),
    Door("metering.void_reading", READERS, scope="company"),
    Door("metering.choose_file", READERS, scope="company"),
    Door("metering.import_readings", READERS, scope="company"),
    Door("metering.preview_file", READERS, scope="own"),
    Door("metering.store_file", READERS, scope="own"),
    Door("metering.show_file", READERS, scope="own"),
    Door("metering.list_files", READERS, scope="company"),
    Door("metering.download_file", READERS, scope="own"),
    Door("metering.show_tree", READERS, scope="company"),
    Door("metering.move_meter", KEEPERS, scope="company"),
    Door("metering.list_findings", READERS, scope="company"),
    Door("metering.show_finding", READERS, scope="company"),
    Door("metering.accept_finding", READERS, scope="company"),
    Door("metering.ignore_period", READERS, scope="company"),
    Door("metering.declare_fall", READERS, scope="company"),
    Door("metering.fill_gap", READERS, scope="company"),
    Door("metering.show_versions", READERS, scope="company"),
    Door("metering.edit_meter", KEEPERS, scope="company"),
    Door("metering.save_meter", KEEPERS, scope="company"),
)
