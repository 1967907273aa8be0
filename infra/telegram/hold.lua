-- Keep a chat, and where floods meet also its bot, from sending for a while.
--
-- KEYS  1 the bot's TAT, 2 the chat's TAT (or the bot's again), 3 the last flood
-- ARGV  1 for how long, 2 the bot's tolerance (microseconds), 3 the chat that flooded, or ''
-- Returns 1 where the bot is held as well: two chats flooded within the first one's time.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local hold, flooded = tonumber(ARGV[1]), ARGV[3]

local function push(key, tat)
  if tat > tonumber(redis.call('GET', key) or 0) then
    redis.call('SET', key, string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
  end
end

-- The bot's messages may leave `tolerance` before its TAT; a hold must not be cut short by it.
local early = KEYS[2] == KEYS[1] and tonumber(ARGV[2]) or 0
push(KEYS[2], now + hold + early)

if flooded == '' then
  return 0
end
local before = redis.call('GET', KEYS[3])
redis.call('SET', KEYS[3], flooded, 'PX', math.max(1, math.ceil(hold / 1000)))
if before and before ~= flooded then
  push(KEYS[1], now + hold + tonumber(ARGV[2]))
  return 1
end
return 0
