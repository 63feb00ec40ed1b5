// Package public measures answers on question sets that nobody here wrote:
// extractive reading comprehension in the SQuAD format, and cases that replay a
// model's scripted answers through the checks.
//
// [Load] reads the sets and says which documents are kept apart ([Apart]);
// [Run] asks every question twice, as it is and with its document hidden by
// [Without], and judges what is shown; [Measure] turns the results into rates
// with bootstrap intervals, and [Report.Compare] holds them against committed
// ones. [Replay] does the same for the scripted answers.
package public
