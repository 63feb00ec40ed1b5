// Package zhtext reads what a checkable answer needs out of Chinese (and
// English) text: sentence ends, word segmentation, quantities with their
// units, dates and editions. Everything it finds is a typed value that carries
// the runes it was read from, so that a figure can be shown where it stands:
//
//	for _, q := range zhtext.Quantities("签约项目92个，投资总额2524亿元") {
//		fmt.Println(q.Value, q.Unit, q.Text) // 92 个 92个, then 2.524e+11 元 2524亿元
//	}
//
// All offsets count runes, not bytes. The scanners are written by hand: they
// run over every retrieved paragraph while somebody waits for the answer.
// Start at [Quantities] and [Quantity.Same], which decide whether a figure in
// an answer is the figure in its source; [Dates], [Editions] and [Years] do
// the same for points in time; [Segmenter] cuts words at ingest and [Terms]
// proposes them at query time, without a dictionary.
package zhtext
