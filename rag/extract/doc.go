// Package extract answers without a language model: with the sentences of the
// sources that answer best, verbatim, and a short answer cut out of them. Start
// with [New]; [Candidates] shows what was rated how, and why.
package extract
