package html

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"

	"github.com/aibench/aibench/report"
)

//go:embed assets
var assets embed.FS

// MostRuns is how many runs one page can tell apart.
const MostRuns = 8

// Write writes the page of 1 to [MostRuns] runs to w. Several are overlaid,
// and the others are held against the first. The same runs give the same
// bytes. Texts in them may come from anyone: none becomes markup.
func Write(w io.Writer, runs []*report.Run) error {
	if len(runs) < 1 || len(runs) > MostRuns {
		return fmt.Errorf("a page shows 1 to %d runs, not %d", MostRuns, len(runs))
	}
	p, err := pageOf(runs)
	if err != nil {
		return err
	}
	return p.write(w)
}

// write lays the page out.
func (p *page) write(w io.Writer) error {
	pages, err := template.New("").Funcs(template.FuncMap{"bind": bind}).ParseFS(assets, "assets/*.tmpl")
	if err != nil {
		return fmt.Errorf("make the page: %w", err)
	}
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, "page.tmpl", p); err != nil {
		return fmt.Errorf("make the page: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}

// A page is what the templates lay out.
type page struct {
	Policy string
	Style  template.CSS
	Script template.JS

	Title    string
	Contrast *contrast // nil unless the runs are of a comparison
	Several  bool
	Runs     []setup
	Rulings  []ruling
	Keys     []key // which run is drawn how

	Headlines     []headline
	Stats         []stat
	Columns       int // of the table of percentiles
	Percentiles   []metricGroup
	Notes         []string
	Latencies     []figure
	Merged        string
	Distributions []figure
	Loads         []figure
	Outcomes      []outcomeGroup
	Told          bool // of any outcome more than its count
	Demands       []demand
	Findings      []finding
	Healths       []health
}

func pageOf(runs []*report.Run) (*page, error) {
	b := bookOf(runs)
	p := &page{
		Title: b.title(), Several: b.several(), Runs: b.setups(), Rulings: b.rulings(), Keys: b.keys(),
		Headlines: b.headlines(), Stats: b.stats(), Percentiles: b.percentiles(), Notes: b.notes(),
		Latencies: b.latencies(), Merged: b.merged(), Distributions: b.distributions(), Loads: b.loads(),
		Outcomes: b.outcomes(), Demands: b.demands(), Findings: b.findings(), Healths: b.healths(),
	}
	p.Columns = len(p.Stats) + 2 // the name, the count
	for _, g := range p.Outcomes {
		p.Told = p.Told || slices.ContainsFunc(g.Rows, func(r outcomeRow) bool { return r.Detail+r.Try != "" })
	}
	style, err := joinedAssets("base.css", "parts.css", "figures.css", "print.css")
	if err != nil {
		return nil, fmt.Errorf("make the page: %w", err)
	}
	script, err := joinedAssets("page.js", "probe.js")
	if err != nil {
		return nil, fmt.Errorf("make the page: %w", err)
	}
	p.Style, p.Script = template.CSS(style), template.JS(script)
	p.Policy = policy(style, script)
	return p, nil
}

// bind keeps numbers and their units on one line.
func bind(s string) string {
	return regexp.MustCompile(`(\d) (%|µs|ms|s|min)([\s.,;:)]|$)`).ReplaceAllString(s, "$1\u00a0$2$3")
}

// joinedAssets reads files that become one.
func joinedAssets(names ...string) ([]byte, error) {
	var all []byte
	for _, name := range names {
		part, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}

// policy forbids the page to load anything, and to run or be styled by
// anything but its own two pieces, whatever a run's texts contain.
func policy(style, script []byte) string {
	hash := func(b []byte) string {
		sum := sha256.Sum256(b)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
}
