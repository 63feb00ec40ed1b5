package cli_test

import (
	"testing"

	"zhiwen/bot/cli"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"文章.txt":             "文章.txt",
		"a\nb\tc":            "a\nb\tc",
		"\x1b[31mred\x1b[0m": `\x1b[31mred\x1b[0m`,
		"a\rb\x07":           `a\x0db\x07`,
		"txt.\u202eexe":      `txt.\u202eexe`,
		"\u009b2J":           `\u009b2J`,
		"bad\xff\xfename":    `bad\xff\xfename`,
		"\uFFFD":             "\uFFFD",
	} {
		if got := cli.Escape(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
