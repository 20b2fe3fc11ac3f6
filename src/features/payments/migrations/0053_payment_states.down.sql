DROP TABLE refunds, payment_events;
DROP TRIGGER payments_moves ON payments;
DROP FUNCTION marque_payment_moves();
DROP INDEX payments_to_ask;
ALTER TABLE payments
    DROP CONSTRAINT payments_status, DROP CONSTRAINT payments_captured, DROP CONSTRAINT payments_refund_due,
    DROP CONSTRAINT payments_refunded, DROP CONSTRAINT payments_one_an_order, DROP CONSTRAINT payments_reference_once,
    DROP COLUMN provider, DROP COLUMN provider_reference, DROP COLUMN client_secret, DROP COLUMN action_url,
    DROP COLUMN attempt, DROP COLUMN live, DROP COLUMN captured_minor, DROP COLUMN refund_due_minor,
    DROP COLUMN refunded_minor, DROP COLUMN failure, DROP COLUMN dispute, DROP COLUMN provider_at,
    DROP COLUMN must_close, DROP COLUMN ask_at, DROP COLUMN asked_times, DROP COLUMN settled_at;
CREATE INDEX payments_order ON payments (market, order_id);
DROP TABLE payment_moves;
