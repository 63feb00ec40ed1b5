package eval

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

func (r *Report) writeMarkdown(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "# Evaluation: %s\n\n%d cases (%d answerable), %d right", r.outcome(), r.Cases, r.Answerable, r.Right)
	if r.Errors > 0 {
		fmt.Fprintf(w, ", %d could not be run", r.Errors)
	}
	if r.NeedReview > 0 {
		fmt.Fprintf(w, ", %d need review", r.NeedReview)
	}
	fmt.Fprint(w, ".\n\n")
	for _, p := range r.Provenance.lines() {
		fmt.Fprintf(w, "- %s: `%s`\n", p[0], strings.ReplaceAll(clean(p[1]), "`", "'"))
	}
	if l := r.Latency; l != nil {
		fmt.Fprintf(w, "- latency: p50 %.2f ms, p95 %.2f ms, max %.2f ms\n", l.P50, l.P95, l.Max)
	}
	if t := r.Tokens; t != nil {
		fmt.Fprintf(w, "- tokens: %d in prompts, %d in answers\n", t.Prompt, t.Completion)
	}
	fmt.Fprint(w, "\n## Metrics\n\n")
	markdownTable(w, r.metricRows())
	fmt.Fprint(w, "\n## Types\n\n")
	markdownTable(w, r.typeRows())
	if b := r.Baseline; b != nil {
		fmt.Fprint(w, "\n## Since the baseline\n\n")
		for _, l := range b.caseLines() {
			fmt.Fprintf(w, "- %s: %s\n", l[0], inline(l[1]))
		}
	}
	if failed := r.failed(); len(failed) > 0 {
		fmt.Fprintf(w, "\n## Failed cases\n")
		for _, res := range failed {
			res.writeMarkdown(w)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (r *Result) writeMarkdown(w io.Writer) {
	fmt.Fprintf(w, "\n### %s (%s)\n\n- asked: %s\n", inline(r.ID), r.Type, inline(r.asked()))
	if r.Standalone != "" {
		fmt.Fprintf(w, "- understood as: %s\n", inline(r.Standalone))
	}
	for _, f := range r.Failures {
		fmt.Fprintf(w, "- failed: %s\n", inline(f))
	}
	fmt.Fprintf(w, "- said: %s\n", inline(r.Answer))
	for _, c := range r.Citations {
		fmt.Fprintf(w, "- cited [%d] %s, paragraph %d: %s\n", c.Marker, inline(c.Title), c.Paragraph, inline(c.Quote))
	}
	for _, f := range r.Retrieved {
		sign := ""
		if f.Relevant {
			sign = " (relevant)"
		}
		fmt.Fprintf(w, "- retrieved %d%s: %s: %s\n", f.Rank, sign, inline(f.Title), inline(f.Text))
	}
}

func markdownTable(w io.Writer, all [][]string) {
	for i, cells := range all {
		escaped := make([]string, len(cells))
		for j, c := range cells {
			escaped[j] = strings.ReplaceAll(inline(c), "|", `\|`)
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(escaped, " | "))
		if i == 0 {
			fmt.Fprintf(w, "|%s\n", strings.Repeat(" --- |", len(cells)))
		}
	}
}

// inline takes the meaning from characters that Markdown or HTML would act on.
func inline(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", "&lt;", ">", "&gt;",
		"[", `\[`, "]", `\]`, "#", `\#`).Replace(clean(s))
}
