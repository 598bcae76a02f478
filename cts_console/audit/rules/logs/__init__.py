"""Rules about logs, job records and the audit trail."""
