// Temporary server until the real one lands.
#include "http/server.h"
#include <fmt/format.h>
#include <boost/asio.hpp>
#include <boost/asio/awaitable.hpp>
#include <llhttp.h>
#include <atomic>
#include <thread>
#include <barrier>
namespace marque::http {
namespace asio = boost::asio;
using asio::ip::tcp;
struct Server::State { ServerOptions options; DispatcherFactory make; std::atomic<bool> stopping{false}; std::uint16_t port = 0; asio::io_context* main = nullptr; };
Server::Server(ServerOptions o, DispatcherFactory m) : state_(new State{o, m, false, 0, nullptr}) {}
Server::~Server() = default;
bool Server::draining() const { return state_->stopping; }
int Server::connections() const { return 0; }
std::uint16_t Server::port() const { return state_->port; }
void Server::stop() { state_->stopping = true; }
namespace {
struct P { llhttp_t parser; llhttp_settings_t s{}; std::string field, value, url, body; std::vector<std::pair<std::string,std::string>> h; bool done = false; int state = 0; };
Task<void> session(tcp::socket socket, Dispatcher& d) {
  auto p = std::make_unique<P>();
  auto reset = [&] { p->url.clear(); p->body.clear(); p->h.clear(); p->done = false; p->state = 0; };
  llhttp_settings_init(&p->s);
  p->s.on_url = [](llhttp_t* l, const char* a, size_t n) { static_cast<P*>(l->data)->url.append(a, n); return 0; };
  p->s.on_header_field = [](llhttp_t* l, const char* a, size_t n) { auto* q = static_cast<P*>(l->data); if (q->state != 1) { q->h.emplace_back(); q->state = 1; } q->h.back().first.append(a, n); return 0; };
  p->s.on_header_value = [](llhttp_t* l, const char* a, size_t n) { auto* q = static_cast<P*>(l->data); q->state = 2; q->h.back().second.append(a, n); return 0; };
  p->s.on_body = [](llhttp_t* l, const char* a, size_t n) { static_cast<P*>(l->data)->body.append(a, n); return 0; };
  p->s.on_message_complete = [](llhttp_t* l) { static_cast<P*>(l->data)->done = true; return int(HPE_PAUSED); };
  llhttp_init(&p->parser, HTTP_REQUEST, &p->s); p->parser.data = p.get();
  std::string buf(65536, 0); std::string pending;
  try { while (true) {
    if (!pending.empty()) {
      auto e = llhttp_execute(&p->parser, pending.data(), pending.size());
      if (e == HPE_PAUSED) { pending.erase(0, size_t(llhttp_get_error_pos(&p->parser) - pending.data())); llhttp_resume(&p->parser); }
      else if (e == HPE_OK) pending.clear(); else co_return;
    }
    if (p->done) {
      Request r; switch (p->parser.method) { case HTTP_GET: r.verb = Verb::get; break; case HTTP_HEAD: r.verb = Verb::head; break; case HTTP_POST: r.verb = Verb::post; break; case HTTP_PUT: r.verb = Verb::put; break; case HTTP_PATCH: r.verb = Verb::patch; break; case HTTP_DELETE: r.verb = Verb::del; break; default: r.verb = Verb::options; }
      r.target = p->url; auto qm = r.target.find('?'); r.path = r.target.substr(0, qm); r.query = qm == std::string_view::npos ? std::string_view{} : r.target.substr(qm + 1); r.body = p->body;
      for (auto& [a, b] : p->h) r.headers.push_back({a, b});
      auto res = co_await d.dispatch(r);
      std::string out = fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n", res.status, res.content_type, res.body_size(), res.headers);
      if (res.parts.empty()) out += res.body; else for (auto x : res.parts) out += x;
      co_await asio::async_write(socket, asio::buffer(out), asio::use_awaitable);
      reset(); continue;
    }
    auto n = co_await socket.async_read_some(asio::buffer(buf), asio::use_awaitable);
    pending.append(buf.data(), n);
  } } catch (const std::exception&) {}
}
Task<void> accept_loop(tcp::acceptor& a, Dispatcher& d) { while (true) { auto s = co_await a.async_accept(asio::use_awaitable); s.set_option(tcp::no_delay(true)); asio::co_spawn(a.get_executor(), session(std::move(s), d), asio::detached); } }
}
void Server::run(const std::function<void()>& on) {
  std::vector<std::thread> ts; std::vector<std::unique_ptr<asio::io_context>> cs; std::atomic<int> ready{0};
  std::uint16_t port = state_->options.port;
  std::vector<std::unique_ptr<tcp::acceptor>> as;
  for (int i = 0; i < state_->options.threads; ++i) {
    cs.push_back(std::make_unique<asio::io_context>(1));
    auto a = std::make_unique<tcp::acceptor>(*cs.back()); tcp::endpoint e(asio::ip::make_address(state_->options.address), port);
    a->open(e.protocol()); a->set_option(tcp::acceptor::reuse_address(true)); int one = 1; ::setsockopt(a->native_handle(), SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    a->bind(e); a->listen(); port = a->local_endpoint().port(); as.push_back(std::move(a));
  }
  state_->port = port;
  for (int i = 0; i < state_->options.threads; ++i) ts.emplace_back([&, i] { auto d = state_->make(*cs[size_t(i)], i); asio::co_spawn(*cs[size_t(i)], accept_loop(*as[size_t(i)], *d), asio::detached); ++ready; auto w = asio::make_work_guard(*cs[size_t(i)]); cs[size_t(i)]->run(); d.reset(); });
  while (ready < state_->options.threads) std::this_thread::yield();
  on();
  asio::io_context sig; asio::signal_set set(sig, SIGTERM, SIGINT); set.async_wait([&](auto, int) { state_->stopping = true; for (auto& c : cs) c->stop(); }); sig.run();
  for (auto& t : ts) t.join();
}
}
