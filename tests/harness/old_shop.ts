// The former shop's two databases (S0, S1): the users table as S0 prints it, models of S3 as SQLAlchemy names them.
import { randomBytes } from "node:crypto";
import type { Market } from "./layouts.js";
import { type ClusterAddress, PostgresAccess } from "./postgres.js";

const schema = `
  CREATE TABLE users (id SERIAL PRIMARY KEY, phone_number VARCHAR(20) UNIQUE NOT NULL, full_name VARCHAR(255),
    is_active BOOLEAN DEFAULT TRUE, is_verified BOOLEAN DEFAULT FALSE, market VARCHAR(10) NOT NULL DEFAULT 'kg',
    language VARCHAR(10), country VARCHAR(100), created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE, last_login TIMESTAMP WITH TIME ZONE);
  CREATE INDEX idx_users_market ON users(market);
  CREATE TABLE addresses (id SERIAL PRIMARY KEY, user_id INTEGER, title VARCHAR(50), full_address TEXT,
    city VARCHAR(50),
    is_default BOOLEAN DEFAULT FALSE);
  CREATE TABLE categories (id SERIAL PRIMARY KEY, name VARCHAR(100), slug VARCHAR(100));
  CREATE TABLE subcategories (id SERIAL PRIMARY KEY, category_id INTEGER, name VARCHAR(100));
  CREATE TABLE products (id SERIAL PRIMARY KEY, name VARCHAR(255), slug VARCHAR(255), brand VARCHAR(100),
    description TEXT,
    category_id INTEGER, subcategory_id INTEGER, price FLOAT, original_price FLOAT, image TEXT,
      is_active BOOLEAN DEFAULT TRUE);
  CREATE TABLE product_features (id SERIAL PRIMARY KEY, product_id INTEGER, feature_text TEXT, sort_order INTEGER);
  CREATE TABLE skus (id SERIAL PRIMARY KEY, product_id INTEGER, sku_code VARCHAR(50) UNIQUE, size VARCHAR(20),
    color VARCHAR(50), price FLOAT, original_price FLOAT, stock INTEGER, is_active BOOLEAN DEFAULT TRUE);
  CREATE TABLE orders (id SERIAL PRIMARY KEY, order_number VARCHAR(50) UNIQUE, user_id INTEGER, status VARCHAR(20),
    customer_name VARCHAR(255), customer_phone VARCHAR(20), delivery_address TEXT, payment_method VARCHAR(50),
    payment_status VARCHAR(20), subtotal FLOAT, shipping_cost FLOAT, tax FLOAT, total_amount FLOAT,
      currency VARCHAR(3),
    created_at TIMESTAMP WITH TIME ZONE, shipped_date TIMESTAMP WITH TIME ZONE,
      delivered_date TIMESTAMP WITH TIME ZONE);
  CREATE TABLE order_items (id SERIAL PRIMARY KEY, order_id INTEGER, sku_id INTEGER, product_name VARCHAR(255),
    size VARCHAR(20), color VARCHAR(50), price FLOAT, quantity INTEGER, subtotal FLOAT);
  CREATE TABLE order_status_history (id SERIAL PRIMARY KEY, order_id INTEGER, status VARCHAR(20), notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE);
  CREATE TABLE reviews (id SERIAL PRIMARY KEY, user_id INTEGER, product_id INTEGER, order_id INTEGER, rating INTEGER,
    title VARCHAR(255), comment TEXT, is_verified_purchase BOOLEAN, is_approved BOOLEAN, created_at TIMESTAMPTZ);
  CREATE TABLE carts (id SERIAL PRIMARY KEY, user_id INTEGER UNIQUE);
  CREATE TABLE cart_items (id SERIAL PRIMARY KEY, cart_id INTEGER, sku_id INTEGER, quantity INTEGER);
  CREATE TABLE wishlists (id SERIAL PRIMARY KEY, user_id INTEGER UNIQUE);
  CREATE TABLE wishlist_items (id SERIAL PRIMARY KEY, wishlist_id INTEGER, product_id INTEGER);
  CREATE TABLE alembic_version (version_num VARCHAR(32));`;

const rows: Record<Market, string> = {
  kg: `
    INSERT INTO users (id, phone_number, full_name, market, is_verified, created_at) VALUES
      (3, '+996700123456', 'Aida Bekova', 'kg', true, '2025-01-05'),
      (9, '+996505231255', 'Azamat Osmonov', 'kg', true, '2025-02-01'),
      (10, '+13128059851', 'Ann Moved', 'us', true, '2025-03-01'),
      (11, 'no phone', 'Nobody', 'kg', false, '2025-03-02');
    INSERT INTO addresses (user_id, title, full_address, city, is_default) VALUES
      (9, 'Home', 'Chuy Avenue 1', 'Bishkek', true),
      (9, 'Work', 'Manas Avenue 2', 'Bishkek', true);
    INSERT INTO categories VALUES (1, 'Women', 'women'), (2, 'Hats > Caps', 'hats');
    INSERT INTO subcategories VALUES (1, 1, 'T-Shirts');
    INSERT INTO products (id, name, slug, brand, description, category_id, subcategory_id, price) VALUES
      (1, 'T-Shirt "Soft"', 't-shirt-soft', 'Marque', 'Cotton, soft', 1, 1, 1250),
      (2, 'Kalpak', 'kalpak', 'Ata', 'Felt', 2, NULL, 2400.5),
      (3, 'Never made', 'never-made', 'Ata', '', 2, NULL, 100);
    INSERT INTO product_features (product_id, feature_text, sort_order) VALUES
      (1, 'Cotton | organic', 1),
      (1, 'Made here', 2);
    INSERT INTO skus (id, product_id, sku_code, size, color, price, original_price, stock) VALUES
      (1, 1, 'TS-M', 'M', 'white', 1250, 1500, 7),
      (2, 1, 'TS-L', 'L', 'white', NULL, NULL, 0),
      (3, 2, 'KAL-1', 'One', 'white', 2400.5, NULL, 3);
    INSERT INTO orders (id, order_number, user_id, status, customer_name, customer_phone, delivery_address,
      payment_method, payment_status, subtotal, shipping_cost, tax, total_amount, currency, created_at,
      shipped_date, delivered_date) VALUES
      (1, 'MQ-20251101-AAAAA', 9, 'delivered', 'Azamat', '+996505231255', 'Chuy 1', 'cash', 'paid', 2500, 150, 0,
        2550, 'KGS', '2025-11-01', '2025-11-02', '2025-11-03'),
      (2, 'MQ-20251102-BBBBB', 10, 'pending', 'Ann', '+13128059851', 'Chuy 2', 'cash', 'pending', 2400.5, 0, 0,
        2400.5, 'KGS', '2025-11-02', NULL, NULL),
      (3, 'MQ-20251103-WRONG', 9, 'pending', 'Azamat', '+996505231255', 'Chuy 1', 'cash', 'pending', 1250, 0, 0,
        9999, 'KGS', '2025-11-03', NULL, NULL),
      (4, 'MQ-20251103-EMPTY', 9, 'pending', 'Azamat', '+996505231255', 'Chuy 1', 'cash', 'pending', 0, 0, 0, 10,
        'KGS', '2025-11-03', NULL, NULL);
    INSERT INTO order_items (order_id, sku_id, product_name, size, color, price, quantity) VALUES
      (1, 1, 'T-Shirt "Soft"', 'M', 'white', 1250, 2),
      (2, 3, 'Kalpak', 'One', 'white', 2400.5, 1),
      (3, 1, 'T-Shirt', 'M', 'white', 1250, 1);
    INSERT INTO order_status_history (order_id, status, notes, created_at) VALUES
      (1, 'pending', '', '2025-11-01'),
      (1, 'delivered', 'Left with the neighbour', '2025-11-03');
    INSERT INTO reviews (user_id, product_id, order_id, rating, title, comment, is_verified_purchase, is_approved,
      created_at) VALUES
      (9, 1, 1, 5, 'Good', 'Soft indeed', true, true, '2025-11-05'),
      (9, 2, 2, 0, 'Bad', 'No stars at all', false, true, '2025-11-06'),
      (9, 1, 1, 4, 'Again', 'After the wash', true, true, '2025-11-07');
    INSERT INTO carts VALUES (1, 9);
    INSERT INTO cart_items (cart_id, sku_id, quantity) VALUES (1, 3, 2);
    INSERT INTO wishlists VALUES (1, 9);
    INSERT INTO wishlist_items (wishlist_id, product_id) VALUES (1, 1);`,
  us: `
    INSERT INTO users (id, phone_number, full_name, market, is_verified, created_at) VALUES
      (19, '+13128059851', 'Ann Lee', 'us', true, '2025-04-01'),
      (20, '+1 (312) 555-0101', NULL, 'us', true, '2025-04-02');
    INSERT INTO categories VALUES (5, 'Women', 'women');
    INSERT INTO products (id, name, slug, brand, description, category_id, price) VALUES
      (1, 'T-Shirt "Soft"', 't-shirt-soft', 'Marque', 'Cotton, soft', 5, 19.99),
      (2, 'Jeans', 'jeans', 'Indigo', 'Blue', 5, 80);
    INSERT INTO skus (id, product_id, sku_code, size, color, price, stock) VALUES
      (1, 1, 'TS-M', 'M', 'white', 19.99, 4),
      (2, 1, 'TS-L', 'L', 'white', 19.99, 5),
      (3, 2, 'JN-32', '32', 'blue', 80, 6);
    INSERT INTO orders (id, order_number, user_id, status, customer_name, customer_phone, delivery_address,
      payment_method, payment_status, subtotal, shipping_cost, tax, total_amount, currency, created_at,
      shipped_date) VALUES
      (1, 'MQ-20251102-CCCCC', 19, 'shipped', 'Ann Lee', '+13128059851', '1 Main St', 'card', 'paid', 99.99, 5, 8,
        112.99, 'USD', '2025-11-02', '2025-11-03'),
      (2, 'MQ-20251104-DDDDD', 19, 'cancelled', 'Ann Lee', '+13128059851', '1 Main St', 'card', 'refunded', 80, 0,
        6.4, 86.4, 'USD', '2025-11-04', NULL);
    INSERT INTO order_items (order_id, sku_id, product_name, size, color, price, quantity) VALUES
      (1, 1, 'T-Shirt "Soft"', 'M', 'white', 19.99, 1),
      (1, 3, 'Jeans', '32', 'blue', 80, 1),
      (2, 3, 'Jeans', '32', 'blue', 80, 1);`,
};

export class OldShop {
  private constructor(
    private readonly access: PostgresAccess,
    readonly names: Record<Market, string>,
  ) {}

  static async create(address: ClusterAddress): Promise<OldShop> {
    const access = new PostgresAccess(address);
    const suffix = randomBytes(5).toString("hex");
    const shop = new OldShop(access, { kg: `old_kg_${suffix}`, us: `old_us_${suffix}` });
    for (const market of ["kg", "us"] as const) {
      await access.createDatabase(shop.names[market]);
      await shop.sql(market, `SET ROLE shop; ${schema} ${rows[market]}`);
    }
    return shop;
  }

  async sql(market: Market, text: string): Promise<void> {
    const pool = this.access.pool(this.names[market], "postgres", 1);
    try {
      await pool.query(text);
    } finally {
      await pool.end();
    }
  }

  /** What `marque adopt` is told. */
  get from(): string[] {
    return (["kg", "us"] as const).flatMap((market) => [
      "--from",
      `${market}=${this.access.tcpUrl(this.names[market])}`,
    ]);
  }

  async drop(): Promise<void> {
    for (const name of Object.values(this.names)) await this.access.dropDatabase(name);
  }
}
