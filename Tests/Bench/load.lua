-- What wrk sends, and its figures as a line of JSON. The environment says what: BENCH_METHOD, BENCH_TOKEN, BENCH_BODY
-- (a file) and BENCH_PATHS (a file with a path a line, asked for in turn; empty for the one of the command line).

local requests, turn = {}, 0

local function content(name)
   local path = os.getenv(name)
   if not path then return "" end
   local file = assert(io.open(path))
   local text = file:read("*a")
   file:close()
   return text
end

wrk.method = os.getenv("BENCH_METHOD")
if os.getenv("BENCH_TOKEN") ~= "" then wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN") end
local body = content("BENCH_BODY")
if body ~= "" then
   wrk.body = body
   wrk.headers["Content-Type"] = "application/json"
end
local paths = content("BENCH_PATHS")

if paths ~= "" then
   function init(arguments)
      for path in paths:gmatch("[^\n]+") do requests[#requests + 1] = wrk.format(nil, path) end
   end

   function request()
      turn = turn % #requests + 1
      return requests[turn]
   end
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      '\nREPORT {"requests":%d,"refused":%d,"broken":%d,"seconds":%.6f,"p50_us":%d,"p99_us":%d,"p999_us":%d}\n',
      summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
      summary.duration / 1e6, latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
