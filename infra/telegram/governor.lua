-- Book slots for messages, by Redis's own clock, or say how long to wait.
--
-- GCRA: each key holds the time at which its next message is due if all are evenly spaced (TAT).
-- A message may leave `tolerance` before the bot's TAT, never before its chat's. A hold is
-- nothing but a TAT pushed into the future.
--
-- KEYS  1 alive, 2 the bot's TAT (or that of its paid broadcasts), 3.. the chats' TATs, one for
--       each message
-- ARGV  1 the bot's interval, 2 its tolerance, 3.. one for each message: cost, the chat's interval,
--       how far ahead its slot may be, how long it must wait at least (all in microseconds)
-- Returns for each message {kind, wait, ...}: 0 booked, 1 the chat is busy, 2 the bot is full;
-- or {-1, wait} alone where the governor was flushed and is not warm again.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

if redis.call('EXISTS', KEYS[1]) == 0 then
  -- What was booked before the flush is at most one horizon ahead. Let it pass.
  local cold = KEYS[1] .. ':cold'
  redis.call('SET', cold, string.format('%.0f', now), 'NX', 'PX', 60000)
  local since = tonumber(redis.call('GET', cold))
  return {-1, math.max(0, since + 2000000 - now)}
end

local function keep(key, tat)
  local ttl = math.max(1, math.ceil((tat - now) / 1000))
  redis.call('SET', key, string.format('%.0f', tat), 'PX', ttl)
end

local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
local bot = tonumber(redis.call('GET', KEYS[2]) or 0)
local answers, booked = {}, false

for i = 3, #KEYS do
  local ask = {string.match(ARGV[i], '^(%d+) (%d+) (%d+) (%d+)$')}
  local cost, chat_interval = tonumber(ask[1]), tonumber(ask[2])
  local horizon, not_before = tonumber(ask[3]), tonumber(ask[4])
  local earliest = now + not_before
  local chat = tonumber(redis.call('GET', KEYS[i]) or 0)
  local slot = math.max(earliest, bot - tolerance)
  if chat > earliest then
    answers[#answers + 1] = {1, chat - now}
  elseif slot - earliest > horizon then
    answers[#answers + 1] = {2, slot - horizon - now}
  else
    bot = math.max(bot, slot) + cost * interval
    booked = true
    if chat_interval > 0 then
      keep(KEYS[i], slot + cost * chat_interval)
    end
    answers[#answers + 1] = {0, slot - now}
  end
end

if booked and interval > 0 then
  keep(KEYS[2], bot)
end
return answers
