package article

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// entryMarks are the ways to number the entries of a list inside a line.
var entryMarks = []*regexp.Regexp{
	regexp.MustCompile(`[(（](\d{1,2})[)）]`),
	regexp.MustCompile(`[(（]([一二三四五六七八九十]{1,3})[)）]`),
	regexp.MustCompile(`([①-⑳])`),
	regexp.MustCompile(`(\d{1,2})[、.．)）]`),
	regexp.MustCompile(`([一二三四五六七八九十]{1,3})[、.．]`),
}

const (
	maxListLead  = 24 // runes of what leads to a list on its own line
	maxBareLead  = 4  // runes of one that no colon sets apart
	maxListEntry = 60 // runes of an entry
)

// entries cuts a line that holds a list, as in 附件：1.报名表 2.承诺书, into what leads to it,
// "" without that, and the entries, of which there are at least min. The numbers begin with
// 1 and count on; blanks, marks or brackets set the entries apart.
func entries(line string, min int) (lead string, items []string) {
	if strings.ContainsAny(line, "。！？；;!?") {
		return "", nil
	}
	for _, mark := range entryMarks {
		starts := entryStarts(line, mark)
		if len(starts) < min {
			continue
		}
		lead = strings.TrimSpace(line[:starts[0]])
		if utf8.RuneCountInString(lead) > maxListLead || strings.ContainsAny(lead, "，,") {
			continue
		}
		items = nil
		for i, from := range starts {
			to := len(line)
			if i+1 < len(starts) {
				to = starts[i+1]
			}
			item := strings.TrimSpace(line[from:to])
			if n := utf8.RuneCountInString(item); n > maxListEntry || !hasWords(mark.ReplaceAllString(item, "")) {
				return "", nil
			}
			items = append(items, item)
		}
		return lead, items
	}
	return "", nil
}

// entryStarts is where the entries begin that are numbered in one way.
func entryStarts(line string, mark *regexp.Regexp) []int {
	var starts []int
	for _, at := range mark.FindAllStringSubmatchIndex(line, -1) {
		if n := entryNumber(line[at[2]:at[3]]); n != len(starts)+1 {
			continue
		}
		before, next := line[:at[0]], line[at[1]:]
		last, _ := utf8.DecodeLastRuneInString(before)
		first, _ := utf8.DecodeRuneInString(next)
		bracketed := at[3] == at[1] || strings.ContainsAny(line[at[0]:at[2]], "(（") // ① and （1）
		apart := before == "" || strings.ContainsRune(" \t\n　：:", last) || bracketed && !isWordRune(last)
		apart = apart || len(starts) == 0 && isDigit(rune(line[at[2]])) && isBareLead(before)
		if !apart || isDigit(first) {
			continue
		}
		starts = append(starts, at[0])
	}
	return starts
}

// isBareLead tells whether a word leads to a list without a colon, as in 附件1.名单.
func isBareLead(s string) bool {
	return utf8.RuneCountInString(s) <= maxBareLead && !strings.ContainsFunc(s, func(r rune) bool { return !zhtext.IsHan(r) }) && hanNumbers[s] == 0
}

// entryNumber is the number of an entry, 0 for none.
func entryNumber(s string) int {
	if r, _ := utf8.DecodeRuneInString(s); r >= '①' && r <= '⑳' {
		return int(r-'①') + 1
	}
	if n, ok := hanNumbers[s]; ok {
		return n
	}
	n := 0
	for _, r := range s {
		if !isDigit(r) {
			return 0
		}
		n = 10*n + int(r-'0')
	}
	return n
}

// markLists puts the entries of lists that stand in a line, or begin in the line that
// leads to them, on lines of their own in one paragraph.
func (p *page) markLists() {
	kept := p.lines[:0]
	metaAt := p.metaAt
	for i := 0; i < len(p.lines); i++ {
		if i == p.metaAt {
			metaAt = len(kept)
		}
		b := p.lines[i]
		if b.level > 0 || b.kind != blockText && b.kind != blockItem || b.soft {
			kept = append(kept, b)
			continue
		}
		lead, items := entries(b.text, 2)
		if items == nil {
			if lead, items = entries(b.text, 1); !endsLeadIn(lead) && (lead == "" || !isBareLead(lead)) {
				items = nil
			}
			first := len(items)
			for items != nil && i+1 < len(p.lines) && p.lines[i+1].kind == b.kind && i+1 != p.metaAt && isEntry(p.lines[i+1].text, items) {
				i++
				items = append(items, p.lines[i].text)
			}
			if len(items) == first {
				items = nil
			}
		}
		if items != nil {
			b.kind, b.text = blockItem, strings.TrimPrefix(lead+"\n"+strings.Join(items, "\n"), "\n")
		}
		kept = append(kept, b)
	}
	p.lines, p.metaAt = kept, metaAt
}

// isEntry tells whether a line is the next entry of a list.
func isEntry(line string, items []string) bool {
	for _, mark := range entryMarks {
		at, before := mark.FindStringSubmatchIndex(line), mark.FindStringSubmatchIndex(items[0])
		if at == nil || before == nil || at[0] > 0 || before[0] > 0 {
			continue
		}
		return entryNumber(line[at[2]:at[3]]) == len(items)+1 && utf8.RuneCountInString(line) <= maxListEntry
	}
	return false
}
