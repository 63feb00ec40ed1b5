package eval

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// row pads cells by the columns they take on a terminal: a Han character
// takes two.
func row(w io.Writer, widths []int, cells ...string) {
	var b strings.Builder
	for i, c := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		if i < len(widths) {
			c = runewidth.FillRight(c, widths[i])
		}
		b.WriteString(c)
	}
	fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
}

// rows aligns all of them to the widest cell of each column but the last.
func rows(w io.Writer, all [][]string) {
	var widths []int
	for _, cells := range all {
		for i, c := range cells[:len(cells)-1] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], runewidth.StringWidth(c))
		}
	}
	for _, cells := range all {
		row(w, widths, cells...)
	}
}

func (r *Report) writeTable(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%d cases (%d answerable), %d right", r.Cases, r.Answerable, r.Right)
	if r.Errors > 0 {
		fmt.Fprintf(w, ", %d could not be run", r.Errors)
	}
	if r.NeedReview > 0 {
		fmt.Fprintf(w, ", %d need review", r.NeedReview)
	}
	fmt.Fprintln(w)
	for _, p := range r.Provenance.lines() {
		fmt.Fprintf(w, "%s: %s\n", p[0], p[1])
	}
	fmt.Fprintln(w)
	rows(w, r.metricRows())
	fmt.Fprintln(w)
	rows(w, r.typeRows())
	if l := r.Latency; l != nil {
		fmt.Fprintf(w, "\nlatency: p50 %.2f ms, p95 %.2f ms, max %.2f ms\n", l.P50, l.P95, l.Max)
	}
	if t := r.Tokens; t != nil {
		fmt.Fprintf(w, "\ntokens: %d in prompts, %d in answers\n", t.Prompt, t.Completion)
	}
	if failed := r.failed(); len(failed) > 0 {
		fmt.Fprintf(w, "\nfailed cases (%d):\n", len(failed))
		for _, res := range failed {
			fmt.Fprintf(w, "  %s [%s] %s\n", res.ID, res.Type, clean(res.asked()))
			for _, f := range res.Failures {
				fmt.Fprintf(w, "      %s\n", clean(f))
			}
			fmt.Fprintf(w, "      said: %s\n", shorten(clean(res.Answer), 120))
		}
	}
	if b := r.Baseline; b != nil {
		fmt.Fprintln(w)
		for _, l := range b.caseLines() {
			fmt.Fprintf(w, "%s: %s\n", l[0], l[1])
		}
	}
	fmt.Fprintln(w)
	if r.Passed() {
		fmt.Fprintln(w, "PASSED")
	} else {
		fmt.Fprintln(w, strings.ToUpper(r.outcome()))
		for _, m := range r.Missed {
			fmt.Fprintf(w, "  %s\n", m)
		}
		if r.Errors > 0 {
			fmt.Fprintf(w, "  %d cases could not be run\n", r.Errors)
		}
		for _, id := range r.broken() {
			fmt.Fprintf(w, "  %s passed in the baseline and fails now\n", clean(id))
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// outcome says in a few words how the run came out.
func (r *Report) outcome() string {
	switch {
	case r.Passed():
		return "passed"
	case len(r.Missed) == 0 && r.Errors == 0:
		return "worse than the baseline"
	}
	return "below the thresholds"
}

func (r *Report) metricRows() [][]string {
	bounds := map[string]string{}
	t := r.Thresholds
	for name, v := range map[string]float64{MetricAnswerMatch: t.AnswerMatch, MetricHit5: t.Hit5,
		MetricCitationPrecision: t.CitationPrecision, MetricVerbatim: t.Verbatim, MetricRefusalRecall: t.RefusalRecall} {
		if v > 0 {
			bounds[name] = fmt.Sprintf("≥ %.2f", v)
		}
	}
	if t.OverRefusal > 0 {
		bounds[MetricOverRefusal] = fmt.Sprintf("≤ %.2f", t.OverRefusal)
	}
	head := []string{"metric", "value", "95 % interval", "of", "threshold", ""}
	if r.Baseline != nil {
		head = []string{"metric", "value", "95 % interval", "of", "threshold", "baseline", "change", ""}
	}
	all := [][]string{head}
	for _, m := range r.Metrics {
		cells := []string{m.Name, fmt.Sprintf("%.3f", m.Value), fmt.Sprintf("%.3f–%.3f", m.Low, m.High),
			fmt.Sprint(m.Count), bounds[m.Name]}
		if r.Baseline != nil {
			before, change := "", ""
			if d, ok := r.Baseline.change(m.Name); ok {
				before, change = fmt.Sprintf("%.3f", d.Before), fmt.Sprintf("%+.3f", d.Change)
			}
			cells = append(cells, before, change)
		}
		all = append(all, append(cells, r.verdict(m.Name)))
	}
	return all
}

func (r *Report) verdict(name string) string {
	for _, m := range r.Missed {
		if m.Metric == name {
			return "missed"
		}
	}
	return ""
}

func (r *Report) typeRows() [][]string {
	all := [][]string{{"type", "cases", "right", "refused"}}
	for _, t := range r.ByType {
		all = append(all, []string{string(t.Type), fmt.Sprint(t.Cases), fmt.Sprint(t.Right), fmt.Sprint(t.Refused)})
	}
	return all
}

func (r *Report) failed() []Result {
	var out []Result
	for _, res := range r.Results {
		if !res.Passed {
			out = append(out, res)
		}
	}
	return out
}

// asked shows a follow-up together with what it follows.
func (r *Result) asked() string {
	return strings.Join(append(append([]string(nil), r.History...), r.Question), " → ")
}

func (p Provenance) lines() [][2]string {
	var out [][2]string
	for _, l := range [][2]string{{"corpus", p.Corpus}, {"config", p.Config}, {"model", p.Model},
		{"answerer", p.Answerer}, {"version", p.Version}} {
		if l[1] != "" {
			out = append(out, l)
		}
	}
	return out
}

func (c *Comparison) caseLines() [][2]string {
	var out [][2]string
	for _, l := range []struct {
		name string
		ids  []string
	}{{"fixed", c.Fixed}, {"broken", c.Broken}, {"added", c.Added}, {"removed", c.Removed}} {
		if len(l.ids) > 0 {
			out = append(out, [2]string{l.name + " since the baseline", strings.Join(l.ids, ", ")})
		}
	}
	if len(out) == 0 {
		out = append(out, [2]string{"baseline", "the same cases pass"})
	}
	return out
}

// clean keeps a line a line and takes control characters out: answers and
// sources are not trusted on a terminal.
func clean(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		if r < 0x20 || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s)), " ")
}

// shorten cuts to a width in terminal columns.
func shorten(s string, width int) string { return runewidth.Truncate(s, width, "…") }
