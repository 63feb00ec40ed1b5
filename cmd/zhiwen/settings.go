package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"zhiwen/config"
)

// settingsTopic is the help page 'zhiwen help settings'.
func (a *app) settingsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "settings",
		Short: "Everything that can be set, in the config file and in the environment",
		Long:  settingsText(),
	}
}

func settingsText() string {
	var b strings.Builder
	b.WriteString(`Settings stand in the config file (--config FILE, or ZHIWEN_CONFIG, or
config.yaml in the zhiwen folder of your config folder) or in the environment;
the environment wins, and flags win over both. In the file, llm.model is

  llm:
    model: qwen2.5

Keys and tokens are never printed. Better than in the file itself they stand in
the environment or in a file of their own that the setting with _file names.
`)
	section := ""
	for _, s := range config.Settings() {
		if name, _, _ := strings.Cut(s.Name, "."); name != section {
			section = name
			b.WriteString("\n")
		}
		value := fmt.Sprint(s.Default)
		if value == "" || value == "[]" {
			value = "empty"
		}
		fmt.Fprintf(&b, "%s (%s)\n    %s [%s]\n", s.Name, s.Env, s.Doc, value)
	}
	return strings.TrimRight(b.String(), "\n")
}
