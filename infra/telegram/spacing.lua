-- Book the next slot of a queue whose slots are evenly spaced, by Redis's own clock.
--
-- GCRA without tolerance: the key holds the time of the next free slot. A hold is nothing
-- but that time pushed into the future.
--
-- KEYS  1 the next free slot
-- ARGV  1 the time between two slots, 2 how far ahead a slot may be, 3 for how long to hold
--       (all in microseconds; where 3 is not 0, no slot is booked)
-- Returns {1, wait} for a slot that is booked, {0, wait} for one that is too far ahead.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, patience, hold = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local slot = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))

local function keep(next_slot)
  local ttl = math.max(1, math.ceil((next_slot - now) / 1000))
  redis.call('SET', KEYS[1], string.format('%.0f', next_slot), 'PX', ttl)
end

if hold > 0 then
  keep(math.max(slot, now + hold))
  return {0, hold}
end
if slot - now > patience then
  return {0, slot - now}
end
keep(slot + interval)
return {1, slot - now}
