-- prefix id token state result error code → fence
local standing = fence(ARGV[2], ARGV[3], ARGV[4])
if standing == 'held' then finish(ARGV[2], ARGV[4], now(), ARGV[5], ARGV[6], ARGV[7]) end
return standing
