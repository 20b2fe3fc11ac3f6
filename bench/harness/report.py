# bench/RESULTS.md: the tables of the last run, around what people learned from it (kept between the markers).
import datetime
import os
import platform
import re

BEGIN, END = "<!-- learned: kept by hand -->", "<!-- end of learned -->"


def first_match(path, pattern):
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(pattern, file.read())
    except OSError:
        return "unknown"
    return found.group(1).strip() if found else "unknown"


def machine():
    memory_kb = first_match("/proc/meminfo", r"MemTotal:\s+(\d+)")
    memory = f"{int(memory_kb) / 1048576:.0f} GB" if memory_kb.isdigit() else "unknown memory"
    model = first_match("/proc/cpuinfo", r"model name\s*:\s*(.*)")
    return f"{os.cpu_count()} cores ({model}), {memory}, Linux {platform.release()}"


def spread(values):
    return f"{min(values):,.0f}–{max(values):,.0f}"


def verdict(reached):
    return "yes" if reached else "**no**"


def table_of_ratios(duels):
    lines = ["| work | limit | ours/s (lowest–highest) | limit/s | ratio | at least | reached |",
             "|---|---|---|---|---|---|---|"]
    for duel in duels:
        target = f"{duel.target:.2g}" if duel.target else "–"
        reached = verdict(duel.ratio() >= duel.target) if duel.target else "–"
        ours, limit = (f"{side.rate():,.0f} ({spread(side.rates)})" for side in (duel.ours, duel.limit))
        lines.append(f"| {duel.work} | {duel.limit_name} | {ours} | {limit} | {duel.ratio():.2f} | {target} | "
                     f"{reached} |")
    return lines


def table_of_cpu(duels):
    lines = ["| work | ours: server + PostgreSQL, µs | limit: nginx, or pgbench + PostgreSQL | limit/ours | wrk, µs |",
             "|---|---|---|---|---|"]
    for duel in duels:
        lines.append(f"| {duel.work} | {duel.ours.cpu_text()} | {duel.limit.cpu_text()} | {duel.cpu_ratio():.2f} | "
                     f"{duel.ours.load_cpu():.1f} |")
    return lines


def table_of_single_figures(figures):
    lines = ["| figure | measured | at most | reached |", "|---|---|---|---|"]
    for name, value, unit, limit in figures:
        bound, reached = (f"{limit} {unit}", verdict(value <= limit)) if limit else ("–", "–")
        lines.append(f"| {name} | {value:.0f} {unit} | {bound} | {reached} |")
    return lines


def learned(path):
    """What stands between the markers, so that a new run keeps it."""
    try:
        with open(path, encoding="utf-8") as file:
            kept = file.read().partition(BEGIN)[2].partition(END)[0]
    except OSError:
        kept = ""
    return kept if kept.strip() else "\n\nNothing yet.\n\n"


def write(path, duels, figures, rounds, seconds, loads):
    text = ["# What the server reaches", "",
            "Written by `make bench` (method: `README.md` beside this file). Ratios less than about 1.3 apart say",
            "little on a machine that other work shares; CPU per request is the steadier figure.", "",
            f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC · {machine()} · "
            f"{rounds} rounds of {seconds} s a side, in turn · load average {loads[0]:.1f} before and "
            f"{loads[1]:.1f} after", "",
            "## Against the limit", ""] + table_of_ratios(duels)
    text += ["", "## CPU per request", "",
             "pgbench is its own load generator, wrk is not counted for ours.", ""]
    text += table_of_cpu(duels) + ["", "## Start and memory", ""] + table_of_single_figures(figures)
    text += ["", "## What was learned", "", BEGIN + learned(path) + END, ""]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(text))
