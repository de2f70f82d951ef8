package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
)

// served is configured with a command of its own.
func served(name, w string, perS float64) Side {
	s := configured([]Var{{"w", w}}, perS, 1, 1)
	s.Name, s.Command = name+" w="+w, name+" --workers {w}"
	each(s, func(run *report.Run) { run.ID = name + run.ID })
	return s
}

func adviceWords(t *testing.T, sides []Side, o Options) (*Recommendation, string) {
	t.Helper()
	r := compared(t, sides, o).Advice
	if r == nil {
		t.Fatal("no advice")
	}
	return r, strings.Join(r.Words, "\n")
}

// A step from one command to another was taken for a step of the variable, and hid the knee of both.
func TestStepsStayWithinOneCommand(t *testing.T) {
	t.Parallel()
	r, words := adviceWords(t, []Side{
		served("x", "1", 322), served("x", "2", 316), served("y", "1", 912), served("y", "2", 944),
	}, ranked())
	var steps []string
	for _, s := range r.Steps {
		steps = append(steps, fmt.Sprintf("%s>%s %v", s.From, s.To, s.Pays))
	}
	if want := []string{"x w=1>x w=2 false", "y w=1>y w=2 false"}; !slices.Equal(steps, want) {
		t.Errorf("steps %q, want %q", steps, want)
	}
	if len(r.Knees) != 1 || r.Knees[0].Side != "y w=1" || !r.Knees[0].Reached {
		t.Errorf("knees %+v\n%s", r.Knees, words)
	}
}

// threeWorkers are 1, 2 and 4 workers of which the last is by far the best, with one run in which the client was the
// limit.
func threeWorkers() []Side {
	sides := []Side{
		configured([]Var{{"w", "1"}}, 211, 1, 1), configured([]Var{{"w", "2"}}, 344, 1, 1), configured([]Var{{"w", "4"}}, 475, 1, 1),
	}
	sides[2].Runs[3].Verdict = report.Invalid
	return sides
}

// One invalid run of the best side turned the advice upside down: less was called the best, and the edge of what was
// tried.
func TestInvalidRunsOfTheBestSideMakeNoOtherOneTheBest(t *testing.T) {
	t.Parallel()
	r, words := adviceWords(t, threeWorkers(), ranked())
	if r.Choice != "" || len(r.Excluded) != 1 || !r.Excluded[0].Open || *r.Excluded[0].Value < 470 {
		t.Errorf("choice %q, excluded %+v", r.Choice, r.Excluded)
	}
	if k := r.Knees[0]; k.Reached || k.Edge != "" || !slices.Equal(k.Unknown, []string{"w=4"}) {
		t.Errorf("knee %+v", k)
	}
	for _, not := range []string{"Take", "No knee in sight", "largest"} {
		if strings.Contains(words, not) {
			t.Errorf("%q is among\n%s", not, words)
		}
	}
	for _, want := range []string{
		"No recommendation: w=2 is the best of those that count, with 344 ok requests/s, and another may be the better choice.",
		"w=4 measured 475 ok requests/s, and the client, not the server, was the limit in 1 of its 8 runs: measure it again.",
		"The knee is at w=2 or beyond: invalid runs hide what w=4 can do.",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is not among\n%s", want, words)
		}
	}
}

// A smaller side that measured as much as the best, in invalid runs, may be the choice.
func TestInvalidRunsOfASmallerSideLeaveTheChoiceOpen(t *testing.T) {
	t.Parallel()
	sides := []Side{
		configured([]Var{{"w", "1"}}, 300, 1, 1), configured([]Var{{"w", "2"}}, 590, 1, 1), configured([]Var{{"w", "4"}}, 600, 1, 1),
	}
	sides[1].Runs[0].Verdict = report.Invalid
	if r, words := adviceWords(t, sides, ranked()); r.Choice != "" || strings.Contains(words, "Take") {
		t.Errorf("choice %q\n%s", r.Choice, words)
	}
}

// A side that is left out and could change nothing is said, and the choice stands; it still was tried.
func TestInvalidRunsOfAWorseSideChangeNothing(t *testing.T) {
	t.Parallel()
	sides := []Side{
		configured([]Var{{"w", "1"}}, 300, 1, 1), configured([]Var{{"w", "2"}}, 600, 1, 1), configured([]Var{{"w", "4"}}, 400, 1, 1),
	}
	sides[2].Runs[0].Verdict = report.Invalid
	r, words := adviceWords(t, sides, ranked())
	if r.Choice != "w=2" || r.Knees[0].Edge != "" || !strings.Contains(words, "Take w=2: with 600 ok requests/s it is the best of those that count") {
		t.Errorf("%+v\n%s", r, words)
	}
	if !strings.Contains(words, "w=4 is not considered: the client, not the server, was the limit in 1 of its 8 runs.") {
		t.Error(words)
	}
}

// From one pair nothing was told from noise, and yet one side was recommended.
func TestTooFewPairsRecommendNothing(t *testing.T) {
	t.Parallel()
	sides := workers()
	for i := range sides {
		sides[i].Runs = sides[i].Runs[:1]
	}
	r, words := adviceWords(t, sides, ranked())
	if r.Choice != "" || r.Best != "" || len(r.Knees)+len(r.Steps) != 0 {
		t.Errorf("%+v", r)
	}
	if want := "No recommendation: to tell these sides from noise takes 8 pairs, have 1."; words != want {
		t.Errorf("%q, want %q", words, want)
	}
}

// Steps of a server that uses little CPU time were told in thousandths of a second.
func TestLittleCPUTimeIsReadable(t *testing.T) {
	t.Parallel()
	sides := []Side{configured([]Var{{"w", "1"}}, 300, 0.06, 1), configured([]Var{{"w", "2"}}, 600, 0.065, 1)}
	if _, words := adviceWords(t, sides, ranked()); !strings.Contains(words, "CPU +5.00 ms") {
		t.Error(words)
	}
}

// With one side left nothing was said at all.
func TestOneSideLeftIsSaid(t *testing.T) {
	t.Parallel()
	sides := threeWorkers()[1:]
	if _, words := adviceWords(t, sides, ranked()); !strings.HasPrefix(words, "No recommendation: of 2 sides 1 can be ranked.\nw=4 is not considered") {
		t.Error(words)
	}
}

// After one of eight pairs nothing was decided, and yet one side was recommended.
func TestPartOfAComparisonRecommendsNothing(t *testing.T) {
	t.Parallel()
	c := compared(t, threeWorkers(), ranked())
	c.EndEarly("ended after 8 of 12 blocks")
	r := c.Advice
	want := "No recommendation: the comparison ended after 8 of 12 blocks.\n" +
		"w=4 is not considered: the client, not the server, was the limit in 1 of its 8 runs."
	if got := strings.Join(r.Words, "\n"); got != want || r.Choice+r.Best != "" || len(r.Steps)+len(r.Knees) != 0 {
		t.Errorf("%+v", r)
	}
	if c.Verdict != Undecidable || c.Sides[1].Verdict != Undecidable || c.Sentence != "partial: ended after 8 of 12 blocks; nothing is decided." {
		t.Errorf("%s, %s: %s", c.Verdict, c.Sides[1].Verdict, c.Sentence)
	}
}
