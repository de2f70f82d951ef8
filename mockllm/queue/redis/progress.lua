-- prefix id token data most nonce → fence, or 'full'
local id, nonce = ARGV[2], ARGV[6]
local standing = fence(id, ARGV[3], '')
if standing ~= 'held' then return standing end
local job = p .. 'job:' .. id
if redis.call('HGET', job, 'progress') == nonce then return 'held' end -- the answer to this very call was lost
if redis.call('LLEN', p .. 'events:' .. id) >= tonumber(ARGV[5]) then return 'full' end
redis.call('HSET', job, 'progress', nonce)
tell(id, 'running', now(), '=' .. ARGV[4])
return 'held'
