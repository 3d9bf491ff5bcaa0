-- Adds units to the debt of a bucket if it has room for them, by the server's clock.
-- KEYS: the bucket. ARGV: units (negative to refund), the limit, its period in
-- microseconds. Returns whether there was room, and the debt.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local units, cost, period = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local debt, at = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (%d+)$')
if debt then
  debt = math.max(debt - math.max(now - at, 0) * cost, 0)
else
  debt = 0
end

if units > 0 and debt + units > cost * period then
  return {0, debt}
end
if units == 0 then
  return {1, debt}
end
debt = math.max(debt + units, 0)
if debt == 0 then
  redis.call('DEL', KEYS[1])
else
  -- At the rate of today's limit; by a smaller one of tomorrow it is forgotten early.
  local expiry = math.ceil(debt / cost / 1000)
  redis.call('SET', KEYS[1], string.format('%.0f %.0f', debt, now), 'PX', string.format('%.0f', expiry))
end
return {1, debt}
