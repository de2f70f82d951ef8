//go:build !linux && !darwin

package cmd

func cpuModel() string { return "" }

func kernel() string { return "" }
