DROP TABLE development_sms, sessions, phone_failures, verification_codes, user_market_history, users;
