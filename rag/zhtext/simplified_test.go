package zhtext

import (
	"testing"
	"unicode/utf8"
)

func TestSimplified(t *testing.T) {
	for text, want := range map[string]string{
		"總統府國務機要費與億萬圖書館":     "总统府国务机要费与亿万图书馆",
		"臺灣後來發展為亞洲四小龍":       "台湾后来发展为亚洲四小龙",
		"2021 智博会 5G, Café。": "2021 智博会 5G, Café。",
		"":                   "",
	} {
		got := Simplified(text)
		if got != want {
			t.Errorf("Simplified(%q) = %q, want %q", text, got, want)
		}
		if Simplified(got) != got {
			t.Errorf("Simplified(%q) is not stable", got)
		}
		if utf8.RuneCountInString(got) != utf8.RuneCountInString(text) {
			t.Errorf("Simplified(%q) changes the number of runes", text)
		}
	}
}
