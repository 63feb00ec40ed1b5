// Package evidence holds what was found: paragraphs cut into sentences, with
// their figures, dates and subjects, and how much of a question each covers.
// Start with [New].
package evidence
