#pragma once
// One connection: reads requests one after the other, has them answered, writes the answers.

#include <sys/uio.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/body_file.h"
#include "http/framing.h"
#include "http/worker.h"

namespace marque::http {

class Session {
public:
    Session(Worker& worker, Socket socket);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Keeps the session alive until the connection ends.
    static Task<void> live(std::unique_ptr<Session> session);

    // For the worker.
    std::size_t place = 0;  // in its list of sessions
    [[nodiscard]] std::int64_t deadline() const { return deadline_; }
    /// The deadline has passed: whatever the session waits for ends.
    void expire();
    /// Ends the session if it only waits for a next request of which nothing has arrived. One that waits for its first
    /// gets a moment to say what it came for.
    void drain();
    /// Ends whatever the session reads or writes; a request being handled goes on and fails at its answer.
    void abort();

private:
    /// How long a stop waits for the first request of a connection.
    static constexpr int first_words_s = 1;
    enum class Phase { idle, header, body, handling, writing, lingering };
    enum class Step { more, ready, refused, closed };
    enum class Sent { all, partly, failed };

    Task<void> serve();
    Task<Step> read_body();
    Task<Step> read_large_body(std::string_view arrived);
    Task<Sent> send_rest();
    Task<Sent> send_stream();
    Task<void> linger();

    void enter(Phase phase, int seconds);
    Step take_head();
    void believe_proxy();
    Step received(const boost::system::error_code& failure);
    bool has_arrived();
    Step refuse(const Refusal& refusal);
    void make_room();
    void answer_refusal();
    void answer_failure(std::string_view what);
    Sent start_response();
    void gather();
    Sent send_now();
    bool next_piece();
    void finish_request();
    [[nodiscard]] std::string_view buffered() const { return {buffer_.get() + begin_, end_ - begin_}; }

    Worker& worker_;
    Socket socket_;
    std::string peer_;
    bool peer_trusted_ = false;
    std::string client_;  // what a trusted proxy said of the request's origin
    bool strict_transport_ = false;

    Phase phase_ = Phase::idle;
    std::int64_t deadline_ = 0;
    bool expired_ = false;
    bool closing_ = false;
    bool has_answered_ = false;  // a connection's first request is promised an answer, even when the server stops

    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool empty_line_skipped_ = false;

    HeadScanner scanner_;
    Head head_;
    Request request_;
    std::string body_;
    std::optional<BodyFile> body_file_;  // instead of `body_` for what is larger than ordinary bodies may be
    const Refusal* refusal_ = nullptr;
    std::size_t consumed_ = 0;  // of the buffer, by the request being answered

    Response response_;
    std::string response_head_;
    std::string stream_piece_;
    std::string chunk_line_;
    std::vector<iovec> pieces_;
    std::size_t piece_ = 0;
    std::size_t sent_since_deadline_ = 0;
};

}  // namespace marque::http
