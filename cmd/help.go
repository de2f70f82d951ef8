package cmd

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A flagGroup is flags under a heading of their own.
type flagGroup struct {
	title string
	add   func(*pflag.FlagSet)
}

// addGroups gives c the flags of all groups, and a help that shows them by
// group: thirty flags in one alphabet help nobody.
func addGroups(c *cobra.Command, groups []flagGroup) {
	sets := make([]*pflag.FlagSet, len(groups))
	for i, g := range groups {
		sets[i] = pflag.NewFlagSet(g.title, pflag.ContinueOnError)
		sets[i].SortFlags = false
		g.add(sets[i])
		c.Flags().AddFlagSet(sets[i])
	}
	c.SetUsageFunc(func(c *cobra.Command) error {
		out := c.OutOrStderr()
		fmt.Fprintf(out, "Usage:\n  %s\n", c.UseLine())
		if c.HasExample() {
			fmt.Fprintf(out, "\nExamples:\n%s\n", c.Example)
		}
		for i, g := range groups {
			fmt.Fprintf(out, "\n%s:\n%s", g.title, sets[i].FlagUsagesWrapped(helpWidth))
		}
		return nil
	})
}

// helpWidth is the width of help, whatever the terminal's: it is read in
// manuals and issues too.
const helpWidth = 100
