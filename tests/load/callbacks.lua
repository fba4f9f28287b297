-- wrk script: every callback is sent twice. Thread t of n takes the lines t, t+n, ... of the file of
-- tagged ids; LOAD_IDS names it.
local threads = 0

function setup(thread)
  thread:set("index", threads)
  threads = threads + 1
  thread:set("step", tonumber(os.getenv("LOAD_THREADS")))
end

function init()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  ids = io.open(os.getenv("LOAD_IDS"), "r")
  for _ = 1, index do ids:read("*l") end
end

local again = nil

function next_id()
  if again then
    local id = again
    again = nil
    return id
  end
  again = ids:read("*l")
  for _ = 1, step - 1 do ids:read("*l") end
  return again
end

function request()
  local id = next_id()
  if not id then
    wrk.thread:stop()
    return wrk.format()
  end
  return wrk.format(nil, nil, nil, '{"drop_id":"5c8eb7a2f1d3e40011a9c3b7","phone_number":' ..
    '"+15550010001","attempt_date":"2019-03-17T21:10:26.000Z","status":"success","reason":"",' ..
    '"dnc":false,"spam":false,"product_cost":0.099,"compliance_fee":0.0029,"tts_fee":0,' ..
    '"network":{"name":"Example Wireless","type":"wireless"},"foreign_id":"' .. id .. '"}')
end

function done(summary, latency)
  io.write(string.format("answered %d, %.0f/s, p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000))
  io.write(string.format("errors: connect %d, read %d, write %d, status %d, timeout %d\n",
    summary.errors.connect, summary.errors.read, summary.errors.write, summary.errors.status,
    summary.errors.timeout))
end
