-- A refund above what a market lets one manager give back alone waits for a second one (manager_security).
ALTER TABLE refunds DROP CONSTRAINT refunds_state_check;
ALTER TABLE refunds ADD CONSTRAINT refunds_state_check
    CHECK (state = ANY (ARRAY['pending', 'sent', 'by_hand', 'succeeded', 'failed', 'waiting']));
ALTER TABLE refunds ADD COLUMN approved_by text;
ALTER TABLE refunds ADD CONSTRAINT refunds_four_eyes CHECK (approved_by <> requested_by);
COMMENT ON COLUMN refunds.approved_by IS 'the second manager, of a refund that had to wait for one';
SELECT marque_secure_tables();
