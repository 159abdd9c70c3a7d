"""Announcements (公告) with attachments: to everybody, a region or a company, or to some roles there."""
