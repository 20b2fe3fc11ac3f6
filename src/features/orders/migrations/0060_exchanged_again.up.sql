-- What came in an exchange may be sent back like what was bought: a line's pieces in a return are told apart by their SKU,
-- and an exchange gives the line's pieces to the customer again.
ALTER TABLE return_items DROP CONSTRAINT return_items_pkey,
    ADD CONSTRAINT return_items_pkey PRIMARY KEY (market, return_id, line, sku_id);
UPDATE order_items i SET returned = i.returned - e.pieces
FROM (SELECT r.market, r.order_id, b.line, sum(b.quantity) AS pieces
      FROM returns r JOIN return_items b ON b.market = r.market AND b.return_id = r.id
      WHERE r.state = 'received' AND b.exchange_sku_id IS NOT NULL GROUP BY r.market, r.order_id, b.line) e
WHERE i.market = e.market AND i.order_id = e.order_id AND i.line = e.line;
COMMENT ON COLUMN order_items.returned IS
    'pieces of returns that are neither refused nor called off, less those that came again in an exchange';
