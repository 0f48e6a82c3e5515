"""HL7 v2: reading messages, their transport (MLLP), feeds, and what each message means as events."""
