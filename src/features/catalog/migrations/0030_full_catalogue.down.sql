ALTER TABLE products
    ADD COLUMN rating numeric(3, 2) NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
    ADD COLUMN reviews_count integer NOT NULL DEFAULT 0,
    ADD COLUMN sales_count integer NOT NULL DEFAULT 0;
CREATE INDEX products_sales ON products (sales_count DESC);
ALTER TABLE products NO FORCE ROW LEVEL SECURITY;
ALTER TABLE product_stats NO FORCE ROW LEVEL SECURITY;
UPDATE products r SET sales_count = s.sales, reviews_count = s.reviews,
                      rating = CASE WHEN s.reviews > 0 THEN round(s.stars::numeric / s.reviews, 2) ELSE 0 END
FROM (SELECT product_market, product_id, max(sales_count) AS sales, sum(reviews_count) AS reviews, sum(rating_sum) AS stars
      FROM product_stats GROUP BY 1, 2) s
WHERE s.product_market = r.market AND s.product_id = r.id;
ALTER TABLE products FORCE ROW LEVEL SECURITY;
DROP TABLE product_stats, search_synonyms, product_relations, attribute_value_translations, attribute_values;
