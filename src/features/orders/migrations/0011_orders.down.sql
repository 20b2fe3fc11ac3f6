DROP TABLE idempotency_keys, order_status_history, order_items, orders;
