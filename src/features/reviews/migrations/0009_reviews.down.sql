DROP TABLE review_images, reviews;
