package config_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhiwen/config"
)

// settingsRow is a row of a README's table of settings: name, environment
// variable, default, meaning.
var settingsRow = regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| `(ZHIWEN_[A-Z_]+)` \\| (`[^`]*`)? \\| (.+) \\|$")

// Both READMEs list every setting, in order, with its variable and default; the
// English one with what the help says about it.
func TestREADMEsListTheSettings(t *testing.T) {
	t.Setenv("HOME", "/home/you") // the store's default folder stands as ~/… there
	t.Setenv("XDG_DATA_HOME", "")
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", name))
			if err != nil {
				t.Fatal(err)
			}
			rows := settingsRow.FindAllStringSubmatch(string(text), -1)
			settings := config.Settings()
			if len(rows) != len(settings) {
				t.Errorf("the table has %d rows; there are %d settings", len(rows), len(settings))
			}
			for i := range min(len(rows), len(settings)) {
				row, s := rows[i], settings[i]
				if row[1] != s.Name || row[2] != s.Env || row[3] != documented(s) {
					t.Errorf("row %d is %s; want %s, %s, default %q", i+1, row[0], s.Name, s.Env, documented(s))
				}
				if name == "README.md" && row[4] != s.Doc {
					t.Errorf("%s: the table says %q, the help %q", s.Name, row[4], s.Doc)
				}
			}
		})
	}
}

// documented is a default as the tables write it; nothing for an empty one.
func documented(s config.Setting) string {
	value := strings.Replace(fmt.Sprint(s.Default), "/home/you", "~", 1)
	if value == "" || value == "[]" {
		return ""
	}
	return "`" + value + "`"
}

// settingName finds what looks like a setting: one of the sections, a dot and a
// name.
var settingName = regexp.MustCompile(`(?:^|[^\w./-])((?:store|index|embeddings|llm|answer|slack|serve|log|telemetry|web)\.[a-z_]+)`)

// notSettings look like settings and are none.
var notSettings = []string{"slack.com", "answer.id"} // a host, an attribute of a trace

// Whatever setting a message tells the user to set exists.
func TestMessagesNameSettingsThatExist(t *testing.T) {
	known := map[string]bool{}
	for _, s := range config.Settings() {
		known[s.Name] = true
	}
	found := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				return true
			}
			for _, m := range settingName.FindAllStringSubmatch(text, -1) {
				if known[m[1]] {
					found++
				} else if !slices.Contains(notSettings, m[1]) {
					t.Errorf("%s: %q names the setting %s, which does not exist", path, text, m[1])
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 10 {
		t.Errorf("only %d settings were found in messages; is settingName still right?", found)
	}
}
