-- What is still held would have been taken at once before: it goes out of the stock now, explained by the ledger.
INSERT INTO stock_ledger (market, sku_id, delta, reason, order_id)
SELECT market, sku_id, -quantity, 'order', order_id FROM stock_reservations WHERE state = 'held';
UPDATE stock s SET on_hand = s.on_hand - h.quantity, reserved = s.reserved - h.quantity
FROM (SELECT market, sku_id, sum(quantity) AS quantity FROM stock_reservations WHERE state = 'held' GROUP BY 1, 2) h
WHERE s.market = h.market AND s.sku_id = h.sku_id;
DROP TABLE stock_reservations;
