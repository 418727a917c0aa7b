"""The report: from the sealed review to the approval."""
