-- Counts one use by the generic cell rate algorithm. KEYS[1]: when everything used so far is available again.
-- ARGV[1]: microseconds that one use takes. ARGV[2]: microseconds in which all become available.
-- Answers 0, or how many microseconds to wait; a refused use does not count.
-- The time is this server's, so that no node's clock matters. Microseconds since 1970 fit a double exactly.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local used = tonumber(redis.call('GET', KEYS[1])) or now
-- No more than all can be used. Were it more, the clock went backwards, and nobody should wait for that.
used = math.min(math.max(used, now), now + ARGV[2])
local after = used + ARGV[1]
local wait = after - now - ARGV[2]
if wait > 0 then
    return wait
end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return 0
