-- Two SKUs of one line in one return become two returns of the same kind no more: the later one is forgotten.
DELETE FROM return_items a USING return_items b
WHERE b.market = a.market AND b.return_id = a.return_id AND b.line = a.line AND b.sku_id < a.sku_id;
ALTER TABLE return_items DROP CONSTRAINT return_items_pkey,
    ADD CONSTRAINT return_items_pkey PRIMARY KEY (market, return_id, line);
UPDATE order_items i SET returned = least(i.quantity, i.returned + e.pieces)
FROM (SELECT r.market, r.order_id, b.line, sum(b.quantity) AS pieces
      FROM returns r JOIN return_items b ON b.market = r.market AND b.return_id = r.id
      WHERE r.state = 'received' AND b.exchange_sku_id IS NOT NULL GROUP BY r.market, r.order_id, b.line) e
WHERE i.market = e.market AND i.order_id = e.order_id AND i.line = e.line;
COMMENT ON COLUMN order_items.returned IS 'pieces of returns that are neither refused nor called off';
