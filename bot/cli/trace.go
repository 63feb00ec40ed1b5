package cli

import (
	"fmt"
	"strings"

	"zhiwen/rag"
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
