package cmd

import (
	"context"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

type rig struct {
	id      string
	epoch   time.Time
	target  bench.Target
	results *results
}

func (a *App) prepare(ctx context.Context, o *streamOptions) (*rig, error) {
	return nil, usage("", "not wired")
}
func (r *rig) close() error                                 { return nil }
func (r *rig) about(a *App, o *streamOptions) *report.About { return nil }
