package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"zhiwen/bot/api"
)

// versionInfo says what this program was built from.
type versionInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Modified bool   `json:"modified"` // built from files that were not committed
	Go       string `json:"go"`
	Platform string `json:"platform"`
	// Libraries are the versions of those that decide what answers look like.
	Libraries map[string]string `json:"libraries"`
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Show what this program was built from",
		Example: "  zhiwen version\n  zhiwen version --json | jq -r .commit",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			info := readVersion()
			if a.json {
				return api.Write(a.out, info)
			}
			commit := info.Commit
			if info.Modified {
				commit += " (with changes)"
			}
			fmt.Fprintf(a.out, "zhiwen %s\ncommit %s\n%s %s\n", info.Version, commit, info.Go, info.Platform)
			for _, name := range shownLibraries {
				fmt.Fprintf(a.out, "%s %s\n", name.short, info.Libraries[name.short])
			}
			return nil
		},
	}
}

var shownLibraries = []struct{ short, module string }{
	{"onnxruntime_go", "github.com/yalue/onnxruntime_go"},
	{"langchaingo", "github.com/tmc/langchaingo"},
	{"chromem-go", "github.com/philippgille/chromem-go"},
	{"bleve", "github.com/blevesearch/bleve/v2"},
	{"go-sqlite3", "github.com/mattn/go-sqlite3"},
}

func readVersion() versionInfo {
	info := versionInfo{
		Version:   "unknown",
		Commit:    "unknown",
		Go:        runtime.Version(),
		Platform:  runtime.GOOS + "/" + runtime.GOARCH,
		Libraries: map[string]string{},
	}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return info
	}
	info.Version = build.Main.Version
	for _, s := range build.Settings {
		switch s.Key {
		case "vcs.revision":
			info.Commit = s.Value
		case "vcs.modified":
			info.Modified = s.Value == "true"
		}
	}
	for _, dep := range build.Deps {
		for _, l := range shownLibraries {
			if dep.Path == l.module {
				info.Libraries[l.short] = dep.Version
			}
		}
	}
	return info
}
