"""Findings: raised in review, shown in the report, contested in objection, followed up. A book that several rooms share."""
