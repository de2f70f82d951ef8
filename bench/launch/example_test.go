package launch_test

import (
	"fmt"

	"github.com/aibench/aibench/bench/launch"
)

func ExampleExpand() {
	vars := map[string]string{"addr": "127.0.0.1:8000", "w": "4"}
	line, err := launch.Expand(`gunicorn app:app -w {w} -b {addr} --env 'CONFIG={"debug":false}'`, vars)
	fmt.Println(line, err)
	_, err = launch.Expand("gunicorn app:app -w {workers} -b {addr}", vars)
	fmt.Println(err)
	// Output:
	// gunicorn app:app -w 4 -b 127.0.0.1:8000 --env 'CONFIG={"debug":false}' <nil>
	// {workers} in the server's command has no value: there is {addr}, {w} (for the text itself write {{workers}})
}
