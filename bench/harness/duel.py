# The method: two sides in turn, several rounds, medians; requests/s and, steadier on a shared machine, CPU per request.
import statistics
from dataclasses import dataclass, field


@dataclass
class Side:
    """What one side did, a number a round."""
    rates: list = field(default_factory=list)         # requests or transactions a second
    cpu_us: list = field(default_factory=list)        # CPU of the server or, with a database, of client and database
    load_cpu_us: list = field(default_factory=list)   # CPU of the load generator

    def add(self, rate, number, cpu_seconds, load_cpu_seconds):
        self.rates.append(rate)
        self.cpu_us.append(cpu_seconds / max(number, 1) * 1e6)
        self.load_cpu_us.append(load_cpu_seconds / max(number, 1) * 1e6)

    def rate(self):
        return statistics.median(self.rates)

    def cpu(self):
        return statistics.median(self.cpu_us)

    def load_cpu(self):
        return statistics.median(self.load_cpu_us)


@dataclass
class Duel:
    """One line of the table."""
    work: str
    limit_name: str
    target: float
    ours: Side = field(default_factory=Side)
    limit: Side = field(default_factory=Side)

    def ratio(self):
        return self.ours.rate() / self.limit.rate()

    def cpu_ratio(self):
        """How much CPU the limit needs for a request against ours; above 1 we need less."""
        return self.limit.cpu() / self.ours.cpu()


def run_rounds(duel, rounds, our_turn, limit_turn, before=lambda: None, say=print):
    """Turns are functions of the round that call Side.add; who begins changes from round to round."""
    for number in range(rounds):
        turns = [our_turn, limit_turn] if number % 2 == 0 else [limit_turn, our_turn]
        for turn in turns:
            before()
            turn(number)
        say(f"    round {number + 1}: ours {duel.ours.rates[-1]:8.0f}/s {duel.ours.cpu_us[-1]:6.1f} us CPU, "
            f"limit {duel.limit.rates[-1]:8.0f}/s {duel.limit.cpu_us[-1]:6.1f} us CPU, "
            f"ratio {duel.ours.rates[-1] / duel.limit.rates[-1]:.2f}")
    say(f"  {duel.work}: ratio of medians {duel.ratio():.2f} (at least {duel.target}), of CPU {duel.cpu_ratio():.2f}")
    return duel
