-- Keep a chat, and where floods meet also its bot, from sending for a while.
--
-- KEYS  1 the last flood, 2 the bot's TAT, 3 its TAT for paid broadcasts, 4 the chat's TAT (without
--       it the bot is held)
-- ARGV  1 for how long, 2 the bot's tolerance (microseconds), 3 the chat that flooded, or ''
-- Returns 1 where the bot is held as well: two chats flooded within the first one's time.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local hold, tolerance, flooded = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]

local function push(key, tat)
  if tat > tonumber(redis.call('GET', key) or 0) then
    redis.call('SET', key, string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
  end
end

local function push_bot()
  -- Its messages may leave `tolerance` before its TAT; a hold must not be cut short by it.
  push(KEYS[2], now + hold + tolerance)
  push(KEYS[3], now + hold + tolerance)
end

if not KEYS[4] then
  push_bot()
  return 1
end
push(KEYS[4], now + hold)
if flooded == '' then
  return 0
end
local before = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], flooded, 'PX', math.max(1, math.ceil(hold / 1000)))
if before and before ~= flooded then
  push_bot()
  return 1
end
return 0
