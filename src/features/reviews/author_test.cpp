// Which names become which labels, and which become none.
#include "features/reviews/author.h"

#include <doctest/doctest.h>

using namespace marque;

TEST_CASE("[R95] an author is a first name and an initial") {
    CHECK(reviews::author_label_of("Aibek Toktogulov") == "Aibek T.");
    CHECK(reviews::author_label_of("  Айгүл Марат кызы ") == "Айгүл к.");
    CHECK(reviews::author_label_of("Ösel") == "Ösel");
    CHECK(reviews::author_label_of("") == "");
    CHECK(reviews::author_label_of("   ") == "");
}

TEST_CASE("[R95] what may be a phone, an address or markup is no name") {
    for (const char* name : {"+996700123456", "0700 123 456", "a@example.com", "<b>x</b>", "John 2", "www/x"}) {
        CHECK(reviews::author_label_of(name) == "");
    }
    CHECK(reviews::author_label_of(std::string(100, 'a') + " b") == std::string(30, 'a') + " b.");
}

TEST_CASE("[R95] who has no label is a customer in the reader's language") {
    CHECK(reviews::shown_author("", "ru") == "Покупатель");
    CHECK(reviews::shown_author("", "ky") == "Кардар");
    CHECK(reviews::shown_author("", "de") == "Customer");
    CHECK(reviews::shown_author("Aibek T.", "ru") == "Aibek T.");
}
