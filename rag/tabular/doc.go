// Package tabular answers what a table says only as a whole: which row is the
// largest, how many there are, what they come to. [Tables] reads tables back out of
// the rows that an article stores, [Parse] tells what a question wants of a table,
// and [Table.Answer] computes it from the cells.
package tabular
