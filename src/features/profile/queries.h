#pragma once
// All SQL of the profile. Every statement about one customer's things names the customer; the market is the role's.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/email.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/profile/address_rules.h"
#include "features/profile/card_rules.h"
#include "features/profile/profile.h"

namespace marque::profile {

struct AvatarRow {
    std::string content_type;
    db::Bytes bytes;
};
RECORD(AvatarRow, content_type, bytes);

struct PaymentMethodRow {
    PaymentMethodId id;
    PaymentType payment_type = PaymentType::card;
    std::optional<CardType> card_type;
    std::optional<std::string> card_last_four;
    std::optional<std::string> card_holder_name;
    std::optional<std::int32_t> expiry_month;
    std::optional<std::int32_t> expiry_year;
    std::optional<std::string> gateway;
    bool is_default = false;
    Timestamp created_at;
    Timestamp updated_at;
};
RECORD(PaymentMethodRow, id, payment_type, card_type, card_last_four, card_holder_name, expiry_month, expiry_year,
       gateway, is_default, created_at, updated_at);

using OptionalText = std::optional<std::string>;

struct Sql {
    db::Statement<ProfileView(UserId)> account{"profile.account", R"(
        SELECT id, phone, full_name, email, profile_image_url, market, language, currency, country, is_verified,
               is_active, is_staff, created_at, updated_at, last_login
        FROM users WHERE id = $1::bigint)"};

    // A flag beside each value tells "leave it" from "clear it".
    // Another address is told as an event (work::EmailChanged): it has to be confirmed.
    db::Statement<ProfileView(UserId, bool, OptionalText, bool, std::optional<Email>, OptionalText, bool, OptionalText)>
        update_account{"profile.update_account", R"(
        WITH told AS (
            INSERT INTO outbox (market, topic, payload)
            SELECT market, 'account.email_changed', jsonb_build_object('user_id', id::text)
            FROM users WHERE id = $1::bigint AND $4::boolean AND email IS DISTINCT FROM $5::text
        )
        UPDATE users SET full_name = CASE WHEN $2::boolean THEN $3::text ELSE full_name END,
                         email = CASE WHEN $4::boolean THEN $5::text ELSE email END,
                         language = coalesce($6::text, language),
                         country = CASE WHEN $7::boolean THEN $8::text ELSE country END,
                         updated_at = now()
        WHERE id = $1::bigint
        RETURNING id, phone, full_name, email, profile_image_url, market, language, currency, country, is_verified,
                  is_active, is_staff, created_at, updated_at, last_login)"};

    // The picture and the address it is seen at change together.
    db::Statement<ProfileView(MarketCode, UserId, Uuid, std::string, db::Bytes, std::string)> set_avatar{
        "profile.set_avatar", R"(
        WITH picture AS (
            INSERT INTO avatars (market, user_id, id, content_type, bytes)
            VALUES ($1, $2::bigint, $3::uuid, $4, $5::bytea)
            ON CONFLICT (market, user_id) DO UPDATE SET id = excluded.id, content_type = excluded.content_type,
                                                        bytes = excluded.bytes, created_at = now()
        )
        UPDATE users SET profile_image_url = $6, updated_at = now() WHERE id = $2::bigint
        RETURNING id, phone, full_name, email, profile_image_url, market, language, currency, country, is_verified,
                  is_active, is_staff, created_at, updated_at, last_login)"};

    db::Statement<void(UserId)> remove_avatar{"profile.remove_avatar", R"(
        WITH picture AS (DELETE FROM avatars WHERE user_id = $1::bigint)
        UPDATE users SET profile_image_url = NULL, updated_at = now()
        WHERE id = $1::bigint AND profile_image_url IS NOT NULL)"};

    db::Statement<AvatarRow(Uuid)> avatar{"profile.avatar", R"(
        SELECT content_type, bytes FROM avatars WHERE id = $1::uuid)"};

    // Whatever one customer changes at once waits here for each other, so that counts and the one default stay true.
    db::Statement<UserId(UserId)> lock_owner{"profile.lock_owner", R"(
        SELECT id FROM users WHERE id = $1::bigint AND is_active AND moved_to IS NULL FOR NO KEY UPDATE)"};

    // The market's rules as they are now, and what they say of this state and this postal code.
    db::Statement<AddressRules(MarketCode, OptionalText, OptionalText)> address_rules{"profile.address_rules", R"(
        SELECT m.address_required AS required, m.address_line AS line, r.code AS region_code,
               coalesce(r.spelled, '{}') AS region_names,
               $3::text IS NULL OR m.postal_code_pattern = ''
                   OR $3::text ~ ('^(' || m.postal_code_pattern || ')$') AS postal_code_fits
        FROM markets m LEFT JOIN LATERAL (
            SELECT code, spelled
            FROM regions, LATERAL (
                SELECT ARRAY[coalesce(names ->> m.languages[1], name), name]
                       || ARRAY(SELECT value FROM jsonb_each_text(names)) AS spelled) AS s
            WHERE market = m.code AND (code = upper($2) OR EXISTS (
                SELECT FROM unnest(spelled) AS spelling
                WHERE lower(spelling COLLATE "und-x-icu") = lower($2 COLLATE "und-x-icu")))
            ORDER BY code <> upper($2) LIMIT 1
        ) r ON true
        WHERE m.code = $1)"};

    db::Statement<PaymentRules(MarketCode)> payment_rules{"profile.payment_rules", R"(
        SELECT card_brands, payment_gateways FROM markets WHERE code = $1)"};
};
inline constexpr Sql sql;
RECORD(Sql, account, update_account, set_avatar, remove_avatar, avatar, lock_owner, address_rules, payment_rules);

struct AddressSql {
    db::Statement<AddressView(UserId)> list{"addresses.list", R"(
        SELECT id, market, title, full_address, street, building, apartment, city, state, postal_code, country,
               (SELECT delivery_service FROM markets m WHERE m.code = market) AS delivery_service, is_default,
               created_at, updated_at
        FROM addresses WHERE user_id = $1::bigint ORDER BY is_default DESC, id)"};

    db::Statement<AddressView(UserId, AddressId)> one{"addresses.one", R"(
        SELECT id, market, title, full_address, street, building, apartment, city, state, postal_code, country,
               (SELECT delivery_service FROM markets m WHERE m.code = market) AS delivery_service, is_default,
               created_at, updated_at
        FROM addresses WHERE user_id = $1::bigint AND id = $2::bigint)"};

    db::Statement<std::int64_t(UserId)> count{"addresses.count", R"(
        SELECT count(*) FROM addresses WHERE user_id = $1::bigint)"};

    db::Statement<AddressView(MarketCode, UserId, OptionalText, std::string, OptionalText, OptionalText, OptionalText,
                              OptionalText, OptionalText, OptionalText, std::string, bool)>
        insert{"addresses.insert", R"(
        INSERT INTO addresses (market, user_id, title, full_address, street, building, apartment, city, state,
                               postal_code, country, is_default)
        VALUES ($1, $2::bigint, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::boolean)
        RETURNING id, market, title, full_address, street, building, apartment, city, state, postal_code, country,
                  (SELECT delivery_service FROM markets m WHERE m.code = market) AS delivery_service, is_default,
                  created_at, updated_at)"};

    db::Statement<AddressView(UserId, AddressId, OptionalText, std::string, OptionalText, OptionalText, OptionalText,
                              OptionalText, OptionalText, OptionalText, std::string, bool)>
        update{"addresses.update", R"(
        UPDATE addresses SET title = $3, full_address = $4, street = $5, building = $6, apartment = $7, city = $8,
                             state = $9, postal_code = $10, country = $11, is_default = is_default OR $12::boolean,
                             updated_at = now()
        WHERE user_id = $1::bigint AND id = $2::bigint
        RETURNING id, market, title, full_address, street, building, apartment, city, state, postal_code, country,
                  (SELECT delivery_service FROM markets m WHERE m.code = market) AS delivery_service, is_default,
                  created_at, updated_at)"};

    db::Statement<void(UserId, std::optional<AddressId>)> clear_default{"addresses.clear_default", R"(
        UPDATE addresses SET is_default = false
        WHERE user_id = $1::bigint AND is_default AND ($2::bigint IS NULL OR id <> $2::bigint))"};

    db::Statement<AddressView(UserId, AddressId)> make_default{"addresses.make_default", R"(
        UPDATE addresses SET is_default = true, updated_at = now() WHERE user_id = $1::bigint AND id = $2::bigint
        RETURNING id, market, title, full_address, street, building, apartment, city, state, postal_code, country,
                  (SELECT delivery_service FROM markets m WHERE m.code = market) AS delivery_service, is_default,
                  created_at, updated_at)"};

    db::Statement<void(UserId, AddressId)> remove{"addresses.remove", R"(
        DELETE FROM addresses WHERE user_id = $1::bigint AND id = $2::bigint)"};

    // After the default has gone the newest of the others takes its place.
    db::Statement<void(UserId)> choose_default{"addresses.choose_default", R"(
        UPDATE addresses SET is_default = true
        WHERE user_id = $1::bigint AND id = (SELECT max(id) FROM addresses WHERE user_id = $1::bigint)
          AND NOT EXISTS (SELECT FROM addresses WHERE user_id = $1::bigint AND is_default))"};
};
inline constexpr AddressSql address_sql;
RECORD(AddressSql, list, one, count, insert, update, clear_default, make_default, remove, choose_default);

struct PaymentMethodSql {
    db::Statement<PaymentMethodRow(UserId)> list{"payment_methods.list", R"(
        SELECT id, payment_type, card_type, card_last_four, card_holder_name, expiry_month, expiry_year, gateway,
               is_default, created_at, updated_at
        FROM payment_methods WHERE user_id = $1::bigint ORDER BY is_default DESC, id)"};

    db::Statement<PaymentMethodRow(UserId, PaymentMethodId)> one{"payment_methods.one", R"(
        SELECT id, payment_type, card_type, card_last_four, card_holder_name, expiry_month, expiry_year, gateway,
               is_default, created_at, updated_at
        FROM payment_methods WHERE user_id = $1::bigint AND id = $2::bigint)"};

    db::Statement<std::int64_t(UserId)> count{"payment_methods.count", R"(
        SELECT count(*) FROM payment_methods WHERE user_id = $1::bigint)"};

    db::Statement<PaymentMethodRow(MarketCode, UserId, PaymentType, std::optional<CardType>, std::optional<LastFour>,
                                   OptionalText, std::optional<std::int32_t>, std::optional<std::int32_t>, OptionalText,
                                   std::optional<ProviderToken>, bool)>
        insert{"payment_methods.insert", R"(
        INSERT INTO payment_methods (market, user_id, payment_type, card_type, card_last_four, card_holder_name,
                                     expiry_month, expiry_year, gateway, provider_token, is_default)
        VALUES ($1, $2::bigint, $3, $4, $5, $6, $7::integer, $8::integer, $9, $10, $11::boolean)
        RETURNING id, payment_type, card_type, card_last_four, card_holder_name, expiry_month, expiry_year, gateway,
                  is_default, created_at, updated_at)"};

    db::Statement<PaymentMethodRow(UserId, PaymentMethodId, std::string, std::int32_t, std::int32_t)> update{
        "payment_methods.update", R"(
        UPDATE payment_methods SET card_holder_name = $3, expiry_month = $4::integer, expiry_year = $5::integer,
                                   updated_at = now()
        WHERE user_id = $1::bigint AND id = $2::bigint AND payment_type = 'card'
        RETURNING id, payment_type, card_type, card_last_four, card_holder_name, expiry_month, expiry_year, gateway,
                  is_default, created_at, updated_at)"};

    db::Statement<void(UserId, std::optional<PaymentMethodId>)> clear_default{"payment_methods.clear_default", R"(
        UPDATE payment_methods SET is_default = false
        WHERE user_id = $1::bigint AND is_default AND ($2::bigint IS NULL OR id <> $2::bigint))"};

    db::Statement<PaymentMethodRow(UserId, PaymentMethodId)> make_default{"payment_methods.make_default", R"(
        UPDATE payment_methods SET is_default = true, updated_at = now() WHERE user_id = $1::bigint AND id = $2::bigint
        RETURNING id, payment_type, card_type, card_last_four, card_holder_name, expiry_month, expiry_year, gateway,
                  is_default, created_at, updated_at)"};

    db::Statement<void(UserId, PaymentMethodId)> remove{"payment_methods.remove", R"(
        DELETE FROM payment_methods WHERE user_id = $1::bigint AND id = $2::bigint)"};

    db::Statement<void(UserId)> choose_default{"payment_methods.choose_default", R"(
        UPDATE payment_methods SET is_default = true
        WHERE user_id = $1::bigint AND id = (SELECT max(id) FROM payment_methods WHERE user_id = $1::bigint)
          AND NOT EXISTS (SELECT FROM payment_methods WHERE user_id = $1::bigint AND is_default))"};
};
inline constexpr PaymentMethodSql payment_method_sql;
RECORD(PaymentMethodSql, list, one, count, insert, update, clear_default, make_default, remove, choose_default);

}  // namespace marque::profile
