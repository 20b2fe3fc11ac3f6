// The life of a connection. Everything between two requests of a keep-alive connection costs one read, one dispatch and
// one gather write: buffers are reused, no timer is set (the worker sweeps), nothing waits unless the socket is full.
#include "http/session.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <limits>

#include "core/log.h"
#include "http/problem.h"

namespace marque::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t first_capacity = 4 * 1024;
/// Buffers that one large request made larger than this are given back after it.
constexpr std::size_t kept_capacity = 16 * 1024;
/// sendmsg takes at most IOV_MAX pieces.
constexpr std::size_t pieces_per_send_max = 1024;
/// A reader that takes this much within the write deadline may go on.
constexpr std::size_t progress_bytes = 64 * 1024;
constexpr std::size_t body_piece_bytes = 64 * 1024;
/// An upload that brings this much within the body deadline may go on: 9 KB a second.
constexpr std::size_t body_progress_bytes = 256 * 1024;

std::string text_of(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

iovec piece_of(std::string_view text) { return {const_cast<char*>(text.data()), text.size()}; }

}  // namespace

Session::Session(Worker& worker, Socket socket) : worker_(worker), socket_(std::move(socket)) {
    boost::system::error_code failure;
    const auto endpoint = socket_.remote_endpoint(failure);
    if (!failure) peer_ = text_of(endpoint.address());
    peer_trusted_ = worker_.common().proxies.trusts(peer_);
    strict_transport_ = worker_.common().options.public_https;
    worker_.opened(*this);
}

Session::~Session() { worker_.closed(*this); }

Task<void> Session::live(std::unique_ptr<Session> session) { co_await session->serve(); }

Task<void> Session::serve() {
    // While draining, a connection accepted just before the door closed gets a moment to say what it came for.
    enter(Phase::idle, worker_.draining() ? first_words_s : worker_.limits().idle_deadline_s);
    while (!closing_) {
        Step step = take_head();
        while (step == Step::more) {
            make_room();
            boost::system::error_code failure;
            const std::size_t size =
                co_await socket_.async_read_some(asio::buffer(buffer_.get() + end_, capacity_ - end_),
                                                 asio::redirect_error(asio::use_awaitable, failure));
            end_ += size;
            step = received(failure);
            if (step == Step::more) step = take_head();
        }
        if (step == Step::ready && head_.content_length > 0) step = co_await read_body();
        if (step == Step::closed) co_return;
        if (step == Step::refused) {
            answer_refusal();
        } else {
            enter(Phase::handling, 0);
            try {
                auto answered = co_await worker_.dispatcher().dispatch(request_);
                response_ = std::move(answered);
            } catch (const std::exception& error) {
                answer_failure(error.what());
            } catch (...) {
                answer_failure("an exception of unknown type");
            }
        }
        Sent sent = start_response();
        if (sent == Sent::partly) sent = co_await send_rest();
        if (sent == Sent::all && response_.stream) sent = co_await send_stream();
        if (sent == Sent::failed) co_return;
        finish_request();
    }
    if (refusal_ != nullptr || begin_ < end_) co_await linger();
}

Session::Step Session::take_head() {
    if (begin_ == end_) return Step::more;
    if (phase_ == Phase::idle) enter(Phase::header, worker_.limits().header_deadline_s);
    // RFC 9112, 2.2: an empty line before a request is some old client's mistake and skipped.
    if (!empty_line_skipped_ && buffered().starts_with("\r\n")) {
        begin_ += 2;
        empty_line_skipped_ = true;
    }
    if (!scanner_.scan(buffered())) {
        const auto* refusal = too_long(scanner_, buffered().size(), worker_.limits());
        return refusal == nullptr ? Step::more : refuse(*refusal);
    }
    if (scanner_.refusal() != nullptr) return refuse(*scanner_.refusal());
    consumed_ = scanner_.size();
    if (const auto* refusal = parse_head(buffered().substr(0, consumed_), worker_.limits(), request_, head_)) {
        // Size is judged last, so the request is complete and its route may be asked for a limit of its own.
        const bool allowed =
            refusal == &body_too_large && head_.content_length <= worker_.dispatcher().body_bytes_max(request_);
        if (!allowed) return refuse(*refusal);
    }
    request_.remote_address = peer_;
    if (peer_trusted_) believe_proxy();
    return Step::ready;
}

/// Only what a trusted proxy says of whom it speaks for, and of how that one reached it, is believed.
void Session::believe_proxy() {
    client_ = worker_.common().proxies.client_of(request_, peer_);
    request_.remote_address = client_;
    strict_transport_ = worker_.common().options.public_https || request_.header("X-Forwarded-Proto") == "https";
}

/// Room to read into. Nothing may refer to the buffer when this is called.
void Session::make_room() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ < capacity_) return;
    const std::size_t size = end_ - begin_;
    if (begin_ > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, size);
    } else {
        // It cannot grow without bound: too_long() refuses before.
        const std::size_t wanted = std::max(first_capacity, capacity_ * 2);
        auto larger = std::make_unique_for_overwrite<char[]>(wanted);
        if (size > 0) std::memcpy(larger.get(), buffer_.get(), size);
        buffer_ = std::move(larger);
        capacity_ = wanted;
    }
    begin_ = 0;
    end_ = size;
}

/// What a read's outcome means. A deadline that struck while bytes were on their way still counts.
Session::Step Session::received(const boost::system::error_code& failure) {
    const bool between_requests = phase_ == Phase::idle;
    if (expired_ && !between_requests) return refuse(request_timeout);
    // What came while the idle connection was being given up is answered all the same.
    if (expired_ && failure && has_arrived()) {
        expired_ = false;
        return Step::more;
    }
    return failure ? Step::closed : Step::more;
}

Task<Session::Step> Session::read_body() {
    const std::size_t wanted = head_.content_length;
    const auto arrived = buffered().substr(consumed_, wanted);
    if (arrived.size() == wanted) {
        request_.body = arrived;
        consumed_ += wanted;
        co_return Step::ready;
    }
    // The buffer stays where it is, since the request points into it; the body has a buffer of its own.
    enter(Phase::body, worker_.limits().body_deadline_s);
    if (head_.expects_continue && arrived.empty()) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        (void)::send(socket_.native_handle(), go_on.data(), go_on.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    if (wanted > worker_.limits().body_bytes_max) co_return co_await read_large_body(arrived);
    body_.resize(wanted);
    std::size_t have = arrived.size();
    std::memcpy(body_.data(), arrived.data(), have);
    consumed_ += have;
    while (have < wanted) {
        boost::system::error_code failure;
        const std::size_t size = co_await socket_.async_read_some(asio::buffer(body_.data() + have, wanted - have),
                                                                  asio::redirect_error(asio::use_awaitable, failure));
        have += size;
        const Step step = received(failure);
        if (step != Step::more) co_return step;
    }
    request_.body = body_;
    co_return Step::ready;
}

/// Uploads go through a small buffer into a file, so that many at once cost no memory. Their sender may be slow as long
/// as something keeps coming.
Task<Session::Step> Session::read_large_body(std::string_view arrived) {
    body_file_ = BodyFile::open(worker_.common().options.body_folder);
    if (!body_file_) co_return refuse(unavailable);
    const std::size_t wanted = head_.content_length;
    consumed_ += arrived.size();
    bool kept = body_file_->append(arrived);
    const auto piece = std::make_unique_for_overwrite<char[]>(body_piece_bytes);
    std::size_t since_deadline = 0;
    while (kept && body_file_->size() < wanted) {
        const std::size_t room = std::min(body_piece_bytes, wanted - body_file_->size());
        boost::system::error_code failure;
        const std::size_t size = co_await socket_.async_read_some(asio::buffer(piece.get(), room),
                                                                  asio::redirect_error(asio::use_awaitable, failure));
        const Step step = received(failure);
        if (step != Step::more) co_return step;
        kept = body_file_->append({piece.get(), size});
        since_deadline += size;
        if (since_deadline < body_progress_bytes) continue;
        enter(Phase::body, worker_.limits().body_deadline_s);
        since_deadline = 0;
    }
    const auto body = kept ? body_file_->view() : std::nullopt;
    if (!body) co_return refuse(unavailable);
    request_.body = *body;
    co_return Step::ready;
}

Session::Step Session::refuse(const Refusal& refusal) {
    refusal_ = &refusal;
    return Step::refused;
}

void Session::answer_refusal() {
    try {
        response_ = worker_.dispatcher().refuse(refusal_->status, refusal_->code, refusal_->title);
    } catch (const std::exception& error) {
        log::error("http.refusal_failed", {{"what", error.what()}});
        response_ = Response{.status = refusal_->status};
    }
    response_.close = true;
}

void Session::answer_failure(std::string_view what) {
    log::error("http.dispatcher_failed", {{"what", std::string{what}}, {"path", std::string{request_.path}}});
    refusal_ = &internal_error;
    answer_refusal();
}

Session::Sent Session::start_response() {
    if (!has_body(response_.status)) response_.stream = nullptr;
    closing_ = response_.close || !head_.keep_alive || worker_.stopping() || refusal_ != nullptr;
    // HTTP/1.0 knows no chunks: there the end of the connection is the end of the body.
    if (response_.stream && !head_.http_1_1) closing_ = true;
    const auto connection = closing_         ? ConnectionLine::close
                            : head_.http_1_1 ? ConnectionLine::none
                                             : ConnectionLine::keep_alive;
    response_head_.clear();
    append_response_head(response_head_, response_, worker_.date_line(), connection, strict_transport_);
    gather();
    if (request_.verb == Verb::head) response_.stream = nullptr;
    enter(Phase::writing, worker_.limits().write_deadline_s);
    sent_since_deadline_ = 0;
    return send_now();
}

void Session::gather() {
    pieces_.clear();
    piece_ = 0;
    pieces_.push_back(piece_of(response_head_));
    if (request_.verb == Verb::head || !has_body(response_.status)) return;
    if (response_.parts.empty()) {
        if (!response_.body.empty()) pieces_.push_back(piece_of(response_.body));
        return;
    }
    for (const auto part : response_.parts) {
        if (!part.empty()) pieces_.push_back(piece_of(part));
    }
}

/// Writes as much as the socket takes without waiting; nearly always that is everything.
Session::Sent Session::send_now() {
    while (piece_ < pieces_.size()) {
        msghdr message{};
        message.msg_iov = pieces_.data() + piece_;
        message.msg_iovlen = std::min(pieces_.size() - piece_, pieces_per_send_max);
        const ssize_t written = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN || errno == EWOULDBLOCK ? Sent::partly : Sent::failed;
        }
        auto left = static_cast<std::size_t>(written);
        sent_since_deadline_ += left;
        while (piece_ < pieces_.size() && left >= pieces_[piece_].iov_len) left -= pieces_[piece_++].iov_len;
        if (left == 0) continue;
        pieces_[piece_].iov_base = static_cast<char*>(pieces_[piece_].iov_base) + left;
        pieces_[piece_].iov_len -= left;
    }
    return Sent::all;
}

Task<Session::Sent> Session::send_rest() {
    Sent sent = Sent::partly;
    while (sent == Sent::partly) {
        boost::system::error_code failure;
        co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(asio::use_awaitable, failure));
        if (failure || expired_) co_return Sent::failed;
        sent = send_now();
        if (sent_since_deadline_ < progress_bytes) continue;
        enter(Phase::writing, worker_.limits().write_deadline_s);
        sent_since_deadline_ = 0;
    }
    co_return sent;
}

/// Piece after piece, none made before the one ahead has left; in chunks where the connection goes on.
Task<Session::Sent> Session::send_stream() {
    bool more = true;
    while (more) {
        try {
            more = next_piece();
        } catch (const std::exception& error) {
            log::error("http.stream_failed", {{"what", error.what()}, {"path", std::string{request_.path}}});
            co_return Sent::failed;
        }
        enter(Phase::writing, worker_.limits().write_deadline_s);
        sent_since_deadline_ = 0;
        Sent sent = send_now();
        if (sent == Sent::partly) sent = co_await send_rest();
        if (sent == Sent::failed) co_return sent;
        // A fast reader must not keep the thread to itself.
        co_await asio::post(socket_.get_executor(), asio::use_awaitable);
    }
    co_return Sent::all;
}

bool Session::next_piece() {
    static constexpr std::string_view line_end = "\r\n";
    static constexpr std::string_view last_chunk = "0\r\n\r\n";
    stream_piece_.clear();
    const bool more = response_.stream(stream_piece_);
    const bool chunked = !closing_;
    pieces_.clear();
    piece_ = 0;
    if (!stream_piece_.empty()) {
        chunk_line_ = chunked ? fmt::format("{:x}\r\n", stream_piece_.size()) : std::string{};
        if (chunked) pieces_.push_back(piece_of(chunk_line_));
        pieces_.push_back(piece_of(stream_piece_));
        if (chunked) pieces_.push_back(piece_of(line_end));
    }
    if (!more && chunked) pieces_.push_back(piece_of(last_chunk));
    return more;
}

void Session::finish_request() {
    has_answered_ = true;
    response_ = Response{};
    request_.verb = Verb::get;
    begin_ += consumed_;
    consumed_ = 0;
    scanner_.reset();
    empty_line_skipped_ = false;
    body_file_.reset();
    if (body_.capacity() > kept_capacity) body_ = std::string{};
    if (stream_piece_.capacity() > kept_capacity) stream_piece_ = std::string{};
    if (capacity_ > kept_capacity && begin_ == end_) {
        buffer_.reset();
        capacity_ = begin_ = end_ = 0;
    }
    enter(Phase::idle, worker_.limits().idle_deadline_s);
}

/// Deadlines are counted in the worker's ticks; one more, since the current second is already partly over.
void Session::enter(Phase phase, int seconds) {
    phase_ = phase;
    expired_ = false;
    deadline_ = phase == Phase::handling ? std::numeric_limits<std::int64_t>::max() : worker_.tick() + seconds + 1;
}

}  // namespace marque::http
