package mockllm

// conn is one connection.
type conn struct{}

func (c *conn) send(b []byte)        {}
func (c *conn) answered(x *exchange) {}
func (c *conn) reset()               {}
