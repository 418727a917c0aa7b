"""What keeps the platform running: backups that prove themselves, and the doctor that says what is to be mended.

Below the pages, because the page of the doctor and the timetable ask it; what only a room can prove it hands up (``proofs``).
"""
