DROP TABLE webhook_tries, webhook_deliveries, webhook_events, webhook_endpoints;
