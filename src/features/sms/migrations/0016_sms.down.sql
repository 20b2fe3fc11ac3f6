-- Undoes: SMS on their way.
DROP TABLE sms_deliveries;
DROP TABLE sms_messages;
