package rag

import (
	"context"
	"fmt"

	"zhiwen/rag/evidence"
	"zhiwen/rag/tabular"
)

// maxTableHits is how far down the hits a table is looked for.
const maxTableHits = 5

// answerTable answers what only a whole table says: its largest, how many, the sum.
// It is arithmetic, so a language model is not asked. done tells whether a table
// had the answer.
func (r *run) answerTable(ctx context.Context, condensed string) (done bool, err error) {
	query := tabular.Parse(condensed)
	if query.Operation == tabular.None {
		return false, nil
	}
	looked, err := r.look(ctx, condensed)
	if err != nil {
		return false, err
	}
	for _, table := range tablesOf(looked.found.hits) {
		answer, ok := table.Answer(query, looked.analysis.Words)
		if !ok {
			continue
		}
		if r.catalog, err = r.chain.Index.Catalog(ctx); err != nil {
			return true, fmt.Errorf("read catalog: %w", err)
		}
		r.answer.Question, r.trace.Condensed = condensed, condensed
		r.evidence, r.analysis = looked.evidence, looked.analysis
		r.answer.Answerer = r.chain.Extractive.Name()
		r.note(looked.found)
		return true, r.composeTable(table, answer)
	}
	return false, nil
}

// tablesOf are the tables of the articles that were found first.
func tablesOf(hits []Hit) []tabular.Table {
	var out []tabular.Table
	looked := map[string]bool{}
	for _, hit := range hits[:min(maxTableHits, len(hits))] {
		if !looked[hit.Article.ID] {
			looked[hit.Article.ID] = true
			out = append(out, tabular.Tables(hit.Article)...)
		}
	}
	return out
}

// composeTable shows what a table says, with the rows it rests on.
func (r *run) composeTable(table tabular.Table, answer tabular.Answer) error {
	language := r.analysis.Language
	rows := func(list []tabular.Row) (out []supported) {
		for _, row := range list[:min(len(list), tabular.MaxShown)] {
			out = append(out, supported{
				Claim{Text: row.Text},
				asItStands(table.Article, row.Paragraph, row.Start, row.Text, "table"),
				&evidence.Paragraph{Article: table.Article, Number: row.Paragraph, Text: []rune(row.Text)},
			})
		}
		return out
	}
	if err := r.show(r.compose.calculated(answer.Text, answer.Calculation, rows(answer.From), language)); err != nil {
		return err
	}
	shown := answer.Rows
	if len(shown) == 0 {
		shown = answer.From
	}
	for _, s := range rows(shown) {
		r.trace.Claims = append(r.trace.Claims, s.verdict)
		if err := r.show(r.compose.add(s.claim, s.verdict, s.paragraph, language)); err != nil {
			return err
		}
	}
	r.finish()
	return nil
}
