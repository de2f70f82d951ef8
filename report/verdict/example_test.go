package verdict_test

import (
	"errors"
	"fmt"

	"github.com/aibench/aibench/report/verdict"
)

func ExampleParseSLO() {
	slo, err := verdict.ParseSLO("ttft < 500 ms, tpot <= 60ms")
	fmt.Println(slo, err)

	_, err = verdict.ParseSLO("ttft<500ms,tfft<1s")
	if syntax, ok := errors.AsType[*verdict.SyntaxError](err); ok {
		fmt.Println(syntax.Msg)
		fmt.Println(syntax.Caret())
	}
	// Output:
	// ttft<500ms,tpot<=60ms <nil>
	// unknown metric "tfft"
	// ttft<500ms,tfft<1s
	//            ^
}
