-- prefix id token state result error code → when the job ended, or 'lost' or 'canceled'
local id = ARGV[2]
local standing = fence(id, ARGV[3], ARGV[4])
if standing == 'held' then
  finish(id, ARGV[4], now(), ARGV[5], ARGV[6], ARGV[7])
elseif standing ~= 'done' then
  return standing
end
return redis.call('HGET', p .. 'job:' .. id, 'finished')
