# The method: two sides in turn, several rounds, the median of the rounds' ratios; requests/s and, steadier on a shared
# machine, CPU per request.
import statistics
from dataclasses import dataclass, field


@dataclass
class Side:
    """What one side did, a number a round."""
    rates: list = field(default_factory=list)         # requests or transactions a second
    server_us: list = field(default_factory=list)     # CPU of the server; for the limit, of nginx or pgbench
    database_us: list = field(default_factory=list)   # CPU of PostgreSQL
    load_us: list = field(default_factory=list)       # CPU of wrk
    p99_ms: list = field(default_factory=list)        # how long the slowest hundredth took, where that was looked at

    def add(self, rate, number, server_s, database_s=0.0, load_s=0.0):
        """CPU times of a whole round become those of one request."""
        self.rates.append(rate)
        for values, seconds in ((self.server_us, server_s), (self.database_us, database_s), (self.load_us, load_s)):
            values.append(seconds / max(number, 1) * 1e6)

    def rate(self):
        return statistics.median(self.rates)

    def cpu_by_round(self):
        return [server + database for server, database in zip(self.server_us, self.database_us)]

    def load_cpu(self):
        return statistics.median(self.load_us)

    def cpu_text(self):
        database = statistics.median(self.database_us)
        own = f"{statistics.median(self.server_us):.1f}"
        return f"{own} + {database:.1f}" if database else own

    def last(self):
        cpu = " + ".join(f"{values[-1]:.1f}" for values in (self.server_us, self.database_us) if values[-1])
        return f"{self.rates[-1]:8,.0f}/s {cpu} us CPU"


@dataclass
class Duel:
    """One line of the table."""
    work: str
    limit_name: str
    target: float
    ours: Side = field(default_factory=Side)
    limit: Side = field(default_factory=Side)

    def ratio(self):
        """The median of the rounds' own ratios: a machine that is faster in one round is so for both sides of it."""
        return statistics.median(ours / limit for ours, limit in zip(self.ours.rates, self.limit.rates))

    def cpu_ratio(self):
        """How much CPU the limit needs for a request against ours; above 1 we need less."""
        rounds = zip(self.ours.cpu_by_round(), self.limit.cpu_by_round())
        return statistics.median(limit / ours for ours, limit in rounds)


def run_rounds(duel, rounds, our_turn, limit_turn, before=lambda: None, say=print):
    """Turns are functions of the round that call Side.add; who begins changes from round to round."""
    for number in range(rounds):
        turns = [our_turn, limit_turn] if number % 2 == 0 else [limit_turn, our_turn]
        for turn in turns:
            before()
            turn(number)
        say(f"    round {number + 1}: ours {duel.ours.last()}, limit {duel.limit.last()}, "
            f"ratio {duel.ours.rates[-1] / duel.limit.rates[-1]:.2f}")
    say(f"  {duel.work}: median ratio {duel.ratio():.2f} (at least {duel.target:.2g}), of CPU {duel.cpu_ratio():.2f}")
    if duel.limit.p99_ms:
        ours, limit = statistics.median(duel.ours.p99_ms), statistics.median(duel.limit.p99_ms)
        say(f"    p99 ours {ours:.1f} ms, limit {limit:.1f} ms")
    return duel
