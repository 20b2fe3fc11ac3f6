DROP TABLE catalog_versions, skus, product_images, product_features, product_translations, products,
    category_translations, categories;
