// Package eval asks fixed questions and measures the answers.
//
// Cases come as JSONL, one a line, under the names that ragas uses
// (user_input, reference, reference_contexts). Start with [Load], hand the
// cases to [Run] together with something that answers and something that
// searches, and write the [Report] in one of four formats:
//
//	cases, err := eval.Load(file)
//	report, err := eval.Run(ctx, eval.Options{Asker: chain, Search: search, Article: lookup}, cases)
//	report.Compare(baseline)
//	err = report.Write(os.Stdout, eval.FormatTable)
//	if !report.Passed() { … }
//
// Retrieval is measured with hit@k, recall@k, MRR@10 and nDCG@10 (Manning,
// Raghavan, Schütze: Introduction to Information Retrieval, chapter 8);
// citations after ALCE (Gao et al., EMNLP 2023, arXiv:2305.14627), but without
// a model: a quote supports a claim when it holds the claim's numbers and
// covers its words. Citation figures mean nothing alone (copying the first
// passage cites perfectly), so a report always shows them next to the share
// of right answers and right refusals.
//
// The same answers give the same bytes: nothing in a report depends on the
// clock unless [Options.Latency] asks for it.
package eval
