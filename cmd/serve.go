package cmd

import "github.com/spf13/cobra"

func newServeCmd(*App) *cobra.Command { return &cobra.Command{Use: "serve", Hidden: true} }
