package cli

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"zhiwen/rag"
	"zhiwen/rag/extract"
	"zhiwen/rag/zhtext"
)

// Trace writes how an answer came about: the question as it was understood,
// both rankings and their fusion, what a model was told and said, and what
// became of each claim.
func (r *Renderer) Trace(a rag.Answer) {
	t := a.Trace
	if t == nil {
		return
	}
	section := func(name string) {
		fmt.Fprintln(r.out)
		r.print("", []run{{text: "── " + name, style: strong}})
	}
	line := func(text string, s style) { r.print("  ", []run{{text: zhtext.Clean(text), style: s}}) }

	section("question")
	line("asked:       "+t.Asked, plain)
	line("stand-alone: "+t.Condensed, plain)
	for i, p := range t.Parts {
		line(fmt.Sprintf("part %d: %s, words %s", i+1, p.Kind, strings.Join(p.Words, " ")), faint)
	}
	for _, list := range []struct {
		name string
		hits []rag.HitNote
	}{{"by words", t.Keyword}, {"by meaning", t.Vector}, {"fused", t.Hits}} {
		section("hits " + list.name)
		for _, h := range list.hits {
			line(fmt.Sprintf("%2d  %.4f  %s  %s · paragraph %d", h.Rank, h.Score, h.PassageID, h.Title, h.Paragraph), plain)
		}
	}
	for _, text := range []struct{ name, text string }{{"prompt", t.Prompt}, {"the model said", t.Raw}} {
		if text.text == "" {
			continue
		}
		section(text.name)
		for l := range strings.Lines(text.text) {
			line(strings.TrimRight(l, "\n"), faint)
		}
	}
	if len(t.Candidates) > 0 || a.Refused {
		section("likeliest sentences")
	}
	for _, c := range t.Candidates {
		line(fmt.Sprintf("chance %.2f, question answered %.2f, refused below %.2f  %s, paragraph %d: %s", c.Chance, c.Answered, c.RefuseBelow, c.ArticleID, c.Paragraph, c.Sentence), plain)
		line("  "+weighedWords(c), faint)
		if c.Short != "" {
			line(fmt.Sprintf("  short answer %q: chance %.2f, shown from %.2f", c.Short, c.ShortChance, c.ShortFrom), faint)
		}
	}
	switch {
	case len(t.Candidates) > 0:
	case t.AnswerableFrom > 0:
		line(fmt.Sprintf("by words alone: the best sentence and what stands around it hold %.2f of the question, refused below %.2f", t.Answerable, t.AnswerableFrom), plain)
	case a.Reason == rag.ReasonNoQuestion:
		line("none: no word of the question can be looked up", plain)
	case a.Refused && a.Reason != rag.ReasonEmptyStore:
		line("none that was found speaks of the year, edition or number that is asked about", plain)
	}
	section("claims")
	for _, v := range t.Claims {
		verdict := "supported"
		if v.Repaired {
			verdict = "supported by another source than named"
		}
		if !v.Supported {
			verdict = "dropped: " + v.Why
		}
		line(fmt.Sprintf("%s (%s, coverage %.2f)", v.Claim, verdict, v.Coverage), plain)
		if v.Calculation != "" {
			line("  = "+v.Calculation, faint)
		}
		if v.Quote != "" {
			line(fmt.Sprintf("  %s, paragraph %d [%d:%d]: %s", v.ArticleID, v.Paragraph, v.Start, v.End, v.Quote), faint)
		}
	}
	for _, p := range t.Problems {
		line("problem: "+p, marker)
	}
	section("time")
	line(fmt.Sprintf("embed %.1f ms, retrieve %.1f, generate %.1f, verify %.1f, total %.1f; answerer %s",
		a.Timings.Embed, a.Timings.Retrieve, a.Timings.Generate, a.Timings.Verify, a.Timings.Total, a.Answerer), plain)
	if a.Usage != nil {
		line(fmt.Sprintf("tokens: %d in, %d out", a.Usage.PromptTokens, a.Usage.CompletionTokens), plain)
	}
}

// maxWeighed is how many parts of a sum are named on either side.
const maxWeighed = 3

// weighedWords says what counted most for a sentence and against it.
func weighedWords(c rag.CandidateNote) string {
	names := slices.SortedFunc(maps.Keys(c.Weighed), func(a, b string) int {
		return cmp.Or(cmp.Compare(math.Abs(c.Weighed[b]), math.Abs(c.Weighed[a])), cmp.Compare(a, b))
	})
	var pro, contra []string
	for _, name := range names {
		switch said := fmt.Sprintf("%s %+.2f", extract.Meaning(name), c.Weighed[name]); {
		case name == "bias":
		case c.Weighed[name] > 0 && len(pro) < maxWeighed:
			pro = append(pro, said)
		case c.Weighed[name] < 0 && len(contra) < maxWeighed:
			contra = append(contra, said)
		}
	}
	return fmt.Sprintf("for it: %s; against it: %s; from %+.2f, in log odds",
		cmp.Or(strings.Join(pro, ", "), "nothing"), cmp.Or(strings.Join(contra, ", "), "nothing"), c.Weighed["bias"])
}
