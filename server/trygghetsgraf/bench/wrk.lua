-- wrk [options] -s wrk.lua URL -- PATHS UNIQUE
-- PATHS: a file with one request path a line, with %s where a value goes that no other
-- request has; UNIQUE: text that no other run has. Prints its findings as a line of JSON.

local paths, turn, step, unique, made = {}, 0, 1, "", 0
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end

function init(args)
  for line in io.lines(args[1]) do
    table.insert(paths, line)
  end
  unique = args[2]
  -- each thread begins elsewhere, so that two of them do not ask the same at once
  turn = math.floor(id * #paths / 2)
  failed = 0
end

function request()
  turn = turn % #paths + 1
  made = made + 1
  local path = paths[turn]:gsub("%%s", unique .. id .. "x" .. made)
  return wrk.format("GET", path)
end

function response(status, headers, body)
  if status ~= 200 then
    failed = failed + 1
  end
end

function done(summary, latency, requests)
  local failures = 0
  for _, thread in ipairs(threads) do
    failures = failures + thread:get("failed")
  end
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "median": %.6f, "p95": %.6f, "most": %.6f, '
      .. '"refused": %d, "broken": %d, "bytes": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6,
    latency:percentile(95) / 1e6, latency.max / 1e6, failures,
    errors.connect + errors.read + errors.write + errors.timeout, summary.bytes))
end
