package article

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// setter sets paragraphs in a column, as a newspaper does.
type setter struct {
	width    int  // of the column, in characters
	indented bool // first lines begin two characters further right
	// breaks is after how many lines the column ends, with an empty line; 0: never
	breaks int
}

func (s setter) set(paragraphs []string) string {
	var b strings.Builder
	lines := 0
	for i, p := range paragraphs {
		if i > 0 {
			b.WriteString("\n")
		}
		runes := []rune(p)
		room := s.width * 2
		if s.indented {
			room -= 4 // the extraction from the page drops the indentation itself
		}
		for len(runes) > 0 {
			n, used := 0, 0
			for n < len(runes) && used+cells(string(runes[n])) <= room {
				used += cells(string(runes[n]))
				n++
			}
			// A mark must not begin a line: it hangs behind the one before.
			for n < len(runes) && strings.ContainsRune("，。；：、！？”）》", runes[n]) {
				n++
			}
			// Nor is a word or a number divided.
			for n < len(runes) && n > 1 && runes[n] < 0x80 && runes[n-1] < 0x80 {
				n--
			}
			b.WriteString(string(runes[:n]) + "\n")
			ends := endsSentence(string(runes[:n]))
			runes, room = runes[n:], s.width*2
			// Without indentation, a column that ends with a sentence cannot be
			// told from the end of a paragraph.
			if lines++; s.breaks > 0 && len(runes) > 0 && lines%s.breaks == 0 && (s.indented || !ends) {
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}

// Paragraphs that were set in columns come back as they were, at any width.
func TestTypesetRoundTrip(t *testing.T) {
	var paragraphs []string
	for _, name := range []string{"2021-opening.txt", "2021-reactions.txt"} {
		raw, err := os.ReadFile("../../seeds/articles/" + name)
		if err != nil {
			t.Skip("SKIPPED: seeds/articles is not there")
		}
		articles, err := Parse(raw, name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range articles[0].Paragraphs {
			if !strings.Contains(p.Text, "\n") && endsSentence(p.Text) && !strings.Contains(p.Text, "讯 （") {
				paragraphs = append(paragraphs, p.Text)
			}
		}
	}
	wrong, all := 0, 0
	for width := 14; width <= 28; width += 1 + shrink()/4 {
		for _, indented := range []bool{true, false} {
			for _, breaks := range []int{0, 7, 16} {
				name := fmt.Sprintf("width=%d,indented=%v,breaks=%d", width, indented, breaks)
				page := setter{width: width, indented: indented, breaks: breaks}.set(paragraphs)
				articles, err := Parse([]byte(page), "page.txt", Options{})
				if err != nil {
					t.Fatal(name, err)
				}
				var got []string
				for _, a := range articles {
					for _, p := range a.Paragraphs {
						got = append(got, p.Text)
					}
				}
				back := map[string]bool{}
				for _, p := range got {
					back[p] = true
				}
				bad := 0
				for _, p := range paragraphs {
					all++
					if !back[closeGaps(p)] {
						wrong++
						bad++
					}
				}
				if bad > 1 || len(articles) != 1 {
					t.Errorf("%s: %d of %d paragraphs lost, %d pieces, %d paragraphs", name, bad, len(paragraphs), len(articles), len(got))
				}
			}
		}
	}
	// A sentence that ends where a column does, next to a line that is short
	// because a number did not fit, looks like the end of a paragraph.
	if wrong*1000 > all || all < 1000/shrink() {
		t.Errorf("%d of %d paragraphs differ", wrong, all)
	}
}
