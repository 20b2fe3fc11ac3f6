-- For wrk: sends prepared requests from a file (separated by NUL), each thread every n-th of them.
-- Arguments: FILE THREADS MODE; MODE is `cycle` (over and over) or `once` (stops when none is left).
local threads = {}

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

function init(arguments)
    local file = assert(io.open(arguments[1], "rb"))
    local text = file:read("*a")
    file:close()
    local share = tonumber(arguments[2])
    once = arguments[3] == "once"
    requests, position, exhausted = {}, 0, 0
    local index = 0
    for one in text:gmatch("[^%z]+") do
        if index % share == number then requests[#requests + 1] = one end
        index = index + 1
    end
end

function request()
    position = position + 1
    if position > #requests then
        if once then
            exhausted = 1
            wrk.thread:stop()
        end
        position = 1
    end
    return requests[position]
end

function done(summary, latency, _)
    local exhausted_somewhere = 0
    for _, thread in ipairs(threads) do
        exhausted_somewhere = exhausted_somewhere + (tonumber(thread:get("exhausted")) or 0)
    end
    local errors = summary.errors
    io.write(string.format(
        '\nRESULT {"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"exhausted":%d,"p50_ms":%.3f,"p99_ms":%.3f}\n',
        summary.requests, summary.duration / 1e6, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout, exhausted_somewhere,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
