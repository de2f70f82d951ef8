package bench

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// TestHDRLogIsReadByTheLibrary: with times, tags and all values.
func TestHDRLogIsReadByTheLibrary(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 12, 0, 0, 250_000_000, time.UTC)
	ttft, rate := distOf([]int64{5e6, 7_000_500, 1_350_400_000}), distOf([]int64{40e6})
	var out bytes.Buffer
	err := WriteHDRLog(&out, HDRLogHead{Start: start, Comments: []string{"aibench stream\n#[StartTime: 7"}}, []HDRLogEntry{
		{TTFT, time.Second, 3500 * ms, ttft}, {ChunkGap, 0, time.Second, nil}, {ITL, 0, time.Second, &Dist{}},
		{TokensPerSPerUser, time.Second, 3500 * ms, rate},
	})
	if err != nil {
		t.Fatal(err)
	}
	log := hdrhistogram.NewHistogramLogReader(&out)
	text := out.String()
	for _, want := range []struct {
		tag  string
		dist *Dist
	}{{"ttft", ttft}, {"tokens_per_s_per_user", rate}} {
		h, err := log.NextIntervalHistogram()
		if err != nil || h == nil {
			t.Fatalf("%s: got %v %v, want a histogram", want.tag, h, err)
		}
		equal(t, "tag", h.Tag(), want.tag)
		equal(t, "from", h.StartTimeMs(), start.UnixMilli()+1000)
		equal(t, "to", h.EndTimeMs(), start.UnixMilli()+3500)
		equal(t, want.tag+" is the same", h.Equals(want.dist.histogram()), true)
	}
	if h, err := log.NextIntervalHistogram(); h != nil || err != nil {
		t.Errorf("got %v %v, want no more", h, err)
	}
	head, _, _ := strings.Cut(text, "Tag=")
	equal(t, "head", head, `# aibench stream #[StartTime: 7
# Values are thousandths of the unit (outputValueUnitRatio 1000); Interval_Max is in the unit.
# Unit of ttft: ms
# Unit of tokens_per_s_per_user: tokens/s
#[Histogram log format version 1.3]
#[StartTime: 1772366400.250 (seconds since epoch), 2026-03-01T12:00:00.25Z]
#[BaseTime: 1772366400.250 (seconds since epoch)]
"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"
`)
	if want := "Tag=ttft,1.000,2.500,1350.400,HISTFA"; !strings.Contains(text, want) {
		t.Errorf("got %s, want a line of %s", text, want)
	}
}

// full is a disk that is.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestHDRLogSaysThatItCouldNotBeWritten(t *testing.T) {
	t.Parallel()
	err := WriteHDRLog(full{}, HDRLogHead{}, []HDRLogEntry{{Metric: TTFT, Dist: distOf([]int64{1})}})
	if err == nil || err.Error() != "write HdrHistogram log: no space left" {
		t.Errorf("got %v, want why", err)
	}
}
