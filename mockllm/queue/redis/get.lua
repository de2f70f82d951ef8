-- prefix id → the job's hash, 'expired' or 'unknown'
local job = redis.call('HGETALL', p .. 'job:' .. ARGV[2])
if #job > 0 then return job end
return redis.call('EXISTS', p .. 'gone:' .. ARGV[2]) == 1 and 'expired' or 'unknown'
