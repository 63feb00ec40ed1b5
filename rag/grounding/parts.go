package grounding

import (
	"context"
	"strings"
)

// minPartRunes is the shortest part of a claim that is looked for by itself.
const minPartRunes = 6

// parts judges a claim that puts several places together, part by part: each has
// to be held by a window of the same article. The verdict quotes the window of
// the first and carries those of the others. nil where the claim is of one piece
// or some part is not held.
func (v *Verifier) parts(ctx context.Context, claim *statement, c Claim) *support {
	texts := splitClaim(claim)
	if len(texts) < 2 {
		return nil
	}
	var first *support
	for _, text := range texts {
		s, err := v.best(ctx, parse(text), c)
		if err != nil || s == nil || s.guard != "" {
			return nil
		}
		if first == nil {
			first = s
			continue
		}
		if s.paragraph.Article.ID != first.paragraph.Article.ID {
			return nil
		}
		first.score = min(first.score, s.score)
		first.derived = append(first.derived, s.derived...)
		first.more = append(first.more, s.window)
	}
	return first
}

// splitClaim cuts a claim at semicolons and, where both sides state figures, at
// commas. A part without a subject of its own gets that of the claim.
func splitClaim(claim *statement) []string {
	runes := []rune(claim.text)
	var out []string
	start := 0
	cut := func(end int) {
		if text := strings.TrimSpace(string(runes[start:end])); len([]rune(text)) >= minPartRunes {
			out = append(out, text)
			start = end + 1
		}
	}
	for i, r := range runes {
		switch {
		case r == '；' || r == ';':
			cut(i)
		case (r == '，' || r == ',') && !insideFigure(claim, i) && claim.figureIn(start, i) && claim.figureIn(i, claim.nextStop(i+1)):
			cut(i)
		}
	}
	if rest := strings.TrimSpace(string(runes[min(start, len(runes)):])); len([]rune(rest)) >= minPartRunes || len(out) == 0 {
		out = append(out, rest)
	} else {
		out[len(out)-1] += "，" + rest
	}
	return out
}

func (s *statement) figureIn(start, end int) bool {
	for _, f := range s.figures {
		if f.Start >= start && f.End <= end {
			return true
		}
	}
	return false
}

func (s *statement) nextStop(from int) int {
	for i := from; i < len(s.runes); i++ {
		if strings.ContainsRune("，,；;。", s.runes[i]) && !insideFigure(s, i) {
			return i
		}
	}
	return len(s.runes)
}
